"""Exports give back what was imported."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.audit.models import AuditEvent
from portal.contracts.spreadsheet import stream_csv
from portal.register.demo import fees as demo_fees, load as demo
from portal.register.models import Filing, FilingEvent, Institution, ScopeItem
from portal.register.services import export, export_rows, reference_data
from portal.register.services.export import export_to, stream_scope_rows
from portal.register.services.figures import home_figures
from portal.register.services.import_fees import import_fees
from portal.register.services.import_institutions import import_institutions
from portal.register.services.import_occupations import import_occupations
from portal.register.services.importing import ImportReport, no_progress
from portal.register.services.institution_rows import ALL_COLUMNS
from portal.register.status_sql import with_public_status
from tests.factories.register import (
    make_authority,
    make_filing,
    make_institution,
    make_merged_districts,
    make_occupation,
    scope_item,
    site,
    social_credit_code,
)
from tests.factories.tables import fee_row, institution_row, make_reference_rows, write_csv

pytestmark = pytest.mark.django_db
GOLDEN = Path(__file__).parent.parent / "golden"

IMPORTERS: dict[str, Callable[[Path], ImportReport]] = {
    "institutions": import_institutions,
    "occupations": import_occupations,
    "fees": import_fees,
}


@pytest.fixture
def demo_register(db: None) -> None:
    for name, label, loader in reference_data.LOADERS:
        reference_data.run_loader(name, label, loader)
    demo.load_institutions()
    demo_fees.load_fees()


@pytest.mark.usefixtures("demo_register")
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("table", list(IMPORTERS))
def test_an_export_is_imported_again_without_any_change(tmp_path: Path, table: str, ending: str) -> None:
    """Whatever the register holds: every state, changed scope, several sites, old districts."""
    path = tmp_path / f"out.{ending}"
    assert export_to(path, table, no_progress) > 100
    events = (AuditEvent.objects.count(), FilingEvent.objects.count())
    report = IMPORTERS[table](path)
    assert [str(problem) for problem in report.problems.found[:5]] == []
    assert (report.new, report.changed) == (0, 0)
    assert report.unchanged > 50
    assert (AuditEvent.objects.count(), FilingEvent.objects.count()) == events


def messy_rows() -> list[dict[str, str]]:
    """A file as somebody might send it: any order, short names, other date writings, levels unsorted."""
    first = institution_row(
        注册地区县="渝中", 备案日期="2025/3/3", 本期有效期自="", 有效期至="2028年3月2日", 面向="", 状态=""
    )
    second = institution_row(
        机构名称="演示江岸技工学校",
        统一社会信用代码=social_credit_code(7).lower(),
        机构性质="技工院校",
        备案编码="y000050000003",
        备案类型="school",
        面向="本校学生、社会人员",
        备案管理机构="市鉴定指导中心",
        评价区域="全市",
        场地名称="甲；乙",
        场地地址="演示路3号；演示路4号",
        场地区县="渝中区；江北区",
        回执所列="否；是",
        等级="3、5",
        版本="2009年版",
        职业名称="",
    )
    third = second | {"职业编码": "6-18-01-01", "等级": "高级工", "标准": "", "版本": "2018", "机构名称": ""}
    return [second, first, third]


@time_machine.travel(dt.date(2026, 6, 1))
def test_an_import_exports_as_the_normalised_file(tmp_path: Path) -> None:
    make_reference_rows()
    report = import_institutions(write_csv(tmp_path / "in.csv", messy_rows(), "gb18030", ";"))
    assert [str(problem) for problem in report.problems.found] == []
    export_to(tmp_path / "out.csv", "institutions", no_progress)
    assert (tmp_path / "out.csv").read_bytes() == (GOLDEN / "institutions.csv").read_bytes()


@time_machine.travel(dt.date(2026, 6, 1))
def test_the_normalised_file_imports_into_an_empty_register_and_exports_as_itself(tmp_path: Path) -> None:
    make_reference_rows()
    assert import_institutions(GOLDEN / "institutions.csv").new == 2
    assert b"".join(stream_scope_rows()) == (GOLDEN / "institutions.csv").read_bytes()
    export_to(tmp_path / "out.xlsx", "institutions", no_progress)
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx").worksheets[0]
    with (GOLDEN / "institutions.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert [[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)] == list(
            csv.reader(stream)
        )


def test_what_a_spreadsheet_takes_for_a_formula_is_kept_a_text_and_comes_back(tmp_path: Path) -> None:
    make_reference_rows()
    evil = "+cmd|' /C calc'!A0"
    import_institutions(write_csv(tmp_path / "in.csv", [institution_row(联系电话=evil, 注册地址="'=1+1")]))
    assert Institution.objects.get().phone == evil
    assert Institution.objects.get().registered_address == "=1+1"
    path = tmp_path / "out.csv"
    export_to(path, "institutions", no_progress)
    text = path.read_text(encoding="utf-8-sig")
    assert "'+cmd" in text
    assert "'=1+1" in text
    assert ",=1+1" not in text
    assert import_institutions(path).unchanged == 1


def test_an_export_that_breaks_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        yield ("a",)
        raise RuntimeError

    monkeypatch.setitem(export.TABLES, "fees", ("x", ("y",), broken))
    with pytest.raises(RuntimeError):
        export_to(tmp_path / "out.csv", "fees", no_progress)
    assert list(tmp_path.iterdir()) == []


def test_the_stream_begins_with_the_header_before_anything_is_read() -> None:
    with CaptureQueriesContext(connection) as context:
        first = next(iter(stream_scope_rows()))
    assert first.decode("utf-8-sig").startswith("机构名称,统一社会信用代码")
    assert len(context) == 0


def test_queries_of_an_export_grow_with_batches_not_with_filings(monkeypatch: pytest.MonkeyPatch) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as context:
            list(stream_scope_rows())
        return len(context)

    make_filing()
    one = queries()
    for _number in range(8):
        make_filing()
    assert queries() == one
    monkeypatch.setattr(export_rows, "CHUNK", 3)
    assert queries() > one
    rows = list(export_rows.iter_institution_rows())
    assert len({row[ALL_COLUMNS.index("备案编码")] for row in rows}) == len(rows) == 9


def test_rows_are_those_of_the_day() -> None:
    filing = make_filing(filed_on=dt.date(2025, 3, 3))
    assert [
        row[ALL_COLUMNS.index("状态")] for row in export_rows.iter_institution_rows(dt.date(2029, 1, 1))
    ] == ["已到期"]
    assert filing.code in str(next(export_rows.iter_institution_rows(dt.date(2025, 3, 3))))


def test_a_row_is_joined_only_with_its_own_cells() -> None:
    data = b"".join(stream_csv(["a", "b"], [("1,2", '"x"'), ("-3", "y\nz")])).decode("utf-8-sig")
    assert list(csv.reader(StringIO(data))) == [["a", "b"], ["1,2", '"x"'], ["'-3", "y\nz"]]


def test_fees_come_back_with_empty_cells_for_absent_parts(tmp_path: Path) -> None:
    make_reference_rows()
    import_institutions(write_csv(tmp_path / "in.csv", [institution_row()]))
    rows = [fee_row(), fee_row(等级="四级", 理论="", 技能="", 合计="150.00")]
    assert not import_fees(write_csv(tmp_path / "fees.csv", rows)).problems
    written = [dict(zip(export_rows.FEE_COLUMNS, row, strict=True)) for row in export_rows.iter_fee_rows()]
    assert sorted(written, key=str) == sorted(rows, key=str)


def test_the_commands_import_and_export(tmp_path: Path) -> None:
    make_reference_rows()
    out, err = StringIO(), StringIO()
    source = write_csv(tmp_path / "in.csv", [institution_row()])
    call_command("import_institutions", str(source), "--dry-run", stdout=out)
    assert "新增备案 S010350000001" in out.getvalue()
    assert "检查通过，未写入（试运行）" in out.getvalue()
    call_command("import_institutions", str(source), stdout=out)
    assert "已完成：共 1 行，备案新增 1、变更 0、未变 0。" in out.getvalue()
    target = tmp_path / "out.csv"
    call_command("export_institutions", str(target), stdout=out)
    assert f"已导出 1 行到 {target}。" in out.getvalue()
    bad = write_csv(tmp_path / "bad.csv", [institution_row(等级="九级")])
    with pytest.raises(CommandError, match="检查发现 1 处问题，没有写入任何内容"):
        call_command("import_institutions", str(bad), "--errors", str(tmp_path / "e.csv"), stderr=err)
    assert "第 2 行“等级”：没有等级“九级”" in err.getvalue()
    assert "没有等级“九级”" in (tmp_path / "e.csv").read_text(encoding="utf-8-sig")
    with pytest.raises(CommandError, match=r"\.csv 或 \.xlsx"):
        call_command("export_fees", str(tmp_path / "x.pdf"))
    with pytest.raises(CommandError, match="发现 1 处问题"):
        call_command("import_institutions", str(source), "--effective-on", "2026-01-01", stderr=err)


def test_home_figures_count_what_is_in_force(django_assert_max_num_queries: Any) -> None:
    day = dt.date(2026, 6, 1)
    old, _other, new = make_merged_districts()
    make_occupation("6-18-01-01", "车工")
    make_occupation()
    make_filing(filed_on=dt.date(2025, 3, 3))
    make_filing(
        make_institution(district=old),
        authority=make_authority(old),
        filed_on=dt.date(2025, 3, 3),
        scope=[scope_item("6-18-01-01"), scope_item("6-18-01-01", "4"), scope_item()],
        sites=[site(district="500105"), site("乙", "500157", "别处"), site("丙", "500103", "此处")],
    )
    make_filing(filed_on=dt.date(2022, 3, 3))
    with django_assert_max_num_queries(5):
        figures = home_figures(day)
    statuses = list(with_public_status(Filing.objects.all(), day).values_list("public_status", flat=True))
    assert figures["active"] == statuses.count("active") == 2
    assert figures["rectification"] == 0
    assert figures["occupations"] == ScopeItem.objects.values("occupation").distinct().count() == 2
    assert figures["by_district"] == [("渝中区", "500103", 2), ("两江新区", new.code, 1)]
    assert figures["districts"] == 2
    assert figures["by_kind"] == [
        ("用人单位", "employer", 0),
        ("技工院校", "school", 0),
        ("社会培训评价组织", "third_party", 2),
    ]
