"""Floors of Art. 19."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from portal.regulation.retention import RetentionShortened, lengthened, refuse_shortening, retain_until_floor

triggers = st.dates(date(2020, 12, 31), date(2090, 1, 1))


@pytest.mark.parametrize(
    ("medium", "trigger", "until"),
    [
        ("paper", date(2026, 11, 22), date(2029, 11, 22)),
        ("electronic", date(2026, 11, 22), date(2031, 11, 22)),
        ("paper", date(2024, 2, 29), date(2027, 2, 28)),
        ("electronic", date(2024, 2, 29), date(2029, 2, 28)),
        ("paper", date(2025, 2, 28), date(2028, 2, 28)),
    ],
)
def test_floor(medium: str, trigger: date, until: date) -> None:
    assert retain_until_floor(medium, trigger) == until


def test_unknown_medium_is_refused() -> None:
    with pytest.raises(ValueError, match="film"):
        retain_until_floor("film", date(2026, 1, 1))


@given(triggers, triggers)
def test_a_later_trigger_never_frees_earlier(first: date, second: date) -> None:
    earlier, later = sorted([first, second])
    for medium in ("paper", "electronic"):
        assert retain_until_floor(medium, earlier) <= retain_until_floor(medium, later)
    assert retain_until_floor("paper", earlier) < retain_until_floor("electronic", earlier)


@given(st.none() | triggers, st.lists(triggers, max_size=4))
def test_lengthened_only_lengthens(current: date | None, candidates: list[date]) -> None:
    result = lengthened(current, *candidates)
    if current is not None:
        assert result is not None
        assert result >= current
    assert result is None or all(result >= day for day in candidates)
    assert (result is None) == (current is None and not candidates)


def test_shortening_is_refused() -> None:
    assert refuse_shortening(date(2029, 1, 1), date(2029, 1, 1)) == date(2029, 1, 1)
    with pytest.raises(RetentionShortened, match="不能改早"):
        refuse_shortening(date(2029, 1, 1), date(2028, 12, 31))
