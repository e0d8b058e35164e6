"""Public status on any day (Art. 14, 30, 31)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given

from portal.regulation.assessment import FilingSnapshot, StatusSpan
from portal.regulation.spans import Span
from portal.regulation.status import STATUS_ARTICLES, STATUS_LABELS, FilingStatus, next_change, status_on
from tests.regulation.snapshots import FILED, LAST_VALID, days, plain_filing, snapshots

ONE_DAY = timedelta(days=1)
ORDER = StatusSpan(FilingStatus.RECTIFICATION, Span(date(2025, 5, 1), date(2025, 6, 30)))
DEREGISTERED = StatusSpan(FilingStatus.DEREGISTERED, Span(date(2025, 7, 1)))
OPEN_ORDER = StatusSpan(FilingStatus.RECTIFICATION, Span(date(2027, 3, 1)))
TIMELY = Span(date(2027, 2, 1))
TOO_LATE = Span(date(2027, 3, 20))
RENEWED = Span(date(2027, 3, 15), date(2030, 3, 14))
AFTER_GAP = Span(date(2027, 5, 1), date(2030, 4, 30))


@pytest.mark.parametrize(
    ("snapshot", "day", "status"),
    [
        (plain_filing(), FILED - ONE_DAY, "not_yet"),
        (plain_filing(), FILED, "active"),
        (plain_filing(), LAST_VALID, "active"),
        (plain_filing(), LAST_VALID + ONE_DAY, "expired"),
        (plain_filing(terms=()), FILED, "not_yet"),
        (plain_filing(statuses=(ORDER,)), date(2025, 4, 30), "active"),
        (plain_filing(statuses=(ORDER,)), date(2025, 5, 1), "rectification"),
        (plain_filing(statuses=(ORDER,)), date(2025, 6, 30), "rectification"),
        (plain_filing(statuses=(ORDER,)), date(2025, 7, 1), "active"),
        (plain_filing(statuses=(ORDER, DEREGISTERED)), date(2025, 7, 1), "deregistered"),
        (plain_filing(statuses=(DEREGISTERED,)), date(2028, 1, 1), "deregistered"),
        (plain_filing(statuses=(OPEN_ORDER,)), LAST_VALID, "rectification"),
        (plain_filing(statuses=(OPEN_ORDER,)), LAST_VALID + ONE_DAY, "expired"),
        (plain_filing(renewals=(TIMELY,)), date(2027, 2, 1), "active"),
        (plain_filing(renewals=(TIMELY,)), LAST_VALID + ONE_DAY, "renewal_pending"),
        (plain_filing(renewals=(TOO_LATE,)), date(2027, 3, 25), "expired"),
        (plain_filing(renewals=(Span(date(2027, 2, 1), date(2027, 4, 30)),)), date(2027, 5, 1), "expired"),
        (plain_filing(terms=(Span(FILED, LAST_VALID), RENEWED)), LAST_VALID + ONE_DAY, "active"),
        (plain_filing(terms=(Span(FILED, LAST_VALID), AFTER_GAP)), date(2027, 4, 30), "expired"),
        (plain_filing(terms=(Span(FILED, LAST_VALID), AFTER_GAP)), date(2027, 5, 1), "active"),
    ],
)
def test_status(snapshot: FilingSnapshot, day: date, status: str) -> None:
    assert status_on(snapshot, day) == status


@pytest.mark.parametrize(
    ("snapshot", "after", "change"),
    [
        (plain_filing(), date(2024, 1, 1), FILED),
        (plain_filing(), FILED, LAST_VALID + ONE_DAY),
        (plain_filing(), LAST_VALID, LAST_VALID + ONE_DAY),
        (plain_filing(), LAST_VALID + ONE_DAY, None),
        (plain_filing(statuses=(ORDER,)), FILED, date(2025, 5, 1)),
        (plain_filing(statuses=(ORDER,)), date(2025, 5, 10), date(2025, 7, 1)),
        # A renewed term that follows without a gap is no change of status.
        (plain_filing(terms=(Span(FILED, LAST_VALID), RENEWED)), FILED, date(2030, 3, 15)),
        (plain_filing(statuses=(DEREGISTERED,)), date(2026, 1, 1), None),
    ],
)
def test_next_change(snapshot: FilingSnapshot, after: date, change: date | None) -> None:
    assert next_change(snapshot, after) == change


@given(snapshots, days)
def test_nothing_changes_before_the_next_change(snapshot: FilingSnapshot, day: date) -> None:
    change = next_change(snapshot, day)
    now = status_on(snapshot, day)
    last = change if change is not None else day + timedelta(days=900)
    if change is not None:
        assert status_on(snapshot, change) != now
    for offset in range((last - day).days):
        assert status_on(snapshot, day + timedelta(days=offset)) == now


def test_every_status_has_words_and_a_ground() -> None:
    assert set(STATUS_LABELS) == set(STATUS_ARTICLES) == set(FilingStatus)
    assert list(STATUS_LABELS.values()) == ["有效", "整改中", "延续审查中", "已到期", "已注销", "尚未备案"]
