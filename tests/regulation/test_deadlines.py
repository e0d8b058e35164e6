"""Every limit: golden dates, an independent count, and what always holds."""

from __future__ import annotations

import csv
import json
from datetime import date, timedelta
from importlib import resources

import pytest
from hypothesis import given, strategies as st

from portal.regulation import deadlines as limits
from portal.regulation.deadlines import Deadline, DeadlineError, Extension, explain
from portal.regulation.rules import PLATFORM, STATUTORY, WORKING_DAYS
from portal.regulation.working_days import load_shipped_calendar

CALENDAR = load_shipped_calendar()
published_day = st.dates(date(2021, 1, 1), date(2026, 6, 30))
future_day = st.dates(date(2026, 7, 1), date(2060, 12, 31))
any_start = st.one_of(published_day, future_day)
rule_names = st.sampled_from(sorted(limits.EXPLAINABLE_RULES))


@pytest.mark.parametrize(
    ("rule", "start", "due", "provisional"),
    [
        ("acceptance", date(2026, 2, 13), date(2026, 2, 27), False),
        ("acceptance", date(2026, 9, 30), date(2026, 10, 13), False),
        ("acceptance", date(2026, 12, 30), date(2027, 1, 7), True),
        ("acceptance", date(2026, 3, 2), date(2026, 3, 9), False),
        ("acceptance", date(2026, 2, 15), date(2026, 2, 28), False),  # received on a holiday
        ("acceptance", date(2026, 12, 24), date(2026, 12, 31), False),
        ("acceptance", date(2026, 12, 25), date(2027, 1, 4), True),
        ("correction", date(2026, 3, 2), date(2026, 4, 1), False),
        ("correction", date(2026, 3, 5), date(2026, 4, 7), False),  # 4 April begins 清明
        ("correction", date(2026, 9, 2), date(2026, 10, 8), False),
        ("correction", date(2026, 12, 5), date(2027, 1, 4), True),
        ("correction", date(2026, 1, 15), date(2026, 2, 14), False),  # a make-up Saturday is a working day
        ("decision", date(2026, 3, 1), date(2026, 5, 30), False),  # a Saturday: an office's limit stays
        ("expiry", date(2024, 2, 29), date(2027, 2, 28), False),
        ("expiry", date(2024, 3, 1), date(2027, 2, 28), False),
        ("expiry", date(2021, 3, 1), date(2024, 2, 29), False),
        ("renewal", date(2024, 2, 29), date(2027, 1, 29), False),
        ("announcement", date(2026, 9, 30), date(2026, 10, 9), False),
    ],
)
def test_golden_dates(rule: str, start: date, due: date, provisional: bool) -> None:
    deadline = explain(rule, start, CALENDAR)
    assert (deadline.due, deadline.provisional) == (due, provisional)


def test_the_spring_festival_is_explained_day_by_day() -> None:
    deadline = explain("acceptance", date(2026, 2, 13), CALENDAR)
    assert [item.day.day for item in deadline.skipped] == list(range(15, 24))
    assert {item.reason for item in deadline.skipped} == {"春节放假"}
    assert [(item.day, item.reason) for item in deadline.make_up_days] == [
        (date(2026, 2, 14), "春节调休上班")
    ]
    text = "\n".join(deadline.explanation_lines())
    assert "受理审核期限：2026年2月27日（周五）。" in text
    assert "依据：第十条（法定；渝人社发〔2020〕128号）。" in text
    assert "不计入的日子 9 天：2026年2月15日（周日）春节放假" in text
    assert "计入的调休工作日 1 天：2026年2月14日（周六）春节调休上班。" in text
    assert "暂定" not in text


def test_a_provisional_date_says_so() -> None:
    lines = explain("acceptance", date(2026, 12, 30), CALENDAR).explanation_lines()
    assert lines[0].endswith("（暂定）。")
    assert any(line.startswith("暂定：") for line in lines)


def test_a_rolled_date_says_from_where() -> None:
    deadline = explain("correction", date(2026, 9, 2), CALENDAR)
    assert deadline.rolled_from == date(2026, 10, 2)
    assert "最后一日2026年10月2日（周五）是休息日，顺延" in "\n".join(deadline.explanation_lines())


def test_json_form() -> None:
    data = json.loads(json.dumps(explain("acceptance", date(2026, 2, 13), CALENDAR).to_dict()))
    assert (data["due"], data["provisional"], data["article"], data["basis"]) == (
        "2026-02-27",
        False,
        "第十条",
        "法定",
    )
    assert data["skipped"][0] == {"date": "2026-02-15", "reason": "春节放假"}
    assert data["make_up_days"] == [{"date": "2026-02-14", "reason": "春节调休上班"}]


def test_expiry_names_both_days() -> None:
    text = "\n".join(explain("expiry", date(2024, 2, 29), CALENDAR).explanation_lines())
    assert "2027年3月1日" in text
    assert "2027年2月28日" in text


@pytest.mark.parametrize("rule", ["", "acceptence", "受理"])
def test_unknown_rule_lists_the_known(rule: str) -> None:
    with pytest.raises(
        DeadlineError, match="acceptance、correction、decision、expiry、renewal、announcement"
    ):
        explain(rule, date(2026, 1, 1), CALENDAR)


@pytest.mark.parametrize("start", [date.min, date(1948, 12, 31), date.max])
def test_impossible_start_days(start: date) -> None:
    for rule in limits.EXPLAINABLE_RULES:
        with pytest.raises(DeadlineError, match="1949 至 9900"):
            explain(rule, start, CALENDAR)


def test_start_before_the_regulation_is_computed_and_noted() -> None:
    deadline = explain("acceptance", date(2019, 9, 30), CALENDAR)
    assert deadline.due == date(2019, 10, 12)  # a make-up Saturday
    assert "早于该规则的施行日（2020-12-31）" in deadline.explanation_lines()[-1]
    assert explain("acceptance", date(2020, 12, 31), CALENDAR).notes == ()


def _independent_rest_days() -> tuple[set[str], set[str]]:
    text = resources.files("portal.regulation").joinpath("data", "calendar.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))[1:]
    return {row[0] for row in rows if row[1] == "off"}, {row[0] for row in rows if row[1] == "work"}


OFF, WORK = _independent_rest_days()


@given(published_day, st.sampled_from([("acceptance", 5), ("announcement", 2), ("selection_notice", 5)]))
def test_working_days_by_brute_force(start: date, rule: tuple[str, int]) -> None:
    """Count again without any of the code under test: ordinals, the file, and nothing else."""
    name, length = rule
    ordinal, found = start.toordinal(), 0
    while found < length:
        ordinal += 1
        iso = date.fromordinal(ordinal).isoformat()
        weekend = (ordinal + 6) % 7 >= 5
        found += iso in WORK or (not weekend and iso not in OFF)
    deadline: Deadline = getattr(limits, f"{name}_deadline")(start, CALENDAR)
    assert deadline.due.toordinal() == ordinal


@given(any_start)
def test_counts_in_the_explanation_add_up(start: date) -> None:
    deadline = explain("acceptance", start, CALENDAR)
    assert (deadline.due - start).days == deadline.length + len(deadline.skipped)
    assert all(start < item.day < deadline.due for item in deadline.skipped)
    assert all(CALENDAR.day_verdict(item.day).make_up for item in deadline.make_up_days)


@given(any_start, rule_names)
def test_a_later_start_never_ends_earlier(start: date, rule: str) -> None:
    following = explain(rule, start + timedelta(days=1), CALENDAR)
    assert explain(rule, start, CALENDAR).due <= following.due


@given(any_start)
def test_rolled_limits_end_on_working_days(start: date) -> None:
    for build in (
        limits.correction_deadline,
        limits.reconsideration_deadline,
        limits.litigation_deadline,
        limits.acceptance_deadline,
    ):
        deadline: Deadline = build(start, CALENDAR)
        assert CALENDAR.is_working(deadline.due)
    correction = limits.correction_deadline(start, CALENDAR)
    assert correction.due >= start + timedelta(days=30)
    if correction.rolled_from is not None:
        assert correction.rolled_from == start + timedelta(days=30)
        assert (correction.due - correction.rolled_from).days == len(correction.skipped)


@given(any_start, rule_names)
def test_every_date_explains_itself(start: date, rule: str) -> None:
    deadline = explain(rule, start, CALENDAR)
    lines = deadline.explanation_lines()
    assert deadline.title in lines[0]
    assert deadline.article in lines[1]
    assert deadline.basis in {STATUTORY, PLATFORM}
    assert deadline.basis in lines[1]
    assert ("暂定" in lines[0]) == deadline.provisional
    assert all(line.endswith("。") for line in lines)
    if deadline.unit == WORKING_DAYS and deadline.due.year > 2026:
        assert deadline.provisional


@given(any_start)
def test_an_office_has_one_working_day_of_grace(start: date) -> None:
    deadline = limits.decision_deadline(start, CALENDAR)
    assert deadline.due == start + timedelta(days=90)
    overdue = deadline.publicly_overdue_from
    assert overdue is not None
    days = [deadline.due + timedelta(days=offset) for offset in range(1, (overdue - deadline.due).days)]
    assert [CALENDAR.is_working(day) for day in days].count(True) == 1


def test_extension_needs_a_reason_and_moves_the_day() -> None:
    extended = limits.correction_deadline(date(2026, 3, 2), CALENDAR, [Extension(10, "场地验收延期")])
    assert extended.due == date(2026, 4, 13)  # 11 April is a Saturday
    assert "延长 10 日，理由：场地验收延期。" in extended.explanation_lines()
    with pytest.raises(ValueError, match="写明理由"):
        Extension(10, "  ")
    with pytest.raises(ValueError, match="正整数"):
        Extension(0, "理由")


def test_remedies() -> None:
    assert limits.reconsideration_deadline(date(2026, 3, 2), CALENDAR).due == date(2026, 5, 6)  # 1 May rolls
    assert limits.litigation_deadline(date(2025, 8, 31), CALENDAR).due == date(
        2026, 2, 28
    )  # a make-up Saturday
    assert limits.litigation_deadline(date(2026, 3, 2), CALENDAR).due == date(2026, 9, 2)


def test_renewal_is_decided_by_the_last_valid_day() -> None:
    early = limits.renewal_decision_deadline(date(2026, 3, 2), date(2026, 12, 31), CALENDAR)
    assert early.due == date(2026, 5, 31)
    capped = limits.renewal_decision_deadline(date(2026, 11, 20), date(2026, 12, 31), CALENDAR)
    assert capped.due == date(2026, 12, 31)
    assert "第十四条" in capped.article
    assert any("最后一个有效日" in note for note in capped.notes)
    # Accepted after expiry: the 90 days are all that is left.
    after = limits.renewal_decision_deadline(date(2026, 3, 2), date(2026, 2, 27), CALENDAR)
    assert after.due == date(2026, 5, 31)


def test_complaint_standards() -> None:
    start = date(2026, 3, 2)
    assert limits.complaint_acceptance_deadline(start, CALENDAR).due == date(2026, 3, 9)
    assert limits.complaint_completion_deadline(start, CALENDAR).due == date(2026, 5, 1)
    longer = limits.complaint_completion_deadline(start, CALENDAR, extension_reason="需要鉴定")
    assert longer.due == date(2026, 5, 31)
    assert limits.report_opening_deadline(start, CALENDAR).due == date(2026, 3, 23)
    assert limits.report_opening_deadline(start, CALENDAR, extension_reason="案情复杂").due == date(
        2026, 4, 14
    )
    assert limits.suggestion_reply_deadline(start, CALENDAR).due == date(2026, 3, 16)
    assert limits.suggestion_reply_deadline(start, CALENDAR).basis == PLATFORM
