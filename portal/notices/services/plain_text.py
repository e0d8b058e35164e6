"""The plain text of a StreamField body: for the search index, summaries and feeds."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from django.utils.html import strip_tags

from portal.register.models import FilingEvent

_BLOCK_ENDS = re.compile(r"</(p|li|h[1-6]|blockquote|div)>|<br\s*/?>", re.IGNORECASE)
_SPACES = re.compile(r"[ \t]+")


def plain_text(body: Any) -> str:
    """Text of every block, a line for each paragraph, cell or title. ``body`` is a StreamValue."""
    return "\n".join(line for block in body for line in _lines(block.block_type, block.value) if line)


def text_of_html(source: str) -> str:
    """Markup taken away, a line for each paragraph."""
    text = html.unescape(strip_tags(_BLOCK_ENDS.sub("\n", source)))
    lines = (_SPACES.sub(" ", line).strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _lines(kind: str, value: Any) -> Iterator[str]:
    if kind == "heading":
        yield value["text"]
    elif kind == "text":
        yield text_of_html(value.source)
    elif kind == "table":
        yield from _table_lines(value or {})
    elif kind == "attachments":
        for document in value["files"]:
            if document is not None:
                yield document.title
    elif kind in ("institutions", "matters"):
        yield value["heading"]
        yield from _filing_lines(kind, value)


def _filing_lines(kind: str, value: Any) -> Iterator[str]:
    """Name and code of each filing, with what happened to it."""
    pairs = (
        [(item["filing"], str(FilingEvent.Kind(item["event"]).label)) for item in value["matters"]]
        if kind == "matters"
        else [(filing, "") for filing in value["filings"]]
    )
    for filing, event in pairs:
        if filing is not None:
            yield f"{filing.institution.name} {filing.code} {event}".rstrip()


def _table_lines(value: dict[str, Any]) -> Iterator[str]:
    yield str(value.get("table_caption") or "")
    for row in value.get("data", []):
        yield " ".join(str(cell) for cell in row if cell not in (None, ""))


def first_words(text: str, limit: int = 120) -> str:
    """The beginning of a text in one line, cut with an ellipsis after ``limit`` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit].rstrip("，、；： ") + "…"
