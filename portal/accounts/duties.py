"""What accounts ask of people: grants that end, somebody to stand in for, second factors, an unsound audit log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, Min, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts.models import Absence, Grant, Role, User
from portal.accounts.powers import Action
from portal.accounts.scoping import visible
from portal.accounts.standing import grants_on, standing_of
from portal.audit.examination import last_examination
from portal.audit.models import AuditEvent, AuditLink
from portal.audit.verify import LINKED_WITHIN
from portal.contracts.duties import Consequence, Duties, Duty, DutySource, register_source
from portal.regulation.wording import chinese_date

#: Days before the last day of a grant from which it shows (ours).
GRANT_NOTICE = dt.timedelta(days=14)
#: Days before somebody's absence from which the substitute is told (ours).
ABSENCE_NOTICE = dt.timedelta(days=3)
#: The log is verified every day; without a result for so long something is wrong with the daily run.
EXAMINED_WITHIN = dt.timedelta(days=2)
#: The worker links events within seconds; after this it is surely not running.
UNLINKED_FOR = 60 * LINKED_WITHIN

Find = Callable[[Any, dt.date, int], Duties]


def register_sources() -> None:
    """Name the sources (from the app's ``ready``)."""
    sources: tuple[tuple[str, Any, Find], ...] = (
        ("accounts.audit", gettext_lazy("审计日志"), find_unsound_log),
        ("accounts.grants", gettext_lazy("即将到期的授权"), find_ending_grants),
        ("accounts.absences", gettext_lazy("需要替代的同事"), find_substitutions),
        ("accounts.second_factor", gettext_lazy("两步验证"), find_without_second_factor),
    )
    for name, label, find in sources:
        register_source(DutySource(name, str(label), find))


def find_ending_grants(user: Any, day: dt.date, limit: int) -> Duties:
    """Grants that end soon with nothing after them: for administrators, and for heads those of their office."""
    roles = standing_of(user, day).roles
    if not roles & {Role.SYSADMIN, Role.HEAD}:
        return Duties()
    rows = _ending(visible(user, Action.LIST, Grant.objects.filter(user__is_active=True)), day)
    soon = rows.filter(last_day__lte=day + GRANT_NOTICE).order_by("last_day", "pk")
    administers = Role.SYSADMIN in roles
    found = [_ending_duty(grant, administers) for grant in soon.select_related("user", "office")[:limit]]
    next_last_day = rows.filter(last_day__gt=day + GRANT_NOTICE).aggregate(day=Min("last_day"))["day"]
    return Duties(
        found,
        len(found) if len(found) < limit else soon.count(),
        next_day=next_last_day - GRANT_NOTICE if next_last_day else None,
    )


def _ending(grants: QuerySet[Grant], day: dt.date) -> QuerySet[Grant]:
    """Those in force whose last day was set from the start and has no follower; who ends one early knows it."""
    followers = Grant.objects.filter(
        Q(last_day__isnull=True) | Q(last_day__gt=OuterRef("last_day")),
        user=OuterRef("user"),
        role=OuterRef("role"),
        office=OuterRef("office"),
    )
    return grants.filter(~Exists(followers), first_day__lte=day, last_day__gte=day, end_reason="")


def _ending_duty(grant: Grant, administers: bool) -> Duty:
    return Duty(
        key=f"grant:{grant.pk}",
        what=_("%(user)s的“%(role)s”授权即将到期") % {"user": grant.user, "role": grant.get_role_display()},
        consequence=Consequence.DUE,
        action=_("续期或交接") if administers else _("查看授权"),
        url=reverse("account", args=[grant.user_id]),
        why=_("到期后本人不能再以该角色办理，未办完的事项须先交接。"),
        due=grant.last_day,
        office=grant.office.short_name,
    )


def find_substitutions(user: Any, day: dt.date, limit: int) -> Duties:
    """Colleagues for whom the account will stand in within days. One query."""
    rows = list(
        Absence.objects.filter(
            substitute=user, cancelled_at__isnull=True, first_day__gt=day, user__is_active=True
        )
        .select_related("user")
        .order_by("first_day", "pk")
    )
    soon = [absence for absence in rows if absence.first_day <= day + ABSENCE_NOTICE]
    later = [absence.first_day - ABSENCE_NOTICE for absence in rows[len(soon) :]]
    found = [
        Duty(
            key=f"absence:{absence.pk}",
            what=_("%s即将不在岗，由您替代") % absence.user,
            consequence=Consequence.DUE,
            action=_("查看安排"),
            url=reverse("absences"),
            why=_("至%s期间，对方的待办会列在您这里，请先交接。") % chinese_date(absence.last_day),
            due=absence.first_day,
        )
        for absence in soon[:limit]
    ]
    return Duties(found, len(soon), reverse("absences"), later[0] if later else None)


def find_without_second_factor(user: Any, day: dt.date, limit: int) -> Duties:
    """For administrators: how many people who hold a role have no authenticator. One row, one query."""
    if Role.SYSADMIN not in standing_of(user, day).roles:
        return Duties()
    enrolled = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
    count = User.objects.filter(~Exists(enrolled), pk__in=grants_on(day).values("user")).count()
    if not count:
        return Duties()
    duty = Duty(
        key="second_factor",
        what=_("%s 个有授权的账号尚未绑定验证器") % count,
        consequence=Consequence.WAITING,
        action=_("查看账号"),
        url=reverse("accounts_list"),
        why=_("工作人员须使用两步验证；请提醒本人登录后绑定，不再使用的账号请办理离任。"),
    )
    return Duties([duty], 1)


def find_unsound_log(user: Any, day: dt.date, limit: int) -> Duties:
    """For auditors: the last verification found something, is too old, or events wait to be linked. Three queries."""
    if Role.AUDITOR not in standing_of(user, day).roles:
        return Duties()
    found = [duty for duty in (_examination_duty(), _unlinked_duty()) if duty is not None]
    return Duties(found[:limit], len(found))


def _examination_duty() -> Duty | None:
    last = last_examination()
    result = last.after if last is not None else None
    if isinstance(result, dict) and not result.get("sound"):
        what, why = _("审计日志核对发现问题"), str(result.get("first", ""))
    elif last is None or last.at < timezone.now() - EXAMINED_WITHIN:
        if last is None and not AuditLink.objects.exists():
            return None
        what = _("审计日志超过两天没有核对")
        why = _("每日运行会自动核对；没有结果说明后台进程可能停了，请告诉系统管理员。")
    else:
        return None
    return _log_duty("audit:examination", what, why)


def _unlinked_duty() -> Duty | None:
    linked = AuditLink.objects.order_by("-event_id").values_list("event_id", flat=True).first() or 0
    waiting = AuditEvent.objects.filter(pk__gt=linked, at__lt=timezone.now() - UNLINKED_FOR)
    if not waiting.exists():
        return None
    return _log_duty(
        "audit:unlinked",
        _("审计事件没有入链"),
        _("事件通常在几秒内入链；请告诉系统管理员检查后台进程是否在运行。"),
    )


def _log_duty(key: str, what: str, why: str) -> Duty:
    return Duty(
        key=key,
        what=what,
        consequence=Consequence.OVERDUE,
        action=_("查看审计日志"),
        url=reverse("audit_log"),
        why=why,
    )
