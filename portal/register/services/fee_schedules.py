"""Publishing, correcting and annulling the fee schedules of a filing by hand (Art. 18)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.audit.record import record
from portal.contracts.events import announce
from portal.register.models import FeeCorrection, FeeSchedule, Filing, ScopeItem, SkillLevel
from portal.register.services.fee_writing import (
    AMOUNTS,
    ItemKey,
    ScheduleDraft,
    content_of,
    keep_as_they_were,
    write_plan,
)
from portal.register.services.import_fees import make_plan
from portal.register.services.importing import ImportOptions, ImportReport
from portal.register.services.versions import ChangeRefused, check_version, version_of
from portal.register.timeline import ONE_DAY
from portal.regulation.wording import chinese_date


def schedules_of(filing: Filing) -> list[FeeSchedule]:
    """All schedules of a filing with their items, the latest first: four queries."""
    rows = FeeSchedule.objects.filter(filing=filing).order_by("-first_day")
    return list(rows.prefetch_related("items__occupation", "items__work_type", "items__level"))


def fees_version(filing: Filing) -> str:
    """Version of everything published for a filing."""
    return version_of(*[[row.pk, content_of(row)] for row in schedules_of(filing)])


def offered_keys(filing: Filing, schedule: FeeSchedule | None = None) -> list[ItemKey]:
    """What a fee may be published for: the scope of today and later, and what a corrected schedule has."""
    items = ScopeItem.objects.filter(
        Q(last_day__isnull=True) | Q(last_day__gte=timezone.localdate()), filing=filing
    )
    keys = {
        (code, work_type or "", level)
        for code, work_type, level in items.values_list("occupation__code", "work_type__name", "level_id")
    }
    if schedule is not None:
        keys |= {
            (item.occupation.code, item.work_type.name if item.work_type else "", item.level_id)
            for item in schedule.items.select_related("occupation", "work_type")
        }
    order = dict(SkillLevel.objects.values_list("code", "order"))
    return sorted(keys, key=lambda key: (key[0], key[1], order.get(key[2], 0)))


def publish_schedule(
    filing: Filing,
    draft: ScheduleDraft,
    *,
    actor: User,
    reason: str,
    version: str,
    corrects: FeeSchedule | None = None,
) -> FeeSchedule:
    """Publish a schedule from its first day on; one that is open then ends the day before.

    With ``corrects`` the schedule of the same first day takes the new content, and what it said is kept.
    Raises :class:`StaleVersion` when fees of the filing changed meanwhile, :class:`ChangeRefused` for what does not
    fit (the field named): a first day that is taken, items outside the filed scope (Art. 5), days out of order.
    """
    with transaction.atomic():
        locked = Filing.objects.select_for_update().get(pk=filing.pk)
        check_version(fees_version(locked), version)
        taken = FeeSchedule.objects.filter(filing=locked, first_day=draft.first_day).first()
        if corrects is None and taken is not None:
            raise ChangeRefused(
                _("自%s起执行的收费标准已经登记；要改正它，请打开那一份选择“更正”。")
                % chinese_date(draft.first_day),
                "first_day",
            )
        if corrects is not None and (taken is None or taken.pk != corrects.pk):
            raise ChangeRefused(_("更正不改变执行首日；执行日期不同的，请公布新的收费标准。"), "first_day")
        report = ImportReport(noun="", rows=len(draft.items))
        plan = make_plan([draft], ImportOptions(actor=actor, reason=reason, at_desk=True), report)
        if report.problems:
            raise ChangeRefused("；".join(problem.message for problem in report.problems.in_order[:5]))
        if not plan.new and not plan.replaced:
            raise ChangeRefused(_("与已登记的内容相同，没有需要保存的更改。"))
        return write_plan(plan, actor=actor, reason=reason)[0]


def predecessor_ended_by(schedule: FeeSchedule) -> FeeSchedule | None:
    """The schedule that ends on the day before this one begins."""
    return FeeSchedule.objects.filter(
        filing=schedule.filing_id, last_day=schedule.first_day - ONE_DAY
    ).first()


def annul_schedule(
    schedule: FeeSchedule, *, actor: User, reason: str, version: str, resume: bool
) -> FeeCorrection:
    """Take a schedule back that should never have been published; what it said is kept with the reason.

    With ``resume`` the one that it had ended goes on until this one would have ended.
    Raises :class:`StaleVersion` when fees of the filing changed meanwhile.
    """
    with transaction.atomic():
        locked = Filing.objects.select_for_update().get(pk=schedule.filing_id)
        check_version(fees_version(locked), version)
        found = {row.pk: row for row in schedules_of(locked)}.get(schedule.pk)
        if found is None:
            raise ChangeRefused(_("这份收费标准已经撤回。"))
        earlier = predecessor_ended_by(found) if resume else None
        kept = keep_as_they_were([found], FeeCorrection.Kind.ANNULLED, reason)[0]
        record("register.fees.annulled", found, actor=actor, before=content_of(found), reason=reason)
        until = found.last_day
        found.delete()
        if earlier is not None:
            _extend(earlier, until, actor, reason)
        announce("institution", [locked.pk])
        return kept


def _extend(schedule: FeeSchedule, until: dt.date | None, actor: User, reason: str) -> None:
    before = schedule.last_day
    schedule.last_day = until
    schedule.save(update_fields=["last_day"])
    record(
        "register.fees.extended",
        schedule,
        actor=actor,
        before={"last_day": before.isoformat() if before else ""},
        after={"last_day": until.isoformat() if until else ""},
        reason=reason,
    )


def amounts_of(schedule: FeeSchedule) -> dict[ItemKey, dict[str, int]]:
    """The amounts in fen of a schedule's items by what they are for."""
    return {
        (item.occupation.code, item.work_type.name if item.work_type else "", item.level_id): {
            name: getattr(item, name) for name in AMOUNTS
        }
        for item in schedule.items.select_related("occupation", "work_type")
    }
