"""Computing again: another calendar, an outage."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, strategies as st

from portal.regulation.deadlines import (
    OFFICE,
    acceptance_deadline,
    correction_deadline,
    decision_deadline,
    expiry_deadline,
    explain,
    recompute,
    reconsideration_deadline,
    selection_notice_deadline,
)
from portal.regulation.spans import Span
from portal.regulation.working_days import WorkCalendar, load_shipped_calendar

CALENDAR = load_shipped_calendar()
days_of_2027 = st.dates(date(2027, 1, 1), date(2027, 12, 31))


@st.composite
def calendars_of_2027(draw: st.DrawFn) -> WorkCalendar:
    off = draw(st.sets(days_of_2027, max_size=40))
    work = draw(st.sets(days_of_2027, max_size=20)) - off
    names = "测试假期"
    return CALENDAR.with_days(off=dict.fromkeys(off, names), work=dict.fromkeys(work, names), years=[2027])


def test_publishing_a_year_makes_the_date_final() -> None:
    old = acceptance_deadline(date(2026, 12, 30), CALENDAR)
    published = CALENDAR.with_days(
        off={date(2027, 1, 1): "元旦"}, work={date(2027, 1, 3): "元旦"}, years=[2027]
    )
    new = recompute(old, published)
    assert new.deadline.due == date(2027, 1, 6)
    assert not new.deadline.provisional
    assert new.moved_days == -1
    assert new.message == "受理审核期限：由2027年1月7日（周四）提前 1 日至2027年1月6日（周三）。"


def test_an_applicant_keeps_the_later_day() -> None:
    old = correction_deadline(date(2026, 12, 3), CALENDAR)
    assert old.due == date(2027, 1, 4)  # rolled from Saturday, 2 January
    published = CALENDAR.with_days(work={date(2027, 1, 2): "元旦"}, years=[2027])
    new = recompute(old, published)
    assert new.kept
    assert new.deadline.due == old.due
    assert "不缩短" in new.message
    assert "保留原定日期" in new.deadline.notes[-1]
    again = recompute(new.deadline, published)
    assert again.deadline.due == old.due
    assert len(again.deadline.notes) == len(new.deadline.notes)


@given(st.dates(date(2026, 10, 1), date(2027, 12, 1)), calendars_of_2027())
def test_protected_limits_never_shrink(start: date, calendar: WorkCalendar) -> None:
    for build in (correction_deadline, reconsideration_deadline, selection_notice_deadline):
        old = build(start, CALENDAR)
        new = recompute(old, calendar)
        assert new.deadline.due >= old.due
        assert new.deadline.due >= build(start, calendar).due
        assert recompute(new.deadline, calendar).moved_days == 0
        assert new.kept == (build(start, calendar).due < old.due)


@given(st.dates(date(2026, 10, 1), date(2027, 12, 1)), calendars_of_2027())
def test_office_limits_follow_the_calendar(start: date, calendar: WorkCalendar) -> None:
    for rule in ("acceptance", "announcement", "decision"):
        old = explain(rule, start, CALENDAR)
        assert old.whose == OFFICE
        assert recompute(old, calendar).deadline == explain(rule, start, calendar)


@given(st.dates(date(2024, 1, 1), date(2026, 3, 1)), st.integers(0, 40), st.integers(0, 10))
def test_an_outage_gives_its_days_back(start: date, after: int, length: int) -> None:
    outage = Span(start + timedelta(days=after), start + timedelta(days=after + length))
    old = correction_deadline(start, CALENDAR)
    plain_end = start + timedelta(days=30)
    new = recompute(old, CALENDAR, stopped=[outage])
    touched = outage.start <= plain_end and outage.end is not None and outage.end > start
    assert new.deadline.due >= old.due
    if touched:
        usable = [
            day
            for offset in range(1, (new.deadline.due - start).days + 1)
            if not outage.covers(day := start + timedelta(days=offset))
        ]
        assert len(usable) >= 30
    else:
        assert new.moved_days == 0
    # The same outage reported twice counts once.
    assert recompute(new.deadline, CALENDAR, stopped=[outage]).moved_days == 0


def test_an_outage_is_explained() -> None:
    outage = Span(date(2026, 3, 3), date(2026, 3, 4))
    elsewhere = Span(date(2026, 6, 1), date(2026, 6, 2))
    old = correction_deadline(date(2026, 3, 2), CALENDAR)
    new = recompute(old, CALENDAR, stopped=[outage, elsewhere]).deadline
    assert new.due == date(2026, 4, 3)
    lines = new.explanation_lines()
    assert "2026年3月3日（周二）至2026年3月4日（周三）期限停止计算。" in lines
    assert not any("6月1日" in line for line in lines)


def test_an_outage_does_not_excuse_an_office_or_lengthen_a_filing() -> None:
    outage = [Span(date(2026, 3, 3), date(2026, 3, 9))]
    for old in (
        acceptance_deadline(date(2026, 3, 2), CALENDAR),
        decision_deadline(date(2026, 3, 2), CALENDAR),
        expiry_deadline(date(2026, 3, 2), CALENDAR),
    ):
        assert recompute(old, CALENDAR, stopped=outage).moved_days == 0


def test_nothing_moved_says_so() -> None:
    old = correction_deadline(date(2026, 3, 2), CALENDAR)
    result = recompute(old, CALENDAR)
    assert result.deadline == old
    assert result.message == "补正期限：重新计算后仍为2026年4月1日（周三）。"


def test_recomputing_keeps_the_length_of_the_case() -> None:
    old = replace(acceptance_deadline(date(2026, 3, 2), CALENDAR), length=7)
    assert recompute(old, CALENDAR).deadline.due == date(2026, 3, 11)
