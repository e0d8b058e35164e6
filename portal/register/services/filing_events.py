"""Record what happened to filings: the event, the spans that follow from it, the audit entry, one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.record import build_event, record, record_many
from portal.contracts.events import announce
from portal.register.models import Filing, FilingEvent, Institution
from portal.register.services.spans import References, rebuild_names, rebuild_spans, write_spans

SEARCH_KIND = "institution"


@dataclass(frozen=True, slots=True)
class EventInput:
    """An event to be recorded; ``payload`` has the form given in :mod:`portal.register.timeline`."""

    kind: str
    effective_on: dt.date
    article: int
    payload: dict[str, Any] = field(default_factory=dict)
    ground: str = ""
    document_number: str = ""
    reason: str = ""
    recorded_at: dt.datetime | None = None

    def build(self, filing: Filing) -> FilingEvent:
        """The unsaved event of this filing."""
        return FilingEvent(
            filing=filing,
            kind=self.kind,
            effective_on=self.effective_on,
            recorded_at=self.recorded_at or timezone.now(),
            article=self.article,
            ground=self.ground,
            document_number=self.document_number,
            payload=self.payload,
            reason=self.reason,
        )


@dataclass(slots=True)
class NewFiling:
    """A filing to be made, unsaved, with its events from ``filed`` on."""

    filing: Filing
    events: list[EventInput]


def record_filing_event(
    filing: Filing, event: EventInput, *, actor: User | None = None, corrects: FilingEvent | None = None
) -> FilingEvent:
    """Add an event to a filing and make its spans anew.

    ``corrects`` names an earlier event of the same filing whose place this one takes. Raises
    :class:`portal.register.timeline.TimelineError` (nothing is written) when it does not fit.
    """
    if corrects is not None and corrects.filing_id != filing.pk:
        raise ValueError("An event can only correct an event of the same filing.")
    with transaction.atomic():
        locked = (
            Filing.objects.select_for_update(of=("self",)).select_related("institution").get(pk=filing.pk)
        )
        row = event.build(locked)
        row.corrects = corrects
        row.save(force_insert=True)
        rebuild_spans([locked])
        if event.kind in ("renamed", "annulled") or corrects is not None:
            rebuild_names([locked.institution], timezone.localdate())
        record(
            f"register.filing.{event.kind}",
            locked,
            actor=actor,
            before={"corrects": corrects.pk} if corrects else None,
            after={"effective_on": event.effective_on.isoformat(), "article": event.article, **event.payload},
            reason=event.reason,
        )
        announce(SEARCH_KIND, [locked.pk])
    return row


def rename_institution(
    institution: Institution, name: str, effective_on: dt.date, *, actor: User | None = None, reason: str = ""
) -> None:
    """Give an institution a new name from a day on, in all its filings that still stand (Art. 13)."""
    with transaction.atomic():
        for filing in institution.filings.exclude(spans__track="status", spans__value="deregistered"):
            event = EventInput("renamed", effective_on, 13, {"name": name}, reason=reason)
            record_filing_event(filing, event, actor=actor)


def record_filings_in_bulk(
    new: Sequence[NewFiling],
    *,
    actor: User | None = None,
    reason: str = "",
    references: References | None = None,
) -> None:
    """Make many filings with their events and spans; institutions must be saved. One transaction, all or nothing.

    Raises :class:`portal.register.timeline.TimelineError` when the events of a filing do not fit together.
    """
    if not new:
        return
    with transaction.atomic():
        filings = Filing.objects.bulk_create([item.filing for item in new], batch_size=500)
        events = [
            event.build(filing) for item, filing in zip(new, filings, strict=True) for event in item.events
        ]
        FilingEvent.objects.bulk_create(events, batch_size=500)
        write_spans([filing.pk for filing in filings], references or References.load())
        institutions = {filing.institution.pk: filing.institution for filing in filings}
        rebuild_names(institutions.values(), timezone.localdate())
        record_many(
            [
                build_event(
                    "register.filing.recorded",
                    filing,
                    actor=actor,
                    after={"events": [event.kind for event in item.events]},
                    reason=reason,
                )
                for item, filing in zip(new, filings, strict=True)
            ]
        )
        announce(SEARCH_KIND, [filing.pk for filing in filings])
