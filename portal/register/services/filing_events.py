"""Record what happened to filings: the event, the spans that follow from it, the audit entry, one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.audit.record import build_event, record_many
from portal.contracts.events import announce
from portal.register.models import Filing, FilingEvent, FilingSpan, Institution
from portal.register.services.spans import References, rebuild_names, rebuild_spans, write_spans

SEARCH_KIND = "institution"
#: Filings whose events are written in one go.
AT_ONCE = 1000


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


@dataclass(frozen=True, slots=True)
class Recording:
    """An event for a filing that stands; ``corrects`` is the earlier event of it whose place it takes."""

    filing: Filing
    event: EventInput
    corrects: FilingEvent | None = None


def record_filing_event(
    filing: Filing, event: EventInput, *, actor: User | None = None, corrects: FilingEvent | None = None
) -> FilingEvent:
    """Add an event to a filing and make its spans anew. See :func:`record_filing_events`."""
    return record_filing_events([Recording(filing, event, corrects)], actor=actor)[0]


def record_filing_events(
    recordings: Sequence[Recording],
    *,
    actor: User | None = None,
    office: str = "",
    references: References | None = None,
) -> list[FilingEvent]:
    """Add events to filings, at most one each, and make their spans anew: one transaction, all or nothing.

    Raises :class:`portal.register.timeline.TimelineError` (nothing is written) when one does not fit.
    """
    for one in recordings:
        if one.corrects is not None and one.corrects.filing_id != one.filing.pk:
            raise ValueError("An event can only correct an event of the same filing.")
    written: list[FilingEvent] = []
    with transaction.atomic():
        for start in range(0, len(recordings), AT_ONCE):
            written += _record(recordings[start : start + AT_ONCE], actor, office, references)
    return written


def _record(
    recordings: Sequence[Recording], actor: User | None, office: str, references: References | None
) -> list[FilingEvent]:
    locked = lock_filings([one.filing.pk for one in recordings])
    events = []
    for one in recordings:
        row = one.event.build(locked[one.filing.pk])
        row.corrects = one.corrects
        events.append(row)
    FilingEvent.objects.bulk_create(events, batch_size=500)
    _follow_first_day(recordings, locked)
    rebuild_spans(locked.values(), references)
    renamed = {
        locked[one.filing.pk].institution_id: locked[one.filing.pk].institution
        for one in recordings
        if one.event.kind == "renamed" or one.corrects is not None
    }
    if renamed:
        rebuild_names(renamed.values(), timezone.localdate())
    record_many(
        [
            _audit(one, row, actor, office, locked[one.filing.pk])
            for one, row in zip(recordings, events, strict=True)
        ]
    )
    siblings = Filing.objects.filter(institution__in=renamed).values_list("pk", flat=True) if renamed else ()
    announce(SEARCH_KIND, sorted({*locked, *siblings}))
    return events


def lock_filings(keys: Iterable[int]) -> dict[int, Filing]:
    """The filings with their institutions, locked until the end of the transaction, always in one order."""
    rows = Filing.objects.select_for_update(of=("self",)).select_related("institution")
    return {filing.pk: filing for filing in rows.filter(pk__in=sorted(set(keys))).order_by("pk")}


def _follow_first_day(recordings: Sequence[Recording], locked: dict[int, Filing]) -> None:
    """``filed_on`` repeats the day of the first event, also when that one is corrected."""
    for one in recordings:
        filing = locked[one.filing.pk]
        if one.event.kind == "filed" and filing.filed_on != one.event.effective_on:
            filing.filed_on = one.event.effective_on
            filing.save(update_fields=["filed_on"])


def _audit(one: Recording, row: FilingEvent, actor: User | None, office: str, filing: Filing) -> AuditEvent:
    return build_event(
        f"register.filing.{one.event.kind}",
        filing,
        actor=actor,
        office=office,
        before={"corrects": one.corrects.pk} if one.corrects else None,
        after={
            "event": row.pk,
            "effective_on": one.event.effective_on.isoformat(),
            "article": one.event.article,
            **one.event.payload,
        },
        reason=one.event.reason,
    )


def rename_institution(
    institution: Institution, name: str, effective_on: dt.date, *, actor: User | None = None, reason: str = ""
) -> list[FilingEvent]:
    """Give an institution a new name from a day on, in all its filings that still stand (Art. 13)."""
    return rename_institutions([(institution, name)], effective_on, actor=actor, reason=reason)


def rename_institutions(
    new_names: Iterable[tuple[Institution, str]],
    effective_on: dt.date,
    *,
    actor: User | None = None,
    reason: str = "",
    references: References | None = None,
) -> list[FilingEvent]:
    """Give many institutions new names from a day on: see :func:`rename_institution`."""
    names = {institution.pk: name for institution, name in new_names}
    now = timezone.now()
    recordings = [
        Recording(
            filing,
            EventInput(
                "renamed",
                effective_on,
                13,
                {"name": names[filing.institution_id]},
                reason=reason,
                recorded_at=now,
            ),
        )
        for filing in standing_filings(names, effective_on)
    ]
    return record_filing_events(recordings, actor=actor, references=references)


def standing_filings(institutions: Iterable[int], day: dt.date) -> Iterator[Filing]:
    """The filings of these institutions that had begun by the day and were not deregistered on it."""
    gone = FilingSpan.objects.filter(
        filing=OuterRef("pk"), track="status", value="deregistered", first_day__lte=day
    )
    keys = list(institutions)
    for start in range(0, len(keys), AT_ONCE):
        rows = Filing.objects.filter(institution__in=keys[start : start + AT_ONCE], filed_on__lte=day)
        yield from rows.exclude(Exists(gone)).order_by("pk")


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
        write_spans([filing.pk for filing in filings], references)
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
