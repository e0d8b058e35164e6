"""Tables as people send them, written to files for the importers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.factories.register import (
    make_authority,
    make_bureau,
    make_centre,
    make_district,
    make_levels,
    make_merged_districts,
    make_occupation,
    social_credit_code,
)

#: One sound row of an institution table.
INSTITUTION_ROW: dict[str, str] = {
    "机构名称": "演示山城培训学校",
    "统一社会信用代码": social_credit_code(1),
    "机构性质": "社会培训评价组织",
    "注册地区县": "渝中区",
    "注册地址": "演示路1号",
    "联系电话": "023-00000001",
    "网站": "",
    "备案编码": "S010350000001",
    "备案类型": "社会培训评价组织",
    "面向": "社会人员",
    "备案管理机构": "渝中区人力资源和社会保障局",
    "备案日期": "2025-03-03",
    "本期有效期自": "2025-03-03",
    "有效期至": "2028-03-02",
    "评价区域": "渝中区",
    "场地名称": "第一考场",
    "场地地址": "演示路1号",
    "场地区县": "渝中区",
    "回执所列": "是",
    "状态": "有效",
    "职业编码": "6-31-01-03",
    "职业名称": "电工",
    "工种": "",
    "等级": "五级、四级、三级",
    "标准": "电工",
    "版本": "2018",
    "评价规范": "",
}
#: One sound row of a fee table for that institution.
FEE_ROW: dict[str, str] = {
    "备案编码": "S010350000001",
    "公布日期": "2025-04-01",
    "执行日期": "2025-04-01",
    "执行截止": "",
    "收费依据": "演示收费依据",
    "公示网址": "https://example.org/fees",
    "职业编码": "6-31-01-03",
    "职业名称": "电工",
    "工种": "",
    "等级": "三级",
    "理论": "45.00",
    "技能": "260.00",
    "材料": "",
    "综合评审": "",
    "合计": "305.00",
}


def make_reference_rows() -> None:
    """Districts, offices, levels and occupations that the rows above and their variants name."""
    make_levels()
    make_bureau()
    make_centre()
    make_authority(make_district())
    for district in make_merged_districts():
        make_authority(district)
    make_occupation(work_types=["烟机电工"], editions=["2009", "2018"], former=[("6-07-06-05", "维修电工")])
    make_occupation("6-18-01-01", "车工", editions=["2018"], former=[("6-04-01-01", "车工")])
    make_occupation("6-04-01-01", "开清棉工")


def institution_row(**cells: str) -> dict[str, str]:
    """The sound row with other cells."""
    return INSTITUTION_ROW | cells


def fee_row(**cells: str) -> dict[str, str]:
    """The sound fee row with other cells."""
    return FEE_ROW | cells


def csv_bytes(rows: Sequence[Mapping[str, str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """The rows as CSV."""
    buffer = StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue().encode(encoding)


def write_csv(
    path: Path, rows: Sequence[Mapping[str, str]], encoding: str = "utf-8", delimiter: str = ","
) -> Path:
    """Write the rows as CSV."""
    path.write_bytes(csv_bytes(rows, encoding, delimiter))
    return path


def write_xlsx(path: Path, records: Iterable[Sequence[Any]]) -> Path:
    """Write the records, the header first, as XLSX with the types they have."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for record in records:
        sheet.append(list(record))
    book.save(path)
    return path
