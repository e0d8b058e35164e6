"""CSV sent while it is read: UTF-8 with a mark for spreadsheets, formulas made inert, constant memory."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.http import StreamingHttpResponse

#: Spreadsheets take a cell that begins like this for a formula; full-width signs too.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"
#: Rows joined into one piece of the answer: fewer, larger pieces are sent faster.
ROWS_PER_PIECE = 500

Row = Sequence[object]


class _Line:
    """A file that gives back what the writer has just written."""

    def write(self, text: str) -> str:
        return text


def inert(value: object) -> str:
    """The text of a cell; one that a spreadsheet would run gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_pieces(header: Row, rows: Iterable[Row]) -> Iterator[str]:
    """The header at once, so that the first byte does not wait for the rows; then the rows in pieces."""
    writer = csv.writer(_Line())
    yield BYTE_ORDER_MARK + writer.writerow([inert(name) for name in header])
    piece: list[str] = []
    for row in rows:
        piece.append(writer.writerow([inert(value) for value in row]))
        if len(piece) >= ROWS_PER_PIECE:
            yield "".join(piece)
            piece = []
    if piece:
        yield "".join(piece)


def csv_response(filename: str, header: Row, rows: Iterable[Row]) -> StreamingHttpResponse:
    """A download named ``filename`` (ASCII)."""
    response = StreamingHttpResponse(csv_pieces(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-cache"
    return response
