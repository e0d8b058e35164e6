"""The environment and the data folder, read once."""

from __future__ import annotations

import hashlib
from pathlib import Path

import environ

BASE_DIR = Path(__file__).resolve().parents[2]
env = environ.Env()


def default_data_dir(checkout: Path) -> Path:
    """Folder for database, files, index and keys: outside the checkout, one for each checkout."""
    mark = hashlib.sha256(str(checkout).encode()).hexdigest()[:8]
    share = Path(env.str("XDG_DATA_HOME", default="") or Path.home() / ".local" / "share")
    return share / "zhiping-portal" / f"{checkout.name}-{mark}"


DATA_DIR = Path(env.str("PORTAL_DATA", default="") or default_data_dir(BASE_DIR))
