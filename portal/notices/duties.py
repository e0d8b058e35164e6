"""What editors and publishers have to do, for their home page and the morning digest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, WorkflowState

from portal.accounts.models import Role
from portal.accounts.powers import Action
from portal.accounts.scoping import visible
from portal.accounts.standing import standing_of
from portal.contracts.duties import Consequence, Duties, Duty, DutySource, register_source
from portal.notices.models import NoticePage
from portal.notices.services.freshness import freshness_on
from portal.notices.services.houses import house_for, publisher_pages

#: Days before its end from which a notice that expires is named.
EXPIRES_SOON = 7
AT_ONCE = 200


def register() -> None:
    """Add the source (from the app's ``ready``)."""
    register_source(DutySource("notices", str(_("公告")), find))


def find(user: Any, day: dt.date, limit: int) -> Duties:
    """The duties of an account about notices, most urgent first; a constant number of queries."""
    roles = standing_of(user, day).roles
    found: list[Duty] = []
    if Role.EDITOR in roles:
        found += [*_refused(user), *_returned(user), *_sections(user, day)]
    if Role.PUBLISHER in roles:
        found += _waiting(user)
    if found or roles & {Role.EDITOR, Role.PUBLISHER}:
        found += _expiring(user, day)
    found.sort(key=lambda duty: (duty.consequence, duty.due or dt.date.max, duty.key))
    next_day = _next_day(user, day) if not found else None
    url = reverse("notices_index") if roles & {Role.EDITOR, Role.PUBLISHER} else ""
    return Duties(tuple(found[:limit]), len(found), url, next_day)


def _next_day(user: Any, day: dt.date) -> dt.date | None:
    """The day after which the first section of the city's editors is late, or the first notice is about to expire."""
    days = [row.due for row in freshness_on(day) if row.due and house_for(user, Action.EDIT).city]
    ends = _notices(user).filter(live=True, expire_at__gt=timezone.now()).values_list("expire_at", flat=True)
    first = ends.order_by("expire_at").first()
    if first is not None:
        days.append(timezone.localdate(first) - dt.timedelta(days=EXPIRES_SOON))
    return min((each for each in days if each > day), default=None)


def _notices(user: Any, action: Action = Action.LIST) -> QuerySet[NoticePage]:
    notices = visible(user, action, NoticePage.objects.all())
    return notices.select_related("issuer").defer("body", "plain_body")


def _duty(page: NoticePage, kind: str, consequence: Consequence, **fields: Any) -> Duty:
    fields.setdefault("url", reverse("notice_details", args=[page.pk]))
    return Duty(
        key=f"notice-{kind}-{page.pk}",
        what=_("公告“%(title)s”") % {"title": page.draft_title},
        consequence=consequence,
        office=page.issuer.short_name,
        **fields,
    )


def _refused(user: Any) -> Iterator[Duty]:
    """Approved for a moment, refused when it came, and not changed since."""
    pages = _notices(user, Action.EDIT).filter(refused_schedules__revision=F("latest_revision"))
    rows = pages.annotate(why=F("refused_schedules__reason"), planned=F("refused_schedules__planned_for"))
    for page in rows.order_by("planned")[:AT_ONCE]:
        yield _duty(
            page,
            "refused",
            Consequence.OVERDUE,
            action=_("修改公告"),
            why=_("定时发布被拒绝，公众还看不到：%(why)s") % {"why": page.why},
            due=timezone.localdate(page.planned),
        )


def _returned(user: Any) -> Iterator[Duty]:
    """The own submissions that a publisher sent back."""
    states = _states("needs_changes", requested_by=user)
    rows = _notices(user, Action.EDIT).filter(Exists(states))
    rows = rows.annotate(why=Subquery(states.values("current_task_state__comment")[:1]))
    for page in rows.order_by("-latest_revision_created_at")[:AT_ONCE]:
        yield _duty(
            page,
            "returned",
            Consequence.WAITING,
            action=_("修改后重新提交"),
            why=_("审核人已退回修改：%(why)s") % {"why": page.why},
        )


def _waiting(user: Any) -> Iterator[Duty]:
    """Versions that wait for a publisher, the oldest first; not those that the account wrote on."""
    states = _states("in_progress")
    own = Revision.objects.filter(
        object_id=Cast(OuterRef("pk"), output_field=CharField()), user=user, pk__gte=OuterRef("submitted")
    )
    rows = NoticePage.objects.filter(
        Exists(states), pk__in=Page.objects.filter(publisher_pages(user)).values("pk")
    )
    rows = rows.annotate(
        since=Subquery(states.values("current_task_state__started_at")[:1]),
        submitted=Subquery(states.values("current_task_state__revision")[:1]),
    ).exclude(Exists(own))
    for page in rows.select_related("issuer").defer("body", "plain_body").order_by("since")[:AT_ONCE]:
        yield _duty(
            page,
            "waiting",
            Consequence.WAITING,
            action=_("审核"),
            why=_("%(day)s提交，等待您审核。") % {"day": timezone.localdate(page.since).isoformat()},
        )


def _states(status: str, **conditions: Any) -> QuerySet[WorkflowState]:
    """The workflow states of the notice of an outer query, the newest first."""
    key = Cast(OuterRef("pk"), output_field=CharField())
    states: QuerySet[WorkflowState] = WorkflowState.objects.filter(object_id=key, status=status, **conditions)
    return states.order_by("-pk")


def _expiring(user: Any, day: dt.date) -> Iterator[Duty]:
    """Published notices that go off the site within a week."""
    end = timezone.now() + dt.timedelta(days=EXPIRES_SOON)
    rows = _notices(user).filter(live=True, expire_at__lte=end, expire_at__gt=timezone.now())
    for page in rows.order_by("expire_at")[:AT_ONCE]:
        yield _duty(
            page,
            "expiring",
            Consequence.DUE,
            action=_("核对展示期"),
            why=_("到期自动撤下；需要延长的，请提前修改并提交审核。"),
            due=timezone.localdate(page.expire_at),
        )


def _sections(user: Any, day: dt.date) -> Iterator[Duty]:
    """Stale or empty sections: the city's editors keep the site."""
    if not house_for(user, Action.EDIT).city:
        return
    for row in freshness_on(day):
        if row.is_late:
            yield Duty(
                key=f"section-{row.page.pk}",
                what=_("栏目“%(label)s”") % {"label": row.label},
                consequence=Consequence.DUE,
                action=_("查看栏目"),
                url=reverse("notice_sections"),
                why=_("%(verdict)s。政府网站检查时为不达标。") % {"verdict": row.verdict},
                due=row.due,
            )
