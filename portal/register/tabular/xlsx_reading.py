"""Records of an XLSX workbook, streamed; formulas, merged cells, macros and packed bombs are refused."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.utils.translation import gettext as _
from openpyxl.utils.exceptions import InvalidFileException

from portal.register.tabular.limits import (
    MAX_COLUMNS,
    MAX_RATIO,
    MAX_SHARED_TEXTS,
    MAX_UNPACKED,
    check_row_count,
)
from portal.register.tabular.problems import TableError

_MERGED = re.compile(rb'<(?:\w+:)?mergeCell [^>]*ref="([A-Z0-9:]+)"')
_CHUNK = 1 << 20
#: Numbers of more digits have been rounded by the spreadsheet already.
_EXACT = 10**15


class RefusedCell:
    """A cell whose content cannot be taken; stands in the record in place of a text."""

    __slots__ = ("message",)

    def __init__(self, message: str) -> None:
        self.message = message


def read_records(path: Path) -> Iterator[list[str | RefusedCell]]:
    """Yield the rows of the only sheet that has content, as texts; blank rows as empty lists."""
    try:
        check_package(path)
        # Read-only mode streams the rows; values would hide formulas, so they are not asked for.
        book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ParseError, ValueError, OSError) as error:
        raise TableError(_("无法打开这个 XLSX 文件，可能已损坏，请用电子表格软件重新另存后再试。")) from error
    try:
        sheet = _only_sheet(book.worksheets)
        sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(), start=1):
            check_row_count(number)
            yield _record(row)
    except (zipfile.BadZipFile, KeyError, ParseError, SyntaxError, ValueError) as error:
        raise TableError(_("读取 XLSX 时出错，文件可能已损坏，请用电子表格软件重新另存后再试。")) from error
    finally:
        book.close()


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


def _only_sheet(sheets: Iterable[Any]) -> Any:
    with_content = []
    for sheet in sheets:
        sheet.reset_dimensions()
        if any(any(cell.value is not None for cell in row) for row in sheet.iter_rows(max_row=20)):
            with_content.append(sheet)
    if not with_content:
        raise TableError(_("文件是空的，请填写表头和数据后重试。"))
    if len(with_content) > 1:
        titles = "、".join(sheet.title for sheet in with_content)
        raise TableError(_("工作簿有多张有内容的工作表（%s），请只保留要导入的一张。") % titles)
    return with_content[0]


def _record(row: Iterable[Any]) -> list[str | RefusedCell]:
    record: list[str | RefusedCell] = []
    blanks = 0
    for cell in row:
        value = cell.value
        if value is None:
            blanks += 1
            continue
        if len(record) + blanks >= MAX_COLUMNS:
            record.append(RefusedCell(_("列数超过 %d，请删去表格右侧多余的内容。") % MAX_COLUMNS))
            break
        record += [""] * blanks
        blanks = 0
        record.append(value if cell.data_type == "s" else as_text(value, cell.data_type))
    return record


def as_text(value: Any, data_type: str) -> str | RefusedCell:
    """A cell's value as the text a person would have typed, or why it cannot be taken."""
    if data_type == "f":
        return RefusedCell(_("是公式，导入只接受数值和文本；请复制该列并“选择性粘贴为数值”。"))
    if data_type == "e":
        return RefusedCell(_("是错误值（%s），请改为正确的内容。") % value)
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(sep=" ")
    if isinstance(value, (dt.date, dt.time)):
        return value.isoformat()
    if isinstance(value, (int, float)):
        return _number_as_text(value)
    return str(value)


def _number_as_text(value: float) -> str | RefusedCell:
    if abs(value) >= _EXACT:
        return RefusedCell(_("是数值格式，位数过长已被四舍五入；请把该列设为文本格式后重新输入。"))
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    # Twelve digits are what a spreadsheet shows: 0.1 + 0.2 reads 0.3.
    return format(Decimal(format(value, ".12g")), "f")
