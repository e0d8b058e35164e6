"""A table."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.contrib.table_block.blocks import TableBlock as WagtailTableBlock

MAX_CELLS = 6000
#: The editor's table knows no Chinese of its own: the words of its menu are given here.
MENU = {
    "items": {
        "row_above": {"name": _("上方插入一行")},
        "row_below": {"name": _("下方插入一行")},
        "col_left": {"name": _("左侧插入一列")},
        "col_right": {"name": _("右侧插入一列")},
        "remove_row": {"name": _("删除行")},
        "remove_col": {"name": _("删除列")},
        "undo": {"name": _("撤销")},
        "redo": {"name": _("重做")},
    }
}


class TableBlock(WagtailTableBlock):
    """A table of plain text with a title and header cells; markup typed into a cell is shown as typed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("表格"))
        options = {"renderer": "text", "minSpareRows": 0, "language": "en-US", "contextMenu": MENU}
        kwargs.setdefault("table_options", options)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        """Require a title and a header: without them a screen reader reads loose cells."""
        value = super().clean(value)
        if not value or not any(any(cell for cell in row) for row in value.get("data", [])):
            raise ValidationError(_("表格是空的。请填写内容，或删除这个表格。"))
        if not str(value.get("table_caption") or "").strip():
            raise ValidationError(_("表格没有标题。请在“表格标题”一栏写明表格内容，供读屏软件和打印使用。"))
        if value.get("table_header_choice") == "neither":
            raise ValidationError(_("表格没有表头。请选择首行或首列为表头。"))
        if sum(len(row) for row in value["data"]) > MAX_CELLS:
            raise ValidationError(
                _("表格超过%(limit)s个单元格。请改为附件，或分成几个表格。") % {"limit": MAX_CELLS}
            )
        return value

    class Meta:
        icon = "table"
        template = "notices/blocks/table.html"
