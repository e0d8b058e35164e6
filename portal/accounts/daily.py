"""What accounts need once a day: groups follow the grants that begin or end, dead sessions go."""

from __future__ import annotations

import datetime as dt

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.groups import sync_groups
from portal.accounts.models import User
from portal.audit.record import record
from portal.contracts.daily import DailyStep, register_daily

#: Days looked back, so that a day on which nothing ran leaves nobody behind.
LOOK_BACK = dt.timedelta(days=7)
ONE_DAY = dt.timedelta(days=1)


def register_steps() -> None:
    """Register the steps of this app."""
    register_daily(DailyStep("accounts.groups", follow_grants, order=10))
    register_daily(DailyStep("accounts.sessions", clear_sessions, order=20))


def follow_grants(day: dt.date) -> str:
    """Bring the groups of everybody whose grants, absences or substitutions began or ended by ``day`` in line.

    Every request to the workplace does the same for its own account; this one is for what asks about others
    (who may approve a page).
    """
    begun, ended = (day - LOOK_BACK, day), (day - LOOK_BACK - ONE_DAY, day - ONE_DAY)
    turned = Q()
    for path in ("grants", "substitutions", "substitutions__user__grants"):
        turned |= Q(**{f"{path}__first_day__range": begun}) | Q(**{f"{path}__last_day__range": ended})
    changed = sum(_follow(user) for user in User.objects.filter(turned).distinct())
    return _("更新 %s 个账号的用户组") % changed


def _follow(user: User) -> bool:
    with transaction.atomic():
        before = sorted(user.groups.values_list("name", flat=True))
        if not sync_groups(user):
            return False
        after = sorted(user.groups.values_list("name", flat=True))
        record(
            "accounts.groups.followed", user, before=before, after=after, reason=_("授权或替代的起止日已到")
        )
    return True


def clear_sessions(day: dt.date) -> str:
    """Delete the sessions that have ended: what they hold of a person is no longer needed."""
    with transaction.atomic():
        count, _per_model = Session.objects.filter(expire_date__lt=timezone.now()).delete()
        if count:
            record(
                "accounts.sessions.cleared",
                ("accounts.sessions", day.isoformat(), str(_("过期会话"))),
                after={"count": count},
            )
    return _("清除 %s 个过期会话") % count
