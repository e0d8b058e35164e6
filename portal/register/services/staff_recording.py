"""Staff record, correct and annul dated events: powers first, under lock, nothing overwritten, nothing lost."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.register.models import Filing, FilingEvent
from portal.register.services.event_kinds import KIND_RULES, may_record
from portal.register.services.event_rules import Entry, EntryRefused, completed, day_notes
from portal.register.services.filing_events import (
    EventInput,
    Recording,
    lock_filings,
    record_filing_events,
)
from portal.register.services.preview import NOT_WRITTEN, SpanChange, span_changes, without
from portal.register.services.spans import as_timeline_event
from portal.register.timeline import Event, TimelineError, fold

MIN_REASON = 2


class RecordingConflict(ValueError):
    """Somebody recorded on the filing meanwhile. ``latest`` is the event that was not seen yet."""

    def __init__(self, latest: FilingEvent) -> None:
        super().__init__(
            _("在您填写期间，本备案已登记了“%(kind)s”。请核对下面的时间线后再确认；您填写的内容都还在。")
            % {"kind": latest.get_kind_display()}
        )
        self.latest = latest


@dataclass(frozen=True)
class PlannedFiling:
    """One filing that the entry concerns: the event with its whole payload, and what changes."""

    filing: Filing
    entry: Entry
    corrects: FilingEvent | None
    changes: tuple[SpanChange, ...]


@dataclass(frozen=True)
class Plan:
    """Everything that an entry would do, and what the person should know before confirming it."""

    filings: tuple[PlannedFiling, ...]
    notes: tuple[str, ...]


def latest_event(filing: Filing) -> int:
    """The number of the filing's last event; a form carries it, so that a later one is noticed."""
    return max(FilingEvent.objects.filter(filing=filing.pk).values_list("pk", flat=True), default=0)


def plan_entry(user: User, filing: Filing, entry: Entry, corrects: FilingEvent | None = None) -> Plan:
    """What recording the entry would change, without writing anything.

    Raises ``PermissionDenied``, :class:`EntryRefused` or :class:`portal.register.timeline.TimelineError`.
    """
    if not may_record(user, filing, entry.kind, corrects=corrects):
        raise PermissionDenied
    _check_entry(filing, entry, corrects)
    notes = day_notes(entry, timezone.localdate())
    targets = _targets(user, filing, entry, corrects)
    events = _events_of(target.pk for target, _corrected in targets)
    planned = []
    for target, corrected in targets:
        try:
            one, said = _planned(target, entry, corrected, events[target.pk])
        except (TimelineError, EntryRefused):
            if target.pk == filing.pk or corrects is not None:
                raise
            continue
        planned.append(one)
        if target.pk == filing.pk:
            notes += said
    if len(planned) > 1:
        codes = "、".join(one.filing.code for one in planned)
        notes.append(
            _("同时适用于该机构在本机关的全部%(count)d项备案：%(codes)s。")
            % {"count": len(planned), "codes": codes}
        )
    return Plan(tuple(planned), tuple(notes))


def record_entry(
    user: User, filing: Filing, entry: Entry, *, last_event: int, corrects: FilingEvent | None = None
) -> list[FilingEvent]:
    """Record the entry in one transaction.

    ``last_event`` is the number of the last event that the person has seen (:func:`latest_event`). Raises
    :class:`RecordingConflict` when there is a newer one, and everything that :func:`plan_entry` raises.
    """
    with transaction.atomic():
        keys = Filing.objects.filter(institution=filing.institution_id).values_list("pk", flat=True)
        locked = lock_filings(keys)[filing.pk]
        if latest_event(locked) != last_event:
            raise RecordingConflict(FilingEvent.objects.filter(filing=locked).latest("pk"))
        plan = plan_entry(user, locked, entry, corrects)
        now = timezone.now()
        recordings = [
            Recording(
                one.filing,
                EventInput(
                    one.entry.kind,
                    one.entry.effective_on,
                    one.entry.article,
                    one.entry.payload,
                    ground=one.entry.ground,
                    document_number=one.entry.document_number,
                    reason=one.entry.reason,
                    # One moment for all: it tells which events belong together.
                    recorded_at=now,
                ),
                one.corrects,
            )
            for one in plan.filings
        ]
        return record_filing_events(recordings, actor=user)


def _check_entry(filing: Filing, entry: Entry, corrects: FilingEvent | None) -> None:
    if len(entry.reason.strip()) < MIN_REASON:
        raise EntryRefused(_("请写明登记理由，例如依据的申请、决定或核查。"), "reason")
    if corrects is None:
        return
    if corrects.filing_id != filing.pk:
        raise PermissionDenied
    if corrects.kind == "annulled" or FilingEvent.objects.filter(corrects=corrects).exists():
        raise EntryRefused(_("该事项已被更正或撤回，请更正后来的那一条。"), "")
    if entry.kind == "annulled" and corrects.kind == "filed":
        raise EntryRefused(_("“同意备案”不能撤回：没有它备案就不成立。内容有误请更正，不再评价请注销。"), "")
    if entry.kind not in ("annulled", corrects.kind):
        raise EntryRefused(_("更正不能改变事项的种类，请先撤回再登记另一种。"), "")


def _targets(
    user: User, filing: Filing, entry: Entry, corrects: FilingEvent | None
) -> list[tuple[Filing, FilingEvent | None]]:
    """The filing, and for what concerns the institution its other filings at the same authority."""
    kind = corrects.kind if corrects else entry.kind
    if not KIND_RULES[kind].spreads:
        return [(filing, corrects)]
    others = Filing.objects.filter(institution=filing.institution_id).exclude(pk=filing.pk)
    if kind != "renamed":
        others = others.filter(authority=filing.authority_id)
    found: list[tuple[Filing, FilingEvent | None]] = [(filing, corrects)]
    rows = others.select_related("institution").order_by("pk")
    if corrects is None:
        return found + [(other, None) for other in rows if may_record(user, other, kind)]
    together = FilingEvent.objects.filter(
        filing__in=rows, kind=corrects.kind, recorded_at=corrects.recorded_at, corrected_by__isnull=True
    ).select_related("filing__institution")
    return found + [
        (event.filing, event)
        for event in together.order_by("filing")
        if may_record(user, event.filing, entry.kind, corrects=event)
    ]


def _events_of(keys: Iterable[int]) -> dict[int, list[Event]]:
    found: dict[int, list[Event]] = {key: [] for key in keys}
    for event in FilingEvent.objects.filter(filing__in=found):
        found[event.filing_id].append(as_timeline_event(event))
    return found


def _planned(
    filing: Filing, entry: Entry, corrects: FilingEvent | None, events: list[Event]
) -> tuple[PlannedFiling, list[str]]:
    corrected = corrects.pk if corrects else None
    payload, notes = completed(entry, without(events, corrected))
    entry = replace(entry, payload=payload)
    tried = Event(NOT_WRITTEN, entry.kind, entry.effective_on, payload, corrected)
    changes = span_changes(fold(events), fold([*events, tried]))
    return PlannedFiling(filing, entry, corrects, tuple(changes)), notes
