"""Keys of the embedded form: made at first use, kept outside the repository, readable by the owner only."""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from pathlib import Path

NAMES = ("SECRET_KEY", "SIGNING_KEY")


def load_or_create_keys(data_dir: Path) -> dict[str, str]:
    """Return the keys of this installation, making those that are missing.

    Several processes may start at once: the file is written aside and linked into place, so that
    whoever comes second reads what the first one wrote.
    """
    path = data_dir / "keys.json"
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        _create(path, {name: secrets.token_urlsafe(48) for name in NAMES})
    keys: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return keys


def _create(path: Path, keys: dict[str, str]) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".keys-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(keys, file)
        try:
            os.link(temporary, path)
        except FileExistsError:
            return
    finally:
        Path(temporary).unlink()
