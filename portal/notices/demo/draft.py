"""What a demo notice is made of, before it becomes a page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from portal.accounts.models import Authority
from portal.notices.models.notice import Genre, Validity
from portal.notices.models.sections import Section

Block = tuple[str, Any]


@dataclass(slots=True)
class Draft:
    """One notice to make. ``day`` is the day of publication; ``number`` goes into the document number."""

    section: Section
    title: str
    day: dt.date
    body: list[Block]
    summary: str = ""
    written_on: dt.date | None = None
    genre: Genre = Genre.ANNOUNCEMENT
    validity: Validity = Validity.IN_FORCE
    validity_note: str = ""
    issuer: Authority | None = None
    document_number: str | None = None
    source: str = ""
    corrections: list[tuple[dt.date, str, str]] = field(default_factory=list)
    withdrawn: str = ""


def text(*paragraphs: str) -> Block:
    """Paragraphs of plain text."""
    return "text", "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def heading(words: str) -> Block:
    """A heading."""
    return "heading", {"text": words, "level": "2", "anchor": ""}


def table(caption: str, rows: list[list[str]]) -> Block:
    """A table whose first row is its header."""
    return "table", {
        "table_caption": caption,
        "table_header_choice": "row",
        "first_row_is_table_header": True,
        "first_col_is_header": False,
        "data": rows,
    }


def institutions(keys: list[int], words: str = "") -> Block:
    """Institutions of the register."""
    return "institutions", {"heading": words, "filings": keys}


def matters(pairs: list[tuple[int, str]], words: str = "") -> Block:
    """What happened to filings: (key, kind of event)."""
    named = [{"filing": key, "event": kind} for key, kind in pairs]
    return "matters", {"heading": words, "matters": named}


def attachments(keys: list[int]) -> Block:
    """Files."""
    return "attachments", {"files": keys}


def chinese_day(day: dt.date) -> str:
    """``2026年3月2日``."""
    return f"{day.year}年{day.month}月{day.day}日"
