"""What the register holds about filings on a day, as plain facts to compare a table with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet

from portal.register.models import Filing, FilingSpan, ScopeItem, Site
from portal.register.timeline import Item, Place

CHUNK = 5000


@dataclass(slots=True)
class FilingFacts:
    """A filing with what holds on the day (a filing that begins later: on its first day)."""

    filing: Filing
    items: set[Item] = field(default_factory=set)
    sites: set[Place] = field(default_factory=set)
    areas: set[str] = field(default_factory=set)
    audiences: set[str] = field(default_factory=set)
    term_from: dt.date = dt.date.min
    term_to: dt.date = dt.date.min


def holding_on(day: dt.date) -> Q:
    """Rows whose days include ``day``, or the filing's first day where that is later."""
    begun = Q(first_day__lte=day) | Q(filing__filed_on__gt=day, first_day=F("filing__filed_on"))
    return begun & (Q(last_day__isnull=True) | Q(last_day__gte=day))


def scope_values(day: dt.date) -> QuerySet[ScopeItem, tuple[int, str, str, str | None, str | None, str, str]]:
    """Filing, occupation code, level, work type, standard, edition, norm of every item that holds."""
    return ScopeItem.objects.filter(holding_on(day)).values_list(
        "filing_id", "occupation__code", "level_id", "work_type__name", "standard__title", "edition", "norm"
    )


def site_values(day: dt.date) -> QuerySet[Site, tuple[int, str, str, str, bool]]:
    """Filing, name, address, district code, on receipt of every site that holds."""
    return Site.objects.filter(holding_on(day)).values_list(
        "filing_id", "name", "address", "district__code", "on_receipt"
    )


def facts_on(day: dt.date, codes: Sequence[str]) -> Iterator[FilingFacts]:
    """The facts of the filings with these codes; four queries for each 5,000."""
    for start in range(0, len(codes), CHUNK):
        filings = Filing.objects.filter(code__in=codes[start : start + CHUNK])
        yield from facts_of(day, filings.select_related("institution", "authority"))


def facts_of(day: dt.date, filings: Iterable[Filing]) -> list[FilingFacts]:
    """The facts of these filings, in their order; three queries, four with the filings' own."""
    facts = {filing.pk: FilingFacts(filing) for filing in filings}
    if not facts:
        return []
    for pk, occupation, level, work_type, title, edition, norm in scope_values(day).filter(filing__in=facts):
        facts[pk].items.add(Item(occupation, level, work_type or "", title or "", edition, norm))
    for pk, name, address, district, on_receipt in site_values(day).filter(filing__in=facts):
        facts[pk].sites.add(Place(name, address, district, on_receipt))
    for span in FilingSpan.objects.filter(filing__in=facts).filter(holding_on(day) | Q(track="term")):
        _add_span(facts[span.filing_id], span)
    return list(facts.values())


def _add_span(facts: FilingFacts, span: FilingSpan) -> None:
    if span.track == FilingSpan.Track.AREA:
        facts.areas.add(span.value)
    elif span.track == FilingSpan.Track.AUDIENCE:
        facts.audiences.add(span.value)
    elif span.track == FilingSpan.Track.TERM and span.first_day > facts.term_from:
        facts.term_from, facts.term_to = span.first_day, span.last_day or dt.date.max
