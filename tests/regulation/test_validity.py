"""Three years, renewal and gaps (Art. 14)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies as st

from portal.regulation.spans import Span
from portal.regulation.validity import (
    RenewalRefused,
    add_months,
    expiry_of,
    first_term,
    renewal_last_day,
    renewal_term,
)

filing_days = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("filed", "expiry", "last_to_ask"),
    [
        (date(2024, 2, 29), date(2027, 2, 28), date(2027, 1, 29)),
        (date(2024, 2, 28), date(2027, 2, 27), date(2027, 1, 28)),
        (date(2021, 3, 1), date(2024, 2, 29), date(2024, 1, 30)),
        (date(2023, 11, 23), date(2026, 11, 22), date(2026, 10, 23)),
        (date(2024, 1, 1), date(2026, 12, 31), date(2026, 12, 1)),
    ],
)
def test_expiry_and_renewal(filed: date, expiry: date, last_to_ask: date) -> None:
    assert expiry_of(filed) == expiry
    assert renewal_last_day(expiry) == last_to_ask


@given(filing_days)
def test_three_whole_years(filed: date) -> None:
    expiry = expiry_of(filed)
    assert 1095 <= (expiry - filed).days + 1 <= 1097
    assert expiry_of(filed + timedelta(days=1)) >= expiry
    assert (expiry - renewal_last_day(expiry)).days == 30
    assert first_term(filed) == Span(filed, expiry)


@given(filing_days, st.integers(-200, 400), st.integers(0, 400))
def test_a_renewed_term_follows_or_starts_on_decision(filed: date, asked: int, decided: int) -> None:
    expiry = expiry_of(filed)
    requested_on = expiry + timedelta(days=asked)
    decided_on = requested_on + timedelta(days=decided)
    renewed = renewal_term(expiry, requested_on, decided_on)
    assert renewed.span.start > expiry
    assert renewed.span.end == expiry_of(renewed.span.start)
    assert renewed.late_request == (requested_on > renewal_last_day(expiry))
    if decided_on <= expiry + timedelta(days=1):
        assert renewed.span.start == expiry + timedelta(days=1)
        assert renewed.gap is None
    else:
        assert renewed.span.start == decided_on
        assert renewed.gap == Span(expiry + timedelta(days=1), decided_on - timedelta(days=1))


def test_late_request_is_accepted_with_a_warning_and_no_bridge() -> None:
    renewed = renewal_term(date(2027, 3, 14), date(2027, 3, 1), date(2027, 5, 1))
    assert renewed.span == Span(date(2027, 5, 1), date(2030, 4, 30))
    text = "\n".join(renewed.explanation)
    assert "2027年3月15日（周一）至2027年4月30日（周五）没有备案" in text
    assert "晚于应当提出的最后一日2027年2月12日" in text


@pytest.mark.parametrize(("requested_on", "late"), [(date(2027, 2, 12), False), (date(2027, 2, 13), True)])
def test_the_last_day_to_ask_is_in_time(requested_on: date, late: bool) -> None:
    assert renewal_term(date(2027, 3, 14), requested_on, date(2027, 3, 1)).late_request is late


def test_none_is_granted_during_rectification() -> None:
    order = Span(date(2027, 2, 1), date(2027, 3, 31))
    with pytest.raises(RenewalRefused, match="整改期内不得延续"):
        renewal_term(date(2027, 3, 14), date(2027, 1, 4), date(2027, 3, 31), [order])
    assert renewal_term(date(2027, 3, 14), date(2027, 1, 4), date(2027, 4, 1), [order]).gap is not None


def test_decision_before_request_is_refused() -> None:
    with pytest.raises(RenewalRefused, match="早于申请日"):
        renewal_term(date(2027, 3, 14), date(2027, 1, 4), date(2027, 1, 3))


@pytest.mark.parametrize(
    ("day", "months", "result"),
    [
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2026, 1, 31), 11, date(2026, 12, 31)),
    ],
)
def test_months(day: date, months: int, result: date) -> None:
    assert add_months(day, months) == result
