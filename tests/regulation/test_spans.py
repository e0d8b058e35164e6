"""Spans with an inclusive last day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given

from portal.regulation.spans import Span
from tests.regulation.snapshots import days, spans


def test_the_last_day_belongs_to_the_span() -> None:
    span = Span(date(2026, 1, 1), date(2026, 1, 31))
    assert span.covers(date(2026, 1, 1))
    assert span.covers(date(2026, 1, 31))
    assert not span.covers(date(2026, 2, 1))
    assert not span.covers(date(2025, 12, 31))


def test_a_span_does_not_end_before_it_starts() -> None:
    assert Span(date(2026, 1, 1), date(2026, 1, 1)).covers(date(2026, 1, 1))
    with pytest.raises(ValueError, match="末日 2025-12-31 早于首日"):
        Span(date(2026, 1, 1), date(2025, 12, 31))


@given(spans(), spans(), days)
def test_a_shared_day_is_an_overlap(first: Span, second: Span, day: date) -> None:
    if first.covers(day) and second.covers(day):
        assert first.overlaps(second)
    assert first.overlaps(second) == second.overlaps(first)
    later_start = max(first.start, second.start)
    assert first.overlaps(second) == (first.covers(later_start) and second.covers(later_start))
