"""Our own translations of Wagtail's screens: current, complete in their placeholders, compiled."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
import wagtail
from django.conf import settings

FOLDER = Path(settings.BASE_DIR) / "portal" / "locale" / "zh_Hans" / "LC_MESSAGES"
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
LINE = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[0\])?) (".*")$')


def entries(domain: str) -> list[tuple[str, str]]:
    """(msgid or its plural, translation) of the source file."""
    found: list[tuple[str, str]] = []
    source = ""
    for line in (FOLDER / f"{domain}.po").read_text(encoding="utf-8").splitlines():
        match = LINE.match(line)
        if match is None:
            continue
        text = match[2][1:-1].replace('\\"', '"').replace("\\\\", "\\").replace("\\n", "\n")
        if match[1].startswith("msgid"):
            source = text
        elif source:
            found.append((source, text))
    return found


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_every_translation_is_compiled_and_keeps_its_placeholders(domain: str) -> None:
    with (FOLDER / f"{domain}.mo").open("rb") as file:
        compiled = set(gettext.GNUTranslations(file)._catalog.values())  # type: ignore[attr-defined]
    pairs = entries(domain)
    assert pairs
    for source, text in pairs:
        assert text in compiled, text
        wanted = {name for names in PLACEHOLDER.findall(source) for name in names if name}
        used = {name for names in PLACEHOLDER.findall(text) for name in names if name}
        assert used <= wanted, source
        assert re.search(r"[\u4e00-\u9fff]", text) or not re.search(
            "[A-Za-z]{3}", PLACEHOLDER.sub("", text)
        ), text


def test_wagtail_still_has_what_is_translated() -> None:
    """A text that Wagtail has changed stays English: its translation here must follow."""
    root = Path(wagtail.__file__).parent
    catalogs = [path.read_text(encoding="utf-8") for path in root.glob("**/locale/en/LC_MESSAGES/*.po")]
    joined = "\n".join(catalogs).replace('"\n"', "")
    for domain in ("django", "djangojs"):
        for source, _text in entries(domain):
            escaped = source.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
            assert f'"{escaped}"' in joined, source
