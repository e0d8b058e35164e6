"""Snapshots of filings for the tests: one plain filing, and any filing at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from portal.regulation.assessment import (
    AreaSpan,
    FilingSnapshot,
    KnownFact,
    ScopeSpan,
    SiteSpan,
    StatusSpan,
)
from portal.regulation.kinds import Audience, FilingKind
from portal.regulation.spans import Span
from portal.regulation.status import FilingStatus

FILED = date(2024, 3, 15)
LAST_VALID = date(2027, 3, 14)
ELECTRICIAN, WELDER = "6-31-01-03", "6-18-02-04"
WANZHOU, YUZHONG = "500101", "500103"


def plain_filing(**changes: Any) -> FilingSnapshot:
    """A third party in 万州区 and 渝中区, filed for three years from 2024-03-15."""
    term = Span(FILED, LAST_VALID)
    snapshot = FilingSnapshot(
        code="S000050000001",
        kind=FilingKind.THIRD_PARTY,
        audiences=frozenset({Audience.PUBLIC}),
        areas=(AreaSpan(frozenset({WANZHOU, YUZHONG}), Span(FILED)),),
        terms=(term,),
        register_first_day=date(2020, 12, 31),
        sites=(
            SiteSpan("main", WANZHOU, Span(FILED)),
            SiteSpan("branch", WANZHOU, Span(FILED, date(2025, 5, 31))),
        ),
        scope=(
            ScopeSpan(ELECTRICIAN, None, "4", Span(FILED)),
            ScopeSpan(ELECTRICIAN, None, "3", Span(FILED, date(2025, 12, 31))),
            ScopeSpan(WELDER, "钎焊工", "4", Span(FILED), "焊工（2018年版）", date(2026, 1, 1)),
        ),
    )
    return replace(snapshot, **changes)


@st.composite
def spans(draw: st.DrawFn) -> Span:
    start = draw(st.dates(date(2021, 1, 1), date(2030, 1, 1)))
    length = draw(st.one_of(st.none(), st.integers(0, 1200)))
    return Span(start, None if length is None else start + timedelta(days=length))


terms = st.lists(spans(), max_size=3).map(tuple)
decisions = st.lists(st.builds(StatusSpan, st.sampled_from(list(FilingStatus)), spans()), max_size=3).map(
    tuple
)
facts = st.lists(
    st.builds(
        KnownFact,
        st.dates(date(2021, 1, 1), date(2030, 1, 1)),
        st.dates(date(2021, 1, 1), date(2030, 1, 1)),
        st.just("事项"),
    ),
    max_size=2,
).map(tuple)
snapshots = st.builds(plain_filing, terms=terms, statuses=decisions, renewals=terms, known=facts)
days = st.dates(date(2020, 1, 1), date(2035, 1, 1))
