"""Exports as CSV and XLSX, streamed. Cells that a spreadsheet could take for formulas are kept texts, reversibly."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from openpyxl import Workbook

from portal.contracts.spreadsheet import stream_csv, with_guard
from portal.register.services.export_rows import (
    FEE_COLUMNS,
    OCCUPATION_COLUMNS,
    iter_fee_rows,
    iter_institution_rows,
    iter_occupation_rows,
)
from portal.register.services.institution_rows import ALL_COLUMNS

Progress = Callable[[int], None]


def stream_scope_rows(day: dt.date | None = None) -> Iterator[bytes]:
    """All institutions with filings and scope as CSV bytes; the header comes at once, memory stays constant."""
    return stream_csv(ALL_COLUMNS, iter_institution_rows(day))


def stream_fee_rows() -> Iterator[bytes]:
    """All fees as CSV bytes."""
    return stream_csv(FEE_COLUMNS, iter_fee_rows())


def stream_occupation_rows() -> Iterator[bytes]:
    """All occupations as CSV bytes."""
    return stream_csv(OCCUPATION_COLUMNS, iter_occupation_rows())


def write_xlsx(path: Path, title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write the table as XLSX row by row; every cell is a text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append(list(columns))
    for row in rows:
        sheet.append([with_guard(cell) for cell in row])
    book.save(path)


#: What can be exported: title of the sheet, columns, rows.
TABLES: dict[str, tuple[str, tuple[str, ...], Callable[[], Iterator[tuple[str, ...]]]]] = {
    "institutions": ("评价机构", ALL_COLUMNS, iter_institution_rows),
    "occupations": ("职业", OCCUPATION_COLUMNS, iter_occupation_rows),
    "fees": ("收费标准", FEE_COLUMNS, iter_fee_rows),
}


def export_to(path: Path, table: str, progress: Progress) -> int:
    """Write a table to ``path`` (.xlsx, anything else is CSV); a broken export leaves no file. Returns the rows."""
    title, columns, make_rows = TABLES[table]
    count = 0

    def counted() -> Iterator[tuple[str, ...]]:
        nonlocal count
        for row in make_rows():
            count += 1
            progress(count)
            yield row

    aside = path.with_name(path.name + ".part")
    try:
        if path.suffix.lower() == ".xlsx":
            write_xlsx(aside, title, columns, counted())
        else:
            with aside.open("wb") as stream:
                stream.writelines(stream_csv(columns, counted()))
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return count
