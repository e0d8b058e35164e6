"""Records of an XLSX workbook, streamed; formulas, merged cells, macros and packed bombs are refused."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from django.utils.translation import gettext as _
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.datetime import from_excel

from portal.register.tabular.limits import (
    MAX_COLUMNS,
    MAX_RATIO,
    MAX_SHARED_TEXTS,
    MAX_UNPACKED,
    check_row_count,
)
from portal.register.tabular.problems import TableError
from portal.register.tabular.sheet_stream import RawCell, iter_sheet

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z0-9:]+)"')
_CHUNK = 1 << 20
#: What the libraries raise for a package whose parts do not fit together.
_BROKEN = (
    zipfile.BadZipFile,
    NotImplementedError,
    RuntimeError,
    KeyError,
    IndexError,
    AttributeError,
    TypeError,
    ParseError,
    ExpatError,
    SyntaxError,
    ValueError,
    OSError,
    zlib.error,
)
#: Numbers of more digits have been rounded by the spreadsheet already.
_EXACT = 10**15


class RefusedCell:
    """A cell whose content cannot be taken; stands in the record in place of a text."""

    __slots__ = ("message",)

    def __init__(self, message: str) -> None:
        self.message = message


def read_records(path: Path) -> Iterator[list[str | RefusedCell]]:
    """Yield the rows of the only visible sheet that has content, as texts; blank rows as empty lists."""
    try:
        check_package(path)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError) as error:
        raise TableError(_("无法打开这个 XLSX 文件，可能已损坏，请用电子表格软件重新另存后再试。")) from error
    with path.open("rb") as file:
        try:
            yield from _records(file)
        except _BROKEN as error:
            raise TableError(
                _("读取 XLSX 时出错，文件可能已损坏，请用电子表格软件重新另存后再试。")
            ) from error


def _records(file: IO[bytes]) -> Iterator[list[str | RefusedCell]]:
    # openpyxl knows the parts of the package, the shared texts and the styles; its own reading of rows, and
    # of the extent of each sheet before it, would take several times as long.
    reader: Any = ExcelReader(file, read_only=True, keep_links=False)
    reader.read_manifest()
    reader.read_strings()
    reader.read_workbook()
    apply_stylesheet(reader.archive, reader.wb)
    texts = CellTexts(reader.shared_strings, reader.wb._date_formats, reader.wb.epoch)
    expected = 1
    with reader.archive.open(_only_sheet(reader)) as stream:
        for number, cells in iter_sheet(stream):
            check_row_count(number)
            for _blank in range(expected, number):
                yield []
            expected = number + 1
            yield texts.record(cells)


def check_package(path: Path) -> None:
    """Refuse macros, document type declarations, merged cells and packages that unpack beyond measure."""
    with zipfile.ZipFile(path) as package:
        entries = package.infolist()
        names = {entry.filename for entry in entries}
        if any(name.endswith("vbaProject.bin") for name in names):
            raise TableError(_("工作簿含有宏，请另存为不含宏的 .xlsx 后重试。"))
        if "xl/workbook.xml" not in names:
            raise TableError(_("这不是 XLSX 工作簿，请用电子表格软件另存为 .xlsx 或 CSV 后重试。"))
        unpacked = sum(entry.file_size for entry in entries)
        texts = sum(entry.file_size for entry in entries if entry.filename.endswith("sharedStrings.xml"))
        packed = max(path.stat().st_size, 1)
        if unpacked > MAX_UNPACKED or texts > MAX_SHARED_TEXTS or unpacked / packed > MAX_RATIO:
            raise TableError(_("工作簿解压后过大，不予读取；请删去多余内容，或另存为 CSV 后重试。"))
        for entry in entries:
            if entry.filename.endswith((".xml", ".rels")):
                _check_part(package, entry)


def _check_part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    is_sheet = entry.filename.startswith("xl/worksheets/")
    with package.open(entry) as part:
        chunk = part.read(_CHUNK)
        if b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk:
            raise TableError(_("工作簿的内部文件含有不允许的声明，请用电子表格软件重新另存后再试。"))
        if not is_sheet:
            return
        tail = b""
        while chunk:
            merged = _MERGED.search(tail + chunk)
            if merged is not None:
                raise TableError(_("有合并单元格（%s），请取消合并并在每一行填写内容。") % merged[1].decode())
            tail = chunk[-100:]
            chunk = part.read(_CHUNK)


def _only_sheet(reader: Any) -> str:
    """The part of the package that holds the sheet to read."""
    with_content: list[tuple[str, str]] = []
    for sheet, relation in reader.parser.find_sheets():
        if sheet.state != "visible" or "worksheet" not in relation.Type:
            continue
        with reader.archive.open(relation.target) as stream:
            if any(cells for _number, cells in islice(iter_sheet(stream), 20)):
                with_content.append((sheet.name, relation.target))
    if not with_content:
        raise TableError(_("文件是空的，请填写表头和数据后重试。"))
    if len(with_content) > 1:
        titles = "、".join(title for title, _part in with_content)
        raise TableError(_("工作簿有多张有内容的工作表（%s），请只保留要导入的一张。") % titles)
    return with_content[0][1]


@dataclass(frozen=True, slots=True)
class CellTexts:
    """Turns cells into the texts that a person would have typed. ``dates`` are the styles that show a date."""

    shared: Sequence[str]
    dates: Collection[int]
    epoch: dt.datetime

    def record(self, cells: Iterable[RawCell]) -> list[str | RefusedCell]:
        """The texts by position, gaps as empty texts."""
        record: list[str | RefusedCell] = []
        for cell in cells:
            if cell.column >= MAX_COLUMNS:
                record.append(RefusedCell(_("列数超过 %d，请删去表格右侧多余的内容。") % MAX_COLUMNS))
                break
            record += [""] * (cell.column - len(record))
            record.append(self.text(cell))
        return record

    def text(self, cell: RawCell) -> str | RefusedCell:
        """The text of one cell, or why it cannot be taken."""
        if cell.is_formula:
            return RefusedCell(_("是公式，导入只接受数值和文本；请复制该列并“选择性粘贴为数值”。"))
        if cell.kind == "s":
            return self.shared[int(cell.text)]
        if cell.kind == "e":
            return RefusedCell(_("是错误值（%s），请改为正确的内容。") % cell.text)
        if cell.kind == "b":
            return _("是") if cell.text == "1" else _("否")
        if cell.kind != "n":
            return cell.text.removesuffix("T00:00:00") if cell.kind == "d" else cell.text
        if cell.style in self.dates:
            return _moment_as_text(from_excel(float(cell.text), self.epoch))
        return _number_as_text(float(cell.text))


def _moment_as_text(value: dt.datetime | dt.date | dt.time | dt.timedelta | None) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)


def _number_as_text(value: float) -> str | RefusedCell:
    if abs(value) >= _EXACT:
        return RefusedCell(_("是数值格式，位数过长已被四舍五入；请把该列设为文本格式后重新输入。"))
    if value.is_integer():
        return str(int(value))
    # Twelve digits are what a spreadsheet shows: 0.1 + 0.2 reads 0.3.
    return format(Decimal(format(value, ".12g")), "f")
