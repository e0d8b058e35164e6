"""A table with known headers: what every importer reads, whether it came as CSV or as XLSX."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from portal.contracts.spreadsheet import without_guard
from portal.register.tabular import csv_reading, xlsx_reading
from portal.register.tabular.limits import MAX_BYTES, what_is_wrong_with
from portal.register.tabular.problems import Problems, TableError

#: The cells of a row by position.
Record = Sequence[str | xlsx_reading.RefusedCell]

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@dataclass(frozen=True, slots=True)
class Columns:
    """The headers of a kind of table. ``required`` must be there; ``aliases`` are other words for a header."""

    required: Sequence[str]
    optional: Sequence[str] = ()
    aliases: Mapping[str, str] | None = None

    @property
    def known(self) -> tuple[str, ...]:
        """All headers."""
        return (*self.required, *self.optional)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as the spreadsheet counts it, and the text of each known column ("" when absent)."""

    number: int
    cells: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


def sha256_of(path: Path) -> str:
    """Digest of the file, for the audit event."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_file(path: Path) -> None:
    """Raise :class:`TableError` for a file that is missing, empty, too large or of another format."""
    if not path.is_file():
        raise TableError(_("找不到文件 %s，请检查路径。") % path.name)
    size = path.stat().st_size
    if size == 0:
        raise TableError(_("文件是空的，请填写表头和数据后重试。"))
    if size > MAX_BYTES:
        raise TableError(_("文件超过 %d MB，请拆成几个文件分别导入。") % (MAX_BYTES // 1024 // 1024))
    with path.open("rb") as stream:
        head = stream.read(8)
    if head == _OLE:
        raise TableError(_("这是旧版 .xls 或加密的工作簿，请去掉密码并另存为 .xlsx 或 CSV 后重试。"))


def read_table(path: Path, columns: Columns, problems: Problems) -> Iterator[Row]:
    """Yield the rows that have content; what is wrong with cells is added to ``problems``.

    Raises :class:`TableError` when the file as a whole cannot be read. The cells of a row with a problem are
    still given, the bad ones as empty text, so that one pass finds everything.
    """
    check_file(path)
    records = _records_of(path)
    first = next(records, ())
    headers = read_headers(first, columns)
    count = 0
    for number, record in enumerate(records, start=2):
        if any(not isinstance(cell, str) or cell.strip() for cell in record):
            count += 1
            yield _row(number, record, headers, problems)
    if count == 0:
        raise TableError(_("只有表头，没有数据，请填写后重试。"))


def _records_of(path: Path) -> Iterator[Record]:
    with path.open("rb") as stream:
        packed = stream.read(2) == b"PK"
    if packed:
        yield from xlsx_reading.read_records(path)
    else:
        yield from csv_reading.read_records(path)


def read_headers(record: Record, columns: Columns) -> list[str]:
    """The column of each position; raises :class:`TableError` naming every header that is wrong."""
    headers = [cell.strip() if isinstance(cell, str) else "" for cell in record]
    while headers and not headers[-1]:
        headers.pop()
    if not headers:
        raise TableError(_("第 1 行应是表头，现为空行，请把表头放在第 1 行。"), row=1)
    aliases = columns.aliases or {}
    headers = [aliases.get(header, header) for header in headers]
    known = set(columns.known)
    faults = []
    if "" in headers:
        position = headers.index("") + 1
        faults.append(_("第 %d 列没有表头") % position)
    doubled = sorted({header for header in headers if header and headers.count(header) > 1})
    missing = [header for header in columns.required if header not in headers]
    unknown = [header for header in headers if header and header not in known]
    for label, names in ((_("表头重复"), doubled), (_("缺少表头"), missing), (_("不认识的表头"), unknown)):
        if names:
            faults.append(f"{label}：{'、'.join(name[:30] for name in names[:20])}")
    if faults:
        expected = "、".join(columns.known)
        raise TableError(
            _("%(faults)s。可用的表头：%(expected)s。") % {"faults": "；".join(faults), "expected": expected},
            1,
        )
    return headers


def _row(number: int, record: Record, headers: list[str], problems: Problems) -> Row:
    cells: dict[str, str] = {}
    for header, cell in zip(headers, record, strict=False):
        if isinstance(cell, str):
            text = cell.strip(" \u3000\ufeff\u00a0\t\r\n")
            message = _what_is_wrong(text) if text else ""
        else:
            text, message = "", cell.message
        if message:
            problems.add(number, header, message)
            text = ""
        cells[header] = without_guard(text)
    surplus = [cell for cell in record[len(headers) :] if not isinstance(cell, str) or cell.strip()]
    if surplus:
        problems.add(number, "", _("内容多于表头的 %d 列，请检查是否有多余的分隔符。") % len(headers))
    return Row(number, cells)


def _what_is_wrong(text: str) -> str:
    if text.startswith("="):
        return _("是公式，导入只接受数值和文本；请改为公式的结果，确为文本的在前面加英文单引号。")
    return what_is_wrong_with(text)
