"""Tags for the blocks of a notice."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.defaultfilters import filesizeformat

register = template.Library()


@register.simple_tag
def table_rows(value: dict[str, Any]) -> dict[str, Any]:
    """A table block's value as rows of cells ready to draw.

    Each cell is ``{text, tag, scope, label}``: ``tag`` is th or td, ``label`` the column's heading (for the cards
    that tables become in narrow places). Merged cells keep their spans; the cells that they cover are left out.
    """
    rows = [["" if cell is None else str(cell) for cell in row] for row in value.get("data", [])]
    head_row, head_column = value.get("first_row_is_table_header"), value.get("first_col_is_header")
    spans = {(item["row"], item["col"]): item for item in value.get("mergeCells") or []}
    covered = _covered(spans)
    headings = rows[0] if rows and head_row else []
    drawn = []
    for y, row in enumerate(rows):
        cells = []
        for x, text in enumerate(row):
            if (y, x) in covered:
                continue
            in_head, in_side = bool(head_row and y == 0), bool(head_column and x == 0)
            span = spans.get((y, x), {})
            cells.append(
                {
                    "text": text.strip(),
                    "tag": "th" if in_head or in_side else "td",
                    "scope": "col" if in_head else "row",
                    "label": headings[x].strip() if x < len(headings) and not in_head else "",
                    "colspan": span.get("colspan", 1),
                    "rowspan": span.get("rowspan", 1),
                }
            )
        drawn.append(cells)
    split = 1 if head_row else 0
    return {"head": drawn[:split], "body": drawn[split:], "merged": bool(spans)}


def _covered(spans: dict[tuple[int, int], dict[str, Any]]) -> set[tuple[int, int]]:
    return {
        (y + down, x + right)
        for (y, x), item in spans.items()
        for down in range(int(item.get("rowspan", 1)))
        for right in range(int(item.get("colspan", 1)))
        if down or right
    }


@register.filter
def file_facts(document: Any) -> str:
    """``PDF，1.2 MB``: type and size of a document."""
    extension = document.file_extension.upper()
    size = document.file_size
    return "，".join(part for part in (extension, filesizeformat(size) if size is not None else "") if part)
