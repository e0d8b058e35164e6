"""The work calendar: published years, years to come, years staff add."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from portal.regulation.working_days import (
    WorkCalendar,
    load_shipped_calendar,
    lunar_festivals,
    statutory_festival,
)

CALENDAR = load_shipped_calendar()
any_day = st.dates(date(1950, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "working", "reason", "provisional"),
    [
        (date(2026, 2, 14), True, "春节调休上班", False),
        (date(2026, 2, 16), False, "春节放假", False),
        (date(2026, 2, 28), True, "春节调休上班", False),
        (date(2026, 3, 2), True, "工作日", False),
        (date(2026, 3, 7), False, "周末休息", False),
        (date(2019, 4, 6), False, "周末休息", False),
        (date(2020, 10, 8), False, "国庆节、中秋节放假", False),
        (date(2018, 12, 29), True, "元旦调休上班", False),
        (date(2020, 2, 3), True, "工作日", False),
        (date(2027, 1, 1), False, "元旦法定节日", True),
        (date(2027, 2, 5), False, "春节法定节日", True),
        (date(2027, 2, 8), False, "春节法定节日", True),
        (date(2027, 2, 9), True, "工作日", True),
        (date(2027, 4, 5), False, "清明节法定节日", True),
        (date(2027, 6, 9), False, "端午节法定节日", True),
        (date(2027, 9, 15), False, "中秋节法定节日", True),
        (date(2028, 10, 3), False, "国庆节法定节日", True),
        (date(2017, 10, 2), False, "国庆节法定节日", True),
        (date(2093, 5, 1), False, "劳动节法定节日", True),
    ],
)
def test_verdicts(day: date, working: bool, reason: str, provisional: bool) -> None:
    verdict = CALENDAR.day_verdict(day)
    assert (verdict.working, verdict.reason, verdict.provisional) == (working, reason, provisional)


@pytest.mark.parametrize(
    ("year", "working"),
    # Weekdays less the statutory days (11, since 2025: 13); in 2020 the spring festival was prolonged.
    [(2018, 250), (2019, 250), (2020, 249), (2021, 250), (2022, 249), (2023, 249), (2024, 251), (2025, 248)],
)
def test_working_days_of_a_year(year: int, working: int) -> None:
    first = date(year, 1, 1)
    days = [first + timedelta(days=offset) for offset in range((date(year + 1, 1, 1) - first).days)]
    assert sum(CALENDAR.is_working(day) for day in days) == working


def test_shipped_years() -> None:
    assert CALENDAR.published_years == frozenset(range(2018, 2027))


@given(any_day)
def test_any_day_is_answered(day: date) -> None:
    verdict = CALENDAR.day_verdict(day)
    assert verdict.provisional == (day.year not in CALENDAR.published_years)
    assert verdict.reason
    assert not (verdict.make_up and not verdict.working)


@given(any_day)
def test_next_working_day_is_the_first(day: date) -> None:
    following = CALENDAR.next_working_day(day)
    assert following > day
    assert CALENDAR.is_working(following)
    between = [day + timedelta(days=offset) for offset in range(1, (following - day).days)]
    assert not any(CALENDAR.is_working(item) for item in between)
    assert CALENDAR.first_working_day_from(following) == following


def test_lunar_table_has_its_years() -> None:
    years = {day.year for day in lunar_festivals()}
    assert years == set(range(2027, 2051))
    # 春节 four days, 清明, 端午, 中秋; in no year of the table do two of them share a day.
    assert all(len([day for day in lunar_festivals() if day.year == year]) == 7 for year in years)
    assert statutory_festival(date(2030, 2, 2)) == "春节"


def test_staff_publish_a_year() -> None:
    later = CALENDAR.with_days(
        off={date(2027, 1, 1): "元旦", date(2027, 2, 11): "春节"},
        work={date(2027, 1, 3): "元旦"},
        years=[2027],
    )
    assert later.day_verdict(date(2027, 1, 3)).working
    assert later.day_verdict(date(2027, 1, 3)).make_up
    assert later.day_verdict(date(2027, 2, 11)).reason == "春节放假"
    # A published year is final: what the table only supposed no longer counts.
    assert later.day_verdict(date(2027, 4, 5)).working
    assert not later.day_verdict(date(2027, 3, 1)).provisional
    assert CALENDAR.day_verdict(date(2027, 1, 3)).provisional


def test_single_days_do_not_publish_a_year() -> None:
    later = CALENDAR.with_days(work={date(2027, 1, 2): "元旦"})
    assert later.day_verdict(date(2027, 1, 2)).working
    assert later.day_verdict(date(2027, 1, 2)).provisional


def test_a_later_entry_replaces_an_earlier_one() -> None:
    changed = CALENDAR.with_days(off={date(2026, 2, 14): "防疫"})
    assert not changed.is_working(date(2026, 2, 14))
    assert changed.with_days(work={date(2026, 2, 14): "春节"}).is_working(date(2026, 2, 14))


def test_a_day_is_not_both() -> None:
    with pytest.raises(ValueError, match="2027-01-01 既标为放假又标为上班"):
        WorkCalendar(off={date(2027, 1, 1): "元旦"}, work={date(2027, 1, 1): "元旦"})
