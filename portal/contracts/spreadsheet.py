"""Tables for spreadsheets: what could be taken for a formula is kept a text, reversibly; CSV is sent while it is read."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

BOM = "\ufeff"
#: A spreadsheet takes a text that begins so for a formula; a leading apostrophe keeps it a text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")


def with_guard(text: str) -> str:
    """The text as written to a spreadsheet: what could be taken for a formula gets an apostrophe in front."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def without_guard(text: str) -> str:
    """The text as read: takes away exactly the apostrophe that :func:`with_guard` puts in front."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA_STARTS) else text


def stream_csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    """The table as UTF-8 with a byte order mark, so that spreadsheets read the Chinese; one chunk a few rows."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow(columns)
    yield _take(buffer)
    for row in rows:
        writer.writerow([with_guard(cell) for cell in row])
        if buffer.tell() > 16_384:
            yield _take(buffer)
    if buffer.tell():
        yield _take(buffer)


def _take(buffer: StringIO) -> bytes:
    data = buffer.getvalue().encode("utf-8")
    buffer.seek(0)
    buffer.truncate()
    return data
