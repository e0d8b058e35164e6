"""What the register says about events of filings, in one query for any number of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.notices.services.filing_facts import FilingFact, fact_of, filings_with_status
from portal.register.models import Filing, FilingEvent


@dataclass(frozen=True, slots=True)
class MatterFact:
    """A filing's facts of today with one event; ``event`` is None when the register has none of the kind."""

    filing: FilingFact
    authority: str
    kind: str
    event: FilingEvent | None


def events_in_force(filings: Iterable[Filing]) -> dict[tuple[int, str], FilingEvent]:
    """The latest event of each kind of each filing, corrected ones replaced and annulled ones left out."""
    keys = {filing.pk for filing in filings}
    rows = FilingEvent.objects.filter(filing__in=keys, corrected_by=None).exclude(
        kind=FilingEvent.Kind.ANNULLED
    )
    return {(row.filing_id, row.kind): row for row in rows.order_by("effective_on", "id")}


def matter_facts(matters: Sequence[tuple[Filing, str]]) -> list[MatterFact]:
    """The facts of these (filing, kind of event), in their order."""
    events = events_in_force(filing for filing, _kind in matters)
    rows = filings_with_status(filing.pk for filing, _kind in matters)
    return [
        MatterFact(
            filing=fact_of(rows[filing.pk]),
            authority=rows[filing.pk].authority.name,
            kind=str(FilingEvent.Kind(kind).label),
            event=events.get((filing.pk, kind)),
        )
        for filing, kind in matters
        if filing.pk in rows
    ]
