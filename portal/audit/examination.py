"""Examining the log: verify it, and keep what came out in the log itself, where the auditor finds it."""

from __future__ import annotations

import datetime as dt
import logging

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.heads import signature_holds
from portal.audit.models import AuditEvent, AuditHead
from portal.audit.record import record
from portal.audit.verify import Verification, verify

logger = logging.getLogger(__name__)

ACTION = "audit.chain.verified"
OBJECT_TYPE = "audit.chain"
#: The day of the week (Sunday) on which the daily step begins at the first event.
_WHOLE_CHAIN_ON = 6


def examine(*, from_head: AuditHead | None = None, patience: float = 0.0, keep: bool = True) -> Verification:
    """Verify the log and, with ``keep``, write the result down as an event."""
    found = verify(from_head, patience)
    if keep:
        with transaction.atomic():
            record(
                ACTION,
                (OBJECT_TYPE, str(found.end.position), _("审计链")),
                after={
                    "sound": found.is_sound,
                    "checked": found.checked,
                    "from_position": found.start.position,
                    "position": found.end.position,
                    "breaks": len(found.breaks),
                    "first": found.breaks[0].text if found.breaks else "",
                },
            )
    return found


def last_examination() -> AuditEvent | None:
    """The event of the last verification."""
    return AuditEvent.objects.filter(action=ACTION).order_by("-pk").first()


def examine_daily(day: dt.date) -> str:
    """The daily step: what came since the last but one head, on Sundays everything. Returns a line for the log."""
    present = last_examination()
    if (
        present is not None
        and present.after
        and present.after["sound"]
        and timezone.localdate(present.at) == day
    ):
        return _("今日已核对过审计日志。")
    earlier = AuditHead.objects.filter(day__lt=day).order_by("-day").first()
    if day.weekday() == _WHOLE_CHAIN_ON or (earlier is not None and not signature_holds(earlier)):
        earlier = None
    found = examine(from_head=earlier)
    if not found.is_sound:
        logger.critical("the audit log is not sound: %s", found.breaks[0].kind)
        return _("审计日志有问题：%s") % found.breaks[0].text
    return _("审计日志完整，核对了 %d 个事件。") % found.checked
