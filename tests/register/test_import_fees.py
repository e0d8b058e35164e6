"""Importing fee standards (Art. 18)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from portal.audit.models import AuditEvent
from portal.register.models import FeeCorrection, FeeItem, FeeSchedule
from portal.register.services import fee_writing as module
from portal.register.services.import_fees import import_fees
from portal.register.services.import_institutions import import_institutions
from portal.register.services.importing import ImportOptions, ImportReport
from tests.factories.tables import fee_row, institution_row, make_reference_rows, write_csv

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def filing(db: None, tmp_path: Path) -> None:
    make_reference_rows()
    assert not import_institutions(write_csv(tmp_path / "institutions.csv", [institution_row()])).problems


def run(path: Path, *rows: dict[str, str], options: ImportOptions | None = None) -> ImportReport:
    return import_fees(write_csv(path / "in.csv", rows or (fee_row(),)), options)


def counts() -> tuple[int, ...]:
    models = (FeeSchedule, FeeItem, AuditEvent)
    return tuple(model._default_manager.count() for model in models)


def test_rows_become_one_schedule_with_amounts_in_fen(tmp_path: Path) -> None:
    report = run(tmp_path, fee_row(), fee_row(等级="四级", 理论="", 技能="", 合计="150"))
    assert not report.problems
    assert (report.rows, report.new) == (2, 1)
    schedule = FeeSchedule.objects.get()
    assert (schedule.first_day, schedule.last_day, schedule.basis) == (
        dt.date(2025, 4, 1),
        None,
        "演示收费依据",
    )
    third, fourth = schedule.items.get(level="3"), schedule.items.get(level="4")
    assert (third.knowledge_fen, third.skill_fen, third.total_fen) == (4500, 26000, 30500)
    assert (fourth.skill_fen, fourth.undivided_fen, fourth.total_fen) == (0, 15000, 15000)
    before = counts()
    assert run(tmp_path, fee_row(), fee_row(等级="四级", 理论="", 技能="", 合计="150")).unchanged == 1
    assert counts() == before


def test_a_later_schedule_ends_the_one_before_it(tmp_path: Path) -> None:
    later = {"公布日期": "2026-04-01", "执行日期": "2026-04-01", "技能": "300", "合计": "345"}
    run(tmp_path)
    assert run(tmp_path, fee_row(**later)).new == 1
    first, second = FeeSchedule.objects.order_by("first_day")
    assert (first.last_day, second.last_day) == (dt.date(2026, 3, 31), None)
    ended = AuditEvent.objects.get(action="register.fees.ended")
    assert (ended.before, ended.after) == ({"last_day": ""}, {"last_day": "2026-03-31"})
    both = run(tmp_path, fee_row(), fee_row(**later))
    assert not both.problems
    assert both.unchanged == 2


def test_other_amounts_need_a_reason(tmp_path: Path) -> None:
    run(tmp_path)
    before = counts()
    row = fee_row(技能="270.00", 合计="315.00")
    problem = str(run(tmp_path, row).problems.found[0])
    assert "登记库中为“305.00 元（45.00+260.00）”，文件中为“315.00 元（45.00+270.00）”" in problem
    assert counts() == before
    report = run(tmp_path, row, options=ImportOptions(reason="更正录入错误"))
    assert (report.new, report.changed) == (0, 1)
    assert FeeItem.objects.get().total_fen == 31500
    kept = FeeCorrection.objects.get()
    assert (kept.reason, kept.content["items"][0]["skill_fen"]) == ("更正录入错误", 26000)


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"合计": "300.00"}, "合计", "各项之和为 305.00 元，合计写的是 300.00 元"),
        ({"理论": "", "技能": "", "合计": ""}, "合计", "不要填 0"),
        ({"理论": "四十五"}, "理论", "不是金额"),
        ({"理论": "45.001"}, "理论", "多于两位小数"),
        ({"备案编码": "S010350000099"}, "备案编码", "登记库中没有备案 S010350000099"),
        ({"等级": "一级"}, "职业编码", "范围不含"),
        ({"执行截止": "2025-03-01"}, "执行截止", "早于执行日期"),
        ({"公布日期": "2099-01-01"}, "公布日期", "晚于今天"),
        ({"收费依据": ""}, "收费依据", "没有填写"),
        ({"公示网址": "见官网"}, "公示网址", "不是网址"),
        ({"职业编码": "6-07-06-05", "职业名称": "维修电工"}, "职业编码", "现为 6-31-01-03 电工"),
    ],
)
def test_mistakes_are_named_and_nothing_is_written(
    tmp_path: Path, cells: dict[str, str], column: str, words: str
) -> None:
    before = counts()
    report = run(
        tmp_path, fee_row(等级="五级", 执行日期="2025-05-01", 公布日期="2025-05-01"), fee_row(**cells)
    )
    found = [problem for problem in report.problems.found if problem.column == column]
    assert found, [str(problem) for problem in report.problems.found]
    assert found[0].row == 3
    assert words in found[0].message
    assert counts() == before


def test_the_same_line_twice_and_contradictions_are_refused(tmp_path: Path) -> None:
    assert "与第 2 行重复" in str(run(tmp_path, fee_row(), fee_row()).problems.found[0])
    report = run(tmp_path, fee_row(), fee_row(等级="四级", 收费依据="别的依据"))
    assert "与第 2 行的同一收费标准不一致" in str(report.problems.found[0])


def test_an_exception_in_the_middle_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "record_many", failing)
    before = counts()
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path)
    assert counts() == before
