"""What a page of the workplace says: its text, the attributes that are read out or shown, the texts in its data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

_SILENT = frozenset({"script", "style", "code", "kbd", "noscript", "svg"})
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
_SPOKEN = frozenset({"alt", "aria-label", "aria-description", "placeholder", "title"})
_BUTTONS = frozenset({"submit", "button", "reset"})
#: Keys of Wagtail's data under which something stands that people read.
_LABELS = frozenset({"label", "labels", "help_text", "helptext", "text", "title", "heading", "message"})
_MARKUP = re.compile(r"<[^>]+>")


class Visible(HTMLParser):
    """Collects the texts of a page in ``texts`` and the local addresses that it links to in ``links``."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.links: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._data_of = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is said by attributes, and how deep we are."""
        values = {name: value or "" for name, value in attrs}
        self.texts += [values[name] for name in _SPOKEN & values.keys()]
        if tag == "input" and values.get("type") in _BUTTONS:
            self.texts.append(values.get("value", ""))
        if tag == "a" and values.get("href", "").startswith("/admin/"):
            self.links.append(values["href"].partition("#")[0])
        for name, value in values.items():
            if name.startswith("data-") and value[:1] in "[{":
                self._read(value)
        if tag not in _VOID:
            # An empty counter says None, and only a script shows it, with a number.
            self._open.append((tag, tag in _SILENT or "data-side-panel-toggle-counter" in values))
        self._data_of = tag if values.get("type") == "application/json" else ""

    def handle_endtag(self, tag: str) -> None:
        """Leave the element; one that nobody closed ends with its parent."""
        if any(name == tag for name, _silent in self._open):
            while self._open.pop()[0] != tag:
                pass
        self._data_of = ""

    def handle_data(self, data: str) -> None:
        """Note a text, or what a block of data says."""
        if self._data_of == "script":
            self._read(data)
        elif not any(silent for _name, silent in self._open):
            self.texts.append(data)

    def _read(self, data: str) -> None:
        try:
            self.texts += _labels(json.loads(data))
        except ValueError:
            return


def _labels(value: Any, key: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _labels(inner, str(name).lower())
    elif isinstance(value, list):
        for inner in value:
            yield from _labels(inner, key)
    elif isinstance(value, str) and key in _LABELS:
        yield _MARKUP.sub(" ", value)


def read(html: str) -> Visible:
    """The texts and links of a page."""
    found = Visible()
    found.feed(html)
    found.close()
    return found
