"""Writing fee schedules (Art. 18): new ones, those that they end, and those whose place they take, kept as they were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.audit.record import build_event, record_many
from portal.contracts.events import announce
from portal.register.models import FeeCorrection, FeeItem, FeeSchedule, Occupation, WorkType

AMOUNTS = ("knowledge_fen", "skill_fen", "material_fen", "review_fen", "undivided_fen")
SCHEDULE_FIELDS = ("published_on", "last_day", "basis", "source_url")
BATCH = 1000

#: Occupation code, work type ("" for the whole occupation), level code.
ItemKey = tuple[str, str, str]
#: Fen, as in ``AMOUNTS``.
Amounts = tuple[int, int, int, int, int]


@dataclass(slots=True)
class ScheduleDraft:
    """What the rows of one filing and first day say."""

    row: int
    code: str
    first_day: dt.date
    cells: dict[str, str]
    published_on: dt.date = dt.date.min
    last_day: dt.date | None = None
    basis: str = ""
    source_url: str = ""
    items: dict[ItemKey, tuple[int, Amounts]] = field(default_factory=dict)
    ok: bool = True


@dataclass(slots=True)
class FeePlan:
    """What is to be written. ``filings`` maps codes to keys, ``ended`` has the new last day of each."""

    filings: dict[str, int]
    new: list[ScheduleDraft] = field(default_factory=list)
    replaced: list[tuple[FeeSchedule, ScheduleDraft]] = field(default_factory=list)
    ended: list[tuple[FeeSchedule, dt.date]] = field(default_factory=list)


def write_plan(plan: FeePlan, *, actor: User | None, reason: str) -> list[FeeSchedule]:
    """Write everything and return the schedules written; the caller holds the transaction."""
    events = [_end(schedule, day, actor, reason) for schedule, day in plan.ended]
    FeeSchedule.objects.bulk_update(
        [schedule for schedule, _day in plan.ended], ["last_day"], batch_size=BATCH
    )
    made = FeeSchedule.objects.bulk_create(
        [_schedule(draft, plan.filings[draft.code]) for draft in plan.new], batch_size=BATCH
    )
    written = list(zip(made, plan.new, strict=True))
    keep_as_they_were([schedule for schedule, _draft in plan.replaced], FeeCorrection.Kind.CORRECTED, reason)
    for schedule, draft in plan.replaced:
        for name in SCHEDULE_FIELDS:
            setattr(schedule, name, getattr(draft, name))
        written.append((schedule, draft))
    replaced = [schedule for schedule, _draft in plan.replaced]
    FeeSchedule.objects.bulk_update(replaced, SCHEDULE_FIELDS, batch_size=BATCH)
    FeeItem.objects.filter(schedule__in=replaced).delete()
    _write_items(written)
    keys = {schedule.pk for schedule in replaced}
    events += [_published(schedule, draft, schedule.pk in keys, actor, reason) for schedule, draft in written]
    record_many(events)
    announce("institution", {schedule.filing_id for schedule, _draft in written})
    return [schedule for schedule, _draft in written]


def _end(schedule: FeeSchedule, day: dt.date, actor: User | None, reason: str) -> Any:
    before = schedule.last_day
    schedule.last_day = day
    return build_event(
        "register.fees.ended",
        schedule,
        actor=actor,
        before={"last_day": before.isoformat() if before else ""},
        after={"last_day": day.isoformat()},
        reason=reason or _("由后一份收费标准接替"),
    )


def _published(
    schedule: FeeSchedule, draft: ScheduleDraft, corrected: bool, actor: User | None, reason: str
) -> Any:
    return build_event(
        "register.fees.corrected" if corrected else "register.fees.published",
        schedule,
        actor=actor,
        after={"filing": draft.code, "first_day": draft.first_day.isoformat(), "items": len(draft.items)},
        reason=reason,
    )


def _write_items(written: Iterable[tuple[FeeSchedule, ScheduleDraft]]) -> None:
    occupations = dict(Occupation.objects.values_list("code", "pk"))
    work_types = {
        (code, name): pk for code, name, pk in WorkType.objects.values_list("occupation__code", "name", "pk")
    }
    FeeItem.objects.bulk_create(
        [
            FeeItem(
                schedule=schedule,
                occupation_id=occupations[code],
                work_type_id=work_types[code, work_type] if work_type else None,
                level_id=level,
                **dict(zip(AMOUNTS, amounts, strict=True)),
            )
            for schedule, draft in written
            for (code, work_type, level), (_row, amounts) in draft.items.items()
        ],
        batch_size=BATCH,
    )


def _schedule(draft: ScheduleDraft, filing: int) -> FeeSchedule:
    return FeeSchedule(
        filing_id=filing,
        basis=draft.basis,
        published_on=draft.published_on,
        first_day=draft.first_day,
        last_day=draft.last_day,
        source_url=draft.source_url,
    )


def keep_as_they_were(
    schedules: Iterable[FeeSchedule], kind: FeeCorrection.Kind, reason: str
) -> list[FeeCorrection]:
    """Keep what these schedules say, before it is corrected or annulled."""
    now = timezone.now()
    return FeeCorrection.objects.bulk_create(
        [
            FeeCorrection(
                filing_id=schedule.filing_id,
                schedule=schedule if kind == FeeCorrection.Kind.CORRECTED else None,
                kind=kind,
                first_day=schedule.first_day,
                content=content_of(schedule),
                reason=reason,
                recorded_at=now,
            )
            for schedule in schedules
        ],
        batch_size=BATCH,
    )


def content_of(schedule: FeeSchedule) -> dict[str, Any]:
    """A schedule with its items as plain values; amounts in fen."""
    return {
        "basis": schedule.basis,
        "published_on": schedule.published_on.isoformat(),
        "first_day": schedule.first_day.isoformat(),
        "last_day": schedule.last_day.isoformat() if schedule.last_day else "",
        "source_url": schedule.source_url,
        "items": [
            {
                "occupation": item.occupation.code,
                "name": item.occupation.name,
                "work_type": item.work_type.name if item.work_type else "",
                "level": item.level_id,
                **{name: getattr(item, name) for name in AMOUNTS},
            }
            for item in schedule.items.all()
        ],
    }
