"""What a notice says, cut into sentences and table rows, so that each can be held against the register."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from portal.notices.models import NoticePage
from portal.notices.services.plain_text import text_of_html

CODE = re.compile(r"(?<![0-9A-Za-z])[YS]\d{12}(?!\d)")
DAY = r"(\d{4})年(\d{1,2})月(\d{1,2})日"
_SENTENCE_ENDS = re.compile(r"[。；！？\n]")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: cells by the heading of their column."""

    cells: dict[str, str]

    def cell(self, *headings: str) -> str:
        """The first cell under one of these headings."""
        return next((self.cells[heading] for heading in headings if self.cells.get(heading)), "")

    @property
    def text(self) -> str:
        """All cells in one line."""
        return " ".join(self.cells.values())


def sentences_of(notice: NoticePage) -> list[str]:
    """Title, summary and the sentences of the running text."""
    texts = [notice.title, notice.summary]
    for block in notice.body:
        if block.block_type == "text":
            texts.append(text_of_html(block.value.source))
        elif block.block_type == "heading":
            texts.append(block.value["text"])
    return [part.strip() for text in texts for part in _SENTENCE_ENDS.split(text) if part.strip()]


def rows_of(notice: NoticePage) -> Iterator[Row]:
    """The rows of every table that has its headings in the first row."""
    for block in notice.body:
        if block.block_type != "table" or not (block.value or {}).get("first_row_is_table_header"):
            continue
        lines = [["" if cell is None else str(cell).strip() for cell in line] for line in block.value["data"]]
        for line in lines[1:]:
            if any(line):
                yield Row(dict(zip(lines[0], line, strict=False)))


def days_in(text: str) -> list[dt.date]:
    """The days that a text names; impossible ones are left out."""
    return [day for match in re.findall(DAY, text) if (day := as_day(*match)) is not None]


def as_day(year: str, month: str, day: str) -> dt.date | None:
    """A day from its parts, or None for one that is in no calendar."""
    try:
        return dt.date(int(year), int(month), int(day))
    except ValueError:
        return None
