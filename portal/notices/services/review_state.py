"""Where a notice stands: what the screens for staff say and offer about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from wagtail.models import Revision, TaskState

from portal.notices.models import NoticePage, RefusedSchedule
from portal.notices.services.houses import publisher_posts
from portal.notices.services.publishing import own_work, refusals
from portal.notices.services.withdrawal import may_withdraw

STATES = {
    "waiting": _("待审核"),
    "scheduled": _("已审核，待定时发布"),
    "changed": _("已发布，另有修改稿"),
    "live": _("已发布"),
    "withdrawn": _("已撤下"),
    "draft": _("草稿"),
}


def with_state(notices: QuerySet[NoticePage]) -> QuerySet[NoticePage]:
    """Annotate ``state``, one of :data:`STATES`."""
    key = Cast(OuterRef("pk"), output_field=CharField())
    waiting = TaskState.objects.filter(status="in_progress", revision__object_id=key)
    scheduled = Revision.objects.filter(object_id=key, approved_go_live_at__isnull=False)
    gone = NoticePage.objects.filter(pk=OuterRef("pk"), withdrawals__isnull=False)
    cases = (
        ("waiting", Exists(waiting)),
        ("scheduled", Exists(scheduled)),
        ("changed", Q(live=True, has_unpublished_changes=True)),
        ("live", Q(live=True)),
        ("withdrawn", Exists(gone)),
    )
    stated: QuerySet[NoticePage] = notices.annotate(
        state=Case(
            *(When(condition, then=Value(name)) for name, condition in cases),
            default=Value("draft"),
            output_field=CharField(),
        )
    )
    return stated


@dataclass(frozen=True, slots=True)
class ReviewState:
    """Everything that the screen of one notice shows; ``version`` is what would go out."""

    version: NoticePage
    revision: Revision | None
    task_state: TaskState | None
    may_approve: bool
    why_not: str
    problems: list[str]
    refused: RefusedSchedule | None
    may_withdraw: bool


def review_state(page: NoticePage, user: Any) -> ReviewState:
    """The state of a notice for this person."""
    task_state = page.current_workflow_task_state
    publisher = bool(publisher_posts(user, page))
    version = page.get_latest_revision_as_object()
    open_version = not page.live or page.has_unpublished_changes
    why_not = own_work(page, user) if task_state is not None and publisher else ""
    return ReviewState(
        version=version,
        revision=page.latest_revision,
        task_state=task_state,
        may_approve=task_state is not None and publisher,
        why_not=why_not,
        problems=refusals(version) if open_version else [],
        refused=RefusedSchedule.objects.filter(revision=page.latest_revision).first(),
        may_withdraw=page.live and may_withdraw(user, page),
    )
