"""Taking a notice back: always with a reason, and with a trace at its address."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.actions.unpublish_page import UnpublishPageAction

from portal.audit.record import record
from portal.notices.models import NoticePage, Withdrawal
from portal.notices.services.acting import acting_as
from portal.notices.services.atom import entry_id
from portal.notices.services.houses import publisher_posts

MIN_REASON = 4
PERMISSION = "notices.withdraw_noticepage"


class WithdrawalRefused(ValueError):
    """A notice cannot be withdrawn; the text says why and what to do."""


def may_withdraw(user: Any, page: NoticePage) -> bool:
    """Whether the account may take this notice back: a publisher of the issuing house."""
    return bool(user.has_perm(PERMISSION)) and bool(publisher_posts(user, page))


@transaction.atomic
def withdraw_notice(page: NoticePage, user: Any, reason: str) -> Withdrawal:
    """Take a published notice off the public site (publishers of the issuing house).

    Raises :class:`WithdrawalRefused` without a real reason, without the right, or when it is not published.
    """
    reason = " ".join(reason.split())
    if not may_withdraw(user, page):
        raise WithdrawalRefused(_("您没有撤下公告的权限。请联系发布机构的“发布”人员。"))
    if len(reason) < MIN_REASON:
        raise WithdrawalRefused(_("请写明撤下原因（至少4个字），原因会向公众显示。"))
    current = NoticePage.objects.select_for_update().filter(pk=page.pk, live=True).first()
    if current is None:
        raise WithdrawalRefused(_("这份公告没有在公开发布，无需撤下。"))
    with acting_as(user):
        # Nobody holds Wagtail's publish permission; the right to withdraw was asked above.
        UnpublishPageAction(current, user=user).execute(skip_permission_checks=True)
    trace = leave_trace(current, reason, timezone.now(), user)
    record("notice.withdrawn", current, actor=user, reason=reason)
    return trace


def leave_trace(page: NoticePage, reason: str, moment: dt.datetime, user: Any = None) -> Withdrawal:
    """Let the address answer with the day and the reason from now on. ``user`` is None for the system."""
    return Withdrawal.objects.create(
        page=page,
        section=page.section,
        slug=page.slug,
        title=page.title,
        feed_id=entry_id(page),
        withdrawn_at=moment,
        reason=reason,
        withdrawn_by=user,
        issuer_id=page.issuer_id,
    )
