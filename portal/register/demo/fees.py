"""Invented fees for about seven in ten of the invented filings; the others have not published any (Art. 18)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from random import Random

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.register.demo.plan import SEED
from portal.register.models import FeeSchedule, Filing
from portal.register.services.fee_writing import Amounts, FeePlan, ItemKey, ScheduleDraft, write_plan

#: Components in yuan by level: knowledge, skill, material, review.
BASE = {
    "5": (35, 150, 90, 0),
    "4": (40, 200, 110, 0),
    "3": (45, 250, 140, 0),
    "2": (50, 300, 160, 320),
    "1": (50, 320, 180, 420),
}
BASIS = "演示收费依据（虚构，不作为缴费凭据）"


def load_fees() -> str:
    """Publish fees once; on a database that has them already nothing changes."""
    if FeeSchedule.objects.filter(filing__institution__is_demo=True).exists():
        return _("已载入，未变")
    filings = list(
        Filing.objects.filter(institution__is_demo=True)
        .order_by("code")
        .prefetch_related("scope_items__occupation", "scope_items__work_type")
    )
    drafts = list(_drafts(filings, timezone.localdate()))
    plan = FeePlan(filings={filing.code: filing.pk for filing in filings}, new=drafts)
    with transaction.atomic():
        write_plan(plan, actor=None, reason="演示数据")
    return _("新增收费标准 %(schedules)d 份，收费项目 %(items)d 项") % {
        "schedules": len(drafts),
        "items": sum(len(draft.items) for draft in drafts),
    }


def _drafts(filings: Iterable[Filing], today: dt.date) -> Iterable[ScheduleDraft]:
    random = Random(SEED)  # noqa: S311
    for filing in filings:
        if random.random() > 0.7:
            continue
        first_day = filing.filed_on + dt.timedelta(days=random.randint(10, 40))
        factor = random.choice((0.8, 0.9, 1.0, 1.0, 1.1, 1.25))
        raised = first_day + dt.timedelta(days=365)
        if random.random() < 0.2 and raised < today:
            yield _schedule(filing, first_day, factor, random, last_day=raised - dt.timedelta(days=1))
            yield _schedule(filing, raised, factor * 1.1, random)
        elif first_day <= today:
            yield _schedule(filing, first_day, factor, random)


def _schedule(
    filing: Filing, first_day: dt.date, factor: float, random: Random, last_day: dt.date | None = None
) -> ScheduleDraft:
    draft = ScheduleDraft(
        0, filing.code, first_day, {}, published_on=first_day, last_day=last_day, basis=BASIS
    )
    for item in filing.scope_items.all():
        if item.level_id in BASE:
            key: ItemKey = (
                item.occupation.code,
                item.work_type.name if item.work_type else "",
                item.level_id,
            )
            draft.items[key] = (0, _amounts(item.level_id, factor, random))
    return draft


def _amounts(level: str, factor: float, random: Random) -> Amounts:
    """Plausible amounts in fen, rounded to five yuan; the written test costs the same everywhere."""
    knowledge, skill, material, review = BASE[level]
    skill = round(skill * factor * random.uniform(0.9, 1.1) / 5) * 5
    material = round(material * factor * random.uniform(0.7, 1.3) / 5) * 5
    return (knowledge * 100, skill * 100, material * 100, review * 100, 0)
