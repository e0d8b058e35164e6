"""Importing occupations with work types and former codes."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.audit.models import AuditEvent
from portal.register.models import Occupation, OccupationFormerCode, WorkType
from portal.register.services.import_occupations import import_occupations
from portal.register.services.importing import ImportOptions, ImportReport
from tests.factories.register import make_occupation
from tests.factories.tables import write_csv

pytestmark = pytest.mark.django_db

ROW = {
    "职业编码": "6-31-01-03",
    "职业名称": "电工",
    "小类编码": "6-31-01",
    "小类": "机械设备修理人员",
    "中类": "生产辅助人员",
    "大类": "生产制造及有关人员",
    "工种": "烟机电工、船舶电工",
    "原编码": "6-07-06-05；6-07-06-06",
    "原名称": "维修电工；常用电机检修工",
    "原编码来源": "1999年版；1999年版",
}


def run(path: Path, *rows: dict[str, str], options: ImportOptions | None = None) -> ImportReport:
    return import_occupations(write_csv(path / "in.csv", rows or (ROW,)), options)


def counts() -> tuple[int, ...]:
    models = (Occupation, WorkType, OccupationFormerCode, AuditEvent)
    return tuple(model._default_manager.count() for model in models)


def test_occupations_work_types_and_former_codes_are_recorded_once(tmp_path: Path) -> None:
    report = run(tmp_path)
    assert not report.problems
    assert (report.new, report.changed, report.unchanged) == (1, 0, 0)
    occupation = Occupation.objects.get()
    assert set(occupation.work_types.values_list("name", flat=True)) == {"烟机电工", "船舶电工"}
    former = occupation.former_codes.get(code="6-07-06-05")
    assert (former.name, former.source) == ("维修电工", "1999年版")
    before = counts()
    again = run(tmp_path)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1)
    assert counts() == before


def test_work_types_are_added_and_never_taken_away(tmp_path: Path) -> None:
    run(tmp_path)
    report = run(tmp_path, ROW | {"工种": "矿山电工"})
    assert (report.changed, report.unchanged) == (1, 0)
    assert WorkType.objects.count() == 3


def test_another_name_needs_a_reason_and_the_old_one_goes_on_answering(tmp_path: Path) -> None:
    make_occupation("6-31-01-03", "电气工")
    before = counts()
    report = run(tmp_path)
    assert str(report.problems.found[0]) == (
        "第 2 行“职业名称”：登记库中为“电气工”，文件中为“电工”；确需更改的，加 --reason 理由重新导入。"
    )
    assert counts() == before
    assert not run(tmp_path, options=ImportOptions(reason="大典更名")).problems
    assert Occupation.objects.get().name == "电工"
    assert OccupationFormerCode.objects.get(name="电气工").source == "大典更名"


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        ({"职业编码": "6-31"}, "职业编码", "应如 6-31-01-03"),
        ({"职业名称": ""}, "职业名称", "没有填写"),
        ({"小类编码": "6-30-01"}, "小类编码", "不在这个小类之下"),
        ({"原名称": "维修电工"}, "原编码", "个数应相同"),
        ({"工种": "工" * 81}, "工种", "最多 80 个"),
    ],
)
def test_mistakes_are_named_and_nothing_is_written(
    tmp_path: Path, cells: dict[str, str], column: str, words: str
) -> None:
    sound = ROW | {"职业编码": "6-31-01-04", "职业名称": "仪器仪表维修工"}
    report = run(tmp_path, sound, ROW | cells)
    problem = report.problems.found[0]
    assert (problem.row, problem.column) == (3, column)
    assert words in problem.message
    assert counts() == (0, 0, 0, 0)


def test_one_occupation_has_one_row(tmp_path: Path) -> None:
    assert "与第 2 行重复" in str(run(tmp_path, ROW, ROW).problems.found[0])


def test_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    report = run(tmp_path, options=ImportOptions(dry_run=True))
    assert report.changes == ["新增职业 6-31-01-03 电工"]
    assert counts() == (0, 0, 0, 0)
