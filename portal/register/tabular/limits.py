"""How large a table may be, and characters that no cell may hold."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from portal.register.tabular.problems import TableError

MAX_ROWS = 200_000
MAX_BYTES = 50 * 1024 * 1024
#: Unpacked size of a workbook, of its table of texts (which is kept in memory), and how far it may have been packed.
MAX_UNPACKED = 1024 * 1024 * 1024
MAX_SHARED_TEXTS = 256 * 1024 * 1024
MAX_RATIO = 250
MAX_CELL = 4000
MAX_COLUMNS = 200

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile("[\t\r\n\u0085\u2028\u2029]")


def what_is_wrong_with(text: str) -> str:
    """Why a cell's text cannot be taken, with the remedy; empty when it can."""
    if len(text) > MAX_CELL:
        return _("内容有 %(length)d 个字符，超过 %(limit)d 个，请缩短。") % {
            "length": len(text),
            "limit": MAX_CELL,
        }
    bad = _FORBIDDEN.search(text)
    if bad is not None:
        return _("含有不可见的非法字符（U+%04X），请删除后重新输入这一格。") % ord(bad.group())
    if _BREAKS.search(text):
        return _("单元格内有换行或制表符，请改为一行。")
    return ""


def check_row_count(number: int) -> None:
    """Raise :class:`TableError` when there are too many rows."""
    if number > MAX_ROWS + 1:
        raise TableError(_("超过 %d 行，请拆成几个文件分别导入。") % MAX_ROWS)
