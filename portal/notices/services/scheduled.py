"""Publishing and unpublishing at the set moment. Called by the worker every second."""

from __future__ import annotations

import datetime as dt
import logging
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from wagtail.models import Page, Revision

from portal.audit.record import record
from portal.notices.models import NoticePage, RefusedSchedule
from portal.notices.services.publishing import (
    PublishingRefused,
    publishing_what_was_approved,
    refusals,
    require_review,
)
from portal.notices.services.stamps import clear_old_stamps
from portal.notices.services.withdrawal import leave_trace

logger = logging.getLogger(__name__)

FAILED_REASON = "发布时出错，已退回草稿。"
EXPIRED_REASON = "展示期届满，按预定时间撤下。"


def publish_due(now: dt.datetime) -> int:
    """Publish every version whose moment has come and take down what has expired; returns how many.

    Each page has its own savepoint: one that is refused or fails is logged, taken off the schedule (it stays
    a draft) and does not stop the others.
    """
    done = 0
    for key in _expired(now):
        done += _attempt(_take_down, key, now)
    for key in _due(now):
        done += _attempt(_publish, key, now)
    clear_old_stamps()
    return done


def _due(now: dt.datetime) -> list[int]:
    rows = Revision.objects.filter(approved_go_live_at__lte=now).order_by("approved_go_live_at", "pk")
    return list(rows.values_list("pk", flat=True))


def _expired(now: dt.datetime) -> list[int]:
    return list(
        Page.objects.filter(live=True, expire_at__lte=now).order_by("pk").values_list("pk", flat=True)
    )


def _attempt(action: Any, key: int, now: dt.datetime) -> int:
    """Run one step in a transaction of its own; its failure is that step's alone."""
    try:
        with transaction.atomic():
            done: bool = action(key, now)
    except PublishingRefused as refusal:
        logger.warning("scheduled publication refused: revision %s: %s", key, refusal)
        _unschedule(key, str(refusal))
        return 0
    except Exception:
        logger.exception("scheduled step %s failed for %s", action.__name__, key)
        if action is _publish:
            _unschedule(key, "")
        return 0
    return int(done)


def _publish(key: int, now: dt.datetime) -> bool:
    revision = Revision.objects.select_for_update().filter(pk=key, approved_go_live_at__lte=now).first()
    if revision is None:  # another worker was quicker
        return False
    require_review(revision)
    reasons = refusals(revision.as_object())
    if reasons:
        raise PublishingRefused(" ".join(reasons))
    with publishing_what_was_approved():
        revision.publish(log_action="wagtail.publish.scheduled")
    return True


def _take_down(key: int, now: dt.datetime) -> bool:
    page = Page.objects.select_for_update().filter(pk=key, live=True, expire_at__lte=now).first()
    if page is None:
        return False
    specific = page.specific
    specific.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    if isinstance(specific, NoticePage):
        leave_trace(specific, EXPIRED_REASON, now)
    return True


def _unschedule(key: int, reason: str) -> None:
    """Take a version off the schedule, so that it is not tried again every second."""
    with transaction.atomic():
        revision = Revision.objects.filter(pk=key).first()
        if revision is None:
            return
        planned = revision.approved_go_live_at or timezone.now()
        revision.approved_go_live_at = None
        revision.save(update_fields=["approved_go_live_at"])
        reason = reason or FAILED_REASON
        page = Page.objects.filter(pk=revision.object_id).first()
        if page is not None:
            # The editor is told on the notice and among the duties, until the version is changed.
            RefusedSchedule.objects.update_or_create(
                revision=revision, defaults={"page": page, "planned_for": planned, "reason": reason}
            )
        target: Model | tuple[str, str, str] = ("wagtailcore.revision", str(key), revision.object_str)
        record("notice.schedule_refused", target, reason=reason)
