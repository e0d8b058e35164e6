"""Deemed acceptance (Art. 10)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, strategies as st

from portal.regulation.acceptance import CHINA, CorrectionNotice, correction_notice_allowed, deemed_acceptance
from portal.regulation.deadlines import decision_deadline
from portal.regulation.working_days import load_shipped_calendar

CALENDAR = load_shipped_calendar()
RECEIPT = date(2026, 3, 2)  # a Monday; the fifth working day is Monday, 9 March


def test_from_midnight_after_the_fifth_working_day() -> None:
    result = deemed_acceptance(RECEIPT, CALENDAR)
    assert result.limit.due == date(2026, 3, 9)
    assert result.at == datetime(2026, 3, 10, tzinfo=CHINA)
    assert result.acceptance_day == date(2026, 3, 10)
    assert decision_deadline(date(2026, 3, 10), CALENDAR).due == date(2026, 6, 8)


def test_over_the_spring_festival() -> None:
    assert deemed_acceptance(date(2026, 2, 13), CALENDAR).at == datetime(2026, 2, 28, tzinfo=CHINA)


@pytest.mark.parametrize("served", [date(2026, 3, 2), date(2026, 3, 5), date(2026, 3, 9)])
def test_a_standing_notice_stops_it(served: date) -> None:
    notice = CorrectionNotice(served)
    result = deemed_acceptance(RECEIPT, CALENDAR, [notice])
    assert result.at is None
    assert result.acceptance_day is None
    assert result.stopped_by == notice
    assert not correction_notice_allowed(served, result)


@pytest.mark.parametrize(
    ("served", "recalled", "at"),
    [
        (date(2026, 3, 4), date(2026, 3, 4), date(2026, 3, 10)),  # taken back at once: nothing lost
        (date(2026, 3, 4), date(2026, 3, 6), date(2026, 3, 12)),  # Thursday and Friday did not count
        (date(2026, 3, 6), date(2026, 3, 8), date(2026, 3, 10)),  # only a weekend lay between
        (date(2026, 3, 9), date(2026, 3, 11), date(2026, 3, 12)),  # on the fifth day: nothing left to count
        (date(2026, 3, 9), date(2026, 3, 14), date(2026, 3, 15)),
    ],
)
def test_the_clock_goes_on_after_a_recall(served: date, recalled: date, at: date) -> None:
    result = deemed_acceptance(RECEIPT, CALENDAR, [CorrectionNotice(served, recalled)])
    assert result.acceptance_day == at


def test_a_late_notice_changes_nothing() -> None:
    late = CorrectionNotice(date(2026, 3, 10))
    result = deemed_acceptance(RECEIPT, CALENDAR, [late])
    assert result.acceptance_day == date(2026, 3, 10)
    assert result.too_late == (late,)
    assert not correction_notice_allowed(date(2026, 3, 10), result)
    assert correction_notice_allowed(date(2026, 3, 9), result)


def test_second_notice_after_a_recall_stops_it_again() -> None:
    first = CorrectionNotice(date(2026, 3, 4), date(2026, 3, 6))
    second = CorrectionNotice(date(2026, 3, 11))
    result = deemed_acceptance(RECEIPT, CALENDAR, [second, first])
    assert result.at is None
    assert result.stopped_by == second


def test_of_two_notices_on_the_last_day_the_longer_decides() -> None:
    notices = [
        CorrectionNotice(date(2026, 3, 9), date(2026, 3, 12)),
        CorrectionNotice(date(2026, 3, 9), date(2026, 3, 11)),
    ]
    assert deemed_acceptance(RECEIPT, CALENDAR, notices).acceptance_day == date(2026, 3, 13)


def test_recall_before_service_is_refused() -> None:
    with pytest.raises(ValueError, match="早于送达日"):
        CorrectionNotice(date(2026, 3, 4), date(2026, 3, 3))


@given(
    st.dates(date(2021, 1, 1), date(2026, 11, 30)),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=3),
)
def test_a_recalled_notice_never_brings_it_forward(receipt: date, pauses: list[tuple[int, int]]) -> None:
    notices = [
        CorrectionNotice(receipt + timedelta(days=served), receipt + timedelta(days=served + open_for))
        for served, open_for in pauses
    ]
    plain = deemed_acceptance(receipt, CALENDAR).acceptance_day
    paused = deemed_acceptance(receipt, CALENDAR, notices)
    assert plain is not None
    assert paused.acceptance_day is not None
    assert paused.acceptance_day >= plain
    assert all(
        notice.recalled_on is not None and paused.acceptance_day > notice.recalled_on
        for notice in notices
        if notice not in paused.too_late
    )
