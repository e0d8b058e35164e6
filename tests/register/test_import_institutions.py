"""Importing institutions with their filings and scope."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.audit.models import AuditEvent
from portal.register.models import Filing, FilingEvent, Institution, InstitutionName, ScopeItem, Site
from portal.register.services import import_institutions as module
from portal.register.services.filing_events import record_filings_in_bulk
from portal.register.services.import_institutions import import_institutions
from portal.register.services.importing import ImportOptions, ImportReport
from portal.register.status_sql import covers
from tests.factories.register import make_district, make_occupation, social_credit_code
from tests.factories.tables import institution_row, make_reference_rows, write_csv, write_xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
CHANGE = ImportOptions(effective_on=dt.date(2026, 1, 5), reason="渝中人社〔2026〕1号")


@pytest.fixture
def reference() -> None:
    make_reference_rows()


def run(path: Path, *rows: Mapping[str, str], options: ImportOptions | None = None) -> ImportReport:
    return import_institutions(write_csv(path / "in.csv", rows or [institution_row()]), options)


def counts() -> tuple[int, ...]:
    models = (Institution, InstitutionName, Filing, FilingEvent, ScopeItem, Site, AuditEvent)
    return tuple(model._default_manager.count() for model in models)


def only_problem(report: ImportReport) -> str:
    assert [str(problem) for problem in report.problems.found] == [str(report.problems.found[0])]
    return str(report.problems.found[0])


def test_a_sound_file_is_recorded_as_dated_events(tmp_path: Path) -> None:
    report = run(
        tmp_path,
        institution_row(),
        institution_row(职业编码="6-18-01-01", 职业名称="车工", 标准="车工", 等级="三级"),
    )
    assert not report.problems
    assert (report.rows, report.new, report.changed, report.unchanged) == (2, 1, 0, 0)
    filing = Filing.objects.get()
    assert (filing.code, filing.institution.name) == ("S010350000001", "演示山城培训学校")
    assert filing.handled_by == filing.authority == filing.issued_in_name_of
    event = filing.events.get()
    assert (event.kind, event.effective_on, event.article) == ("filed", dt.date(2025, 3, 3), 12)
    assert filing.spans.get(track="term").last_day == dt.date(2028, 3, 2)
    scope = {(i.occupation.name, i.level_id, str(i.standard)) for i in filing.scope_items.all()}
    assert scope == {("电工", level, "电工（2018年版）") for level in "543"} | {
        ("车工", "3", "车工（2018年版）")
    }
    audit = AuditEvent.objects.get(action="register.import.institutions")
    assert (audit.after or {})["new"] == 1
    assert (audit.after or {})["sha256"] == report.sha256
    assert len(report.sha256) == 64


def test_a_city_filing_is_handled_by_the_centre_in_the_name_of_the_bureau(tmp_path: Path) -> None:
    row = institution_row(
        备案编码="S000050000001", 备案管理机构="重庆市职业技能鉴定指导中心", 评价区域="全市"
    )
    assert not run(tmp_path, row).problems
    filing = Filing.objects.get()
    assert (filing.handled_by.code, filing.issued_in_name_of.code) == ("CQ-JDZX", "CQ-RSJ")
    assert filing.spans.get(track="area").value == "*"


def test_importing_again_changes_nothing(tmp_path: Path) -> None:
    run(tmp_path)
    before = counts()
    report = run(tmp_path)
    assert not report.problems
    assert (report.new, report.changed, report.unchanged) == (0, 0, 1)
    assert counts() == before


def test_a_dry_run_says_what_would_change_and_writes_nothing(tmp_path: Path) -> None:
    before = counts()
    report = run(tmp_path, options=ImportOptions(dry_run=True))
    assert report.new == 1
    assert report.changes == ["新增备案 S010350000001 演示山城培训学校"]
    assert counts() == before


WRONG: list[tuple[dict[str, str], str, str]] = [
    ({"统一社会信用代码": social_credit_code(1)[:-1] + "0"}, "统一社会信用代码", "校验位"),
    ({"统一社会信用代码": ""}, "统一社会信用代码", "为空"),
    ({"注册地区县": "渝申区"}, "注册地区县", "没有名为“渝申区”的区县"),
    ({"场地区县": "火星"}, "场地区县", "没有名为“火星”的区县"),
    ({"评价区域": "全市"}, "评价区域", "第六条"),
    ({"评价区域": "全市、渝中区"}, "评价区域", "只保留一种"),
    ({"备案编码": "X01"}, "备案编码", "不是备案编码的格式"),
    ({"备案编码": "S010550000001"}, "备案编码", "应为 0103"),
    ({"备案类型": "用人单位", "面向": ""}, "备案类型", "S 开头"),
    ({"备案类型": "其他"}, "备案类型", "请填写：用人单位"),
    ({"备案管理机构": "月球局"}, "备案管理机构", "没有名为“月球局”"),
    ({"备案日期": "2025-02-30", "有效期至": "2028-02-27"}, "备案日期", "不存在"),
    ({"备案日期": "去年"}, "备案日期", "请写成 2026-11-22"),
    ({"有效期至": "2029-03-02"}, "有效期至", "应为2028年3月2日"),
    ({"本期有效期自": "2026-03-03", "有效期至": "2029-03-02"}, "本期有效期自", "首期至2028年3月2日"),
    (
        {"备案日期": "2099-01-01", "本期有效期自": "2099-01-01", "有效期至": "2101-12-31"},
        "备案日期",
        "晚于今天",
    ),
    ({"等级": "九级"}, "等级", "没有等级“九级”"),
    ({"等级": "三级、高级工"}, "等级", "同一等级写了两次"),
    ({"工种": "宇宙电工"}, "工种", "已收录：烟机电工"),
    ({"版本": "2017"}, "标准", "电工（2009、2018年版）"),
    ({"职业编码": "6-99-99-99", "职业名称": "不存在工"}, "职业编码", "没有职业编码 6-99-99-99"),
    ({"职业名称": "钳工"}, "职业编码", "6-31-01-03 是“电工”，不是“钳工”"),
    ({"职业编码": "6-31-01-09"}, "职业编码", "“电工”的编码是 6-31-01-03"),
    ({"职业编码": "6-07-06-05", "职业名称": "维修电工"}, "职业编码", "现为 6-31-01-03 电工"),
    ({"职业编码": "6-04-01-01", "职业名称": "车工"}, "职业编码", "现为 6-18-01-01 车工"),
    ({"场地名称": "甲；乙"}, "场地名称", "个数应相同"),
    ({"状态": "已注销"}, "状态", "不能随导入登记"),
    ({"网站": "javascript:alert(1)"}, "网站", "不是网址"),
    ({"机构名称": "演" * 121}, "机构名称", "最多 120 个"),
    ({"机构名称": "=HYPERLINK(1)"}, "机构名称", "是公式"),
]


@pytest.mark.parametrize(("cells", "column", "words"), WRONG)
def test_each_mistake_is_named_by_row_and_column_and_nothing_is_written(
    tmp_path: Path, cells: dict[str, str], column: str, words: str
) -> None:
    before = counts()
    sound = institution_row(
        备案编码="S010350000009", 统一社会信用代码=social_credit_code(9), 机构名称="演示另一家"
    )
    report = run(tmp_path, sound, institution_row(**cells))
    matching = [problem for problem in report.problems.found if problem.column == column]
    assert matching, [str(problem) for problem in report.problems.found]
    assert matching[0].row == 3
    assert words in matching[0].message
    assert counts() == before


def test_an_old_district_is_right_in_its_time_and_answered_with_its_successor_later(tmp_path: Path) -> None:
    old = {"备案编码": "S010550000001", "备案管理机构": "江北区人力资源和社会保障局", "评价区域": "江北区"}
    old |= {"场地区县": "江北区", "注册地区县": "江北区"}
    assert not run(tmp_path, institution_row(**old)).problems
    assert Site.objects.get().district.code == "500105"
    late = {"备案日期": "2026-01-05", "本期有效期自": "2026-01-05", "有效期至": "2029-01-04"}
    late |= {"备案编码": "S010550000002", "统一社会信用代码": social_credit_code(2), "机构名称": "演示二校"}
    report = run(tmp_path, institution_row(**(old | late)))
    messages = {problem.column: problem.message for problem in report.problems.found}
    assert set(messages) == {"备案管理机构", "注册地区县", "评价区域", "场地区县"}
    assert "由“两江新区”承继" in messages["注册地区县"]
    assert "由“两江新区人力资源和社会保障局”承继" in messages["备案管理机构"]
    assert Filing.objects.count() == 1


def test_rows_of_one_filing_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    second = institution_row(职业编码="6-18-01-01", 职业名称="车工", 标准="车工", 注册地址="别处2号")
    problem = only_problem(run(tmp_path, institution_row(), second))
    assert problem.startswith("第 3 行“注册地址”：与第 2 行的同一备案")
    assert "演示路1号" in problem
    assert "别处2号" in problem
    assert not Filing.objects.exists()


def test_the_same_scope_twice_is_refused(tmp_path: Path) -> None:
    assert "与第 2 行重复" in only_problem(run(tmp_path, institution_row(), institution_row(等级="五级")))


def test_one_institution_may_hold_two_filings_but_says_the_same_of_itself(tmp_path: Path) -> None:
    other = {"备案编码": "S000050000007", "备案管理机构": "重庆市职业技能鉴定指导中心", "评价区域": "全市"}
    assert not run(tmp_path, institution_row(), institution_row(**other)).problems
    assert Institution.objects.get().filings.count() == 2
    third = other | {"备案编码": "S000050000008", "机构名称": "演示改了名"}
    fourth = other | {"备案编码": "S000050000009"}
    report = run(tmp_path, institution_row(**fourth), institution_row(**third))
    assert any("同一机构" in problem.message for problem in report.problems.found)


def test_what_differs_from_the_register_is_refused_with_both_values(tmp_path: Path) -> None:
    run(tmp_path)
    before = counts()
    row = institution_row(
        机构名称="演示新名学校", 等级="五级、四级", 评价区域="两江新区", 联系电话="023-00000002"
    )
    report = run(tmp_path, row)
    messages = {problem.column: problem.message for problem in report.problems.found}
    assert set(messages) == {"机构名称", "职业编码", "评价区域", "联系电话"}
    assert "登记库中为“演示山城培训学校”，文件中为“演示新名学校”" in messages["机构名称"]
    assert "登记库中为“渝中区”，文件中为“两江新区”" in messages["评价区域"]
    assert all("--effective-on" in message for message in messages.values())
    assert counts() == before


def test_with_day_and_reason_differences_become_dated_events(tmp_path: Path) -> None:
    run(tmp_path)
    row = institution_row(
        机构名称="演示新名学校",
        等级="五级、四级、二级",
        场地名称="第二考场",
        场地地址="演示路2号",
        联系电话="023-00000002",
    )
    report = run(tmp_path, row, options=CHANGE)
    assert not report.problems
    assert (report.new, report.changed, report.unchanged) == (0, 1, 0)
    filing = Filing.objects.get()
    kinds = set(filing.events.values_list("kind", "effective_on"))
    assert kinds == {
        ("filed", dt.date(2025, 3, 3)),
        ("changed", dt.date(2026, 1, 5)),
        ("renamed", dt.date(2026, 1, 5)),
    }
    assert filing.institution.name == "演示新名学校"
    assert filing.institution.phone == "023-00000002"
    assert filing.institution.names.count() == 2
    for day, levels, site in (
        (dt.date(2026, 1, 4), {"5", "4", "3"}, "第一考场"),
        (dt.date(2026, 1, 5), {"5", "4", "2"}, "第二考场"),
    ):
        assert set(ScopeItem.objects.filter(covers(day)).values_list("level", flat=True)) == levels
        assert Site.objects.get(covers(day)).name == site
    assert FilingEvent.objects.get(kind="changed").reason == CHANGE.reason
    before = counts()
    assert run(tmp_path, row, options=CHANGE).unchanged == 1
    assert counts() == before


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"统一社会信用代码": social_credit_code(2)}, "统一社会信用代码"),
        ({"备案日期": "2025-03-04", "本期有效期自": "2025-03-04", "有效期至": "2028-03-03"}, "备案日期"),
        ({"机构性质": "民营企业"}, "机构性质"),
    ],
)
def test_code_days_and_ownership_never_change_by_import(
    tmp_path: Path, cells: dict[str, str], column: str
) -> None:
    run(tmp_path)
    before = counts()
    report = run(tmp_path, institution_row(**cells), options=CHANGE)
    messages = {problem.column: problem.message for problem in report.problems.found}
    assert "导入不能更改这一项" in messages[column]
    assert counts() == before


def test_a_change_during_rectification_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    from tests.factories.register import add_event

    run(tmp_path)
    add_event(Filing.objects.get(), "rectification_ordered", dt.date(2025, 12, 1))
    before = counts()
    report = run(tmp_path, institution_row(等级="五级"), options=CHANGE)
    assert "整改期内不得变更" in only_problem(report)
    assert counts() == before


def test_a_renewed_filing_keeps_both_terms(tmp_path: Path) -> None:
    row = institution_row(备案日期="2021-03-03", 本期有效期自="2024-03-03", 有效期至="2027-03-02")
    assert not run(tmp_path, row).problems
    terms = Filing.objects.get().spans.filter(track="term").values_list("first_day", "last_day")
    assert set(terms) == {
        (dt.date(2021, 3, 3), dt.date(2024, 3, 2)),
        (dt.date(2024, 3, 3), dt.date(2027, 3, 2)),
    }


def test_columns_that_are_absent_are_not_compared(tmp_path: Path) -> None:
    run(tmp_path)
    row = {name: text for name, text in institution_row().items() if name not in ("联系电话", "面向", "状态")}
    assert run(tmp_path, row).unchanged == 1


def test_markup_stays_text(tmp_path: Path) -> None:
    name = "<script>alert(1)</script>演示"
    assert not run(tmp_path, institution_row(机构名称=name)).problems
    assert Institution.objects.get().name == name


def test_an_exception_in_the_middle_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [
        institution_row(
            备案编码=f"S01035000{n:04d}", 统一社会信用代码=social_credit_code(n), 机构名称=f"演示{n}"
        )
        for n in range(1, 6)
    ]
    monkeypatch.setattr(module, "BATCH", 2)
    real = record_filings_in_bulk
    calls: list[int] = []

    def failing(*args: object, **kwargs: object) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "record_filings_in_bulk", failing)
    before = counts()
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path, *rows)
    assert counts() == before
    monkeypatch.setattr(module, "record_filings_in_bulk", real)
    assert run(tmp_path, *rows).new == 5


def test_the_number_of_queries_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    def queries(number: int, base: int) -> int:
        rows = [
            institution_row(
                备案编码=f"S0103500{base + n:05d}",
                统一社会信用代码=social_credit_code(base + n),
                机构名称=f"演示{base + n}",
            )
            for n in range(number)
        ]
        with CaptureQueriesContext(
            connection,
        ) as context:
            assert run(tmp_path, *rows).new == number
        return len(context)

    # A statement takes some hundred rows on SQLite, so inserts are split now and then.
    assert queries(60, 1000) - queries(2, 100) <= 3


def test_xlsx_is_read_like_csv(tmp_path: Path) -> None:
    row = institution_row()
    record: list[object] = list(row.values())
    record[list(row).index("备案日期")] = dt.date(2025, 3, 3)
    record[list(row).index("版本")] = 2018
    path = write_xlsx(tmp_path / "in.xlsx", [list(row), record])
    report = import_institutions(path)
    assert not report.problems
    assert report.new == 1
    assert Filing.objects.get().filed_on == dt.date(2025, 3, 3)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_encodings_give_the_same_result(tmp_path: Path, encoding: str) -> None:
    make_district("500104", "大渡口区")
    make_occupation()
    report = import_institutions(write_csv(tmp_path / "in.csv", [institution_row()], encoding))
    assert not report.problems
    assert Institution.objects.get().name == "演示山城培训学校"
