"""Give and end roles; let people stand in for each other; let people leave. Each with its reason, none undone silently."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.groups import sync_groups
from portal.accounts.models import Absence, Authority, Grant, Role, User
from portal.accounts.standing import forget_standing, in_force
from portal.audit.record import record

ONE_DAY = dt.timedelta(days=1)
#: Roles that stay apart from all others: who runs the system or examines the log does no case-work.
APART = frozenset({Role.AUDITOR, Role.SYSADMIN})
MIN_REASON = 2


class GrantRefused(ValueError):
    """A grant, an absence or a leave is not possible; ``field`` names the field, the text the remedy."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def grant_role(
    user: User,
    role: Role,
    office: Authority,
    *,
    reason: str,
    first_day: dt.date | None = None,
    last_day: dt.date | None = None,
    actor: User | None = None,
) -> Grant:
    """Give somebody a role at an office from a day on (``last_day`` inclusive, None for without end).

    Raises :class:`GrantRefused` for one's own account, an account that left or belongs to an institution, an
    office that does not exist on the day, a role that must stay apart, or a grant that already stands.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    first_day = first_day or timezone.localdate()
    reason = checked_reason(reason)
    _check_person(user, actor)
    _check_days(first_day, last_day)
    if not office.exists_on(first_day):
        raise GrantRefused(_("%s在首日不存在，请选择承继机关。") % office.name, "office")
    overlapping = Grant.objects.filter(user=user).filter(
        Q(last_day__isnull=True) | Q(last_day__gte=first_day),
        *([Q(first_day__lte=last_day)] if last_day else []),
    )
    _check_apart(Role(role), overlapping)
    if overlapping.filter(role=role, office=office).exists():
        raise GrantRefused(_("%(user)s在这些日期已有该角色，无需重复授权。") % {"user": user}, "role")
    grant = Grant.objects.create(
        user=user,
        role=role,
        office=office,
        first_day=first_day,
        last_day=last_day,
        reason=reason,
        granted_by=actor,
    )
    _follow_up(user)
    record(
        "accounts.grant.given",
        grant,
        actor=actor,
        after={
            "user": user.pk,
            "role": str(role),
            "office": office.code,
            "first_day": first_day.isoformat(),
            "last_day": last_day.isoformat() if last_day else None,
        },
        reason=reason,
    )
    return grant


@transaction.atomic
def end_grant(grant: Grant, *, last_day: dt.date, reason: str, actor: User | None = None) -> Grant:
    """End a grant after ``last_day`` (today at the latest it can still be used; yesterday ends it at once)."""
    grant = Grant.objects.select_for_update(of=("self",)).select_related("user", "office").get(pk=grant.pk)
    reason = checked_reason(reason)
    if actor is not None and actor.pk == grant.user_id:
        raise GrantRefused(_("不能终止本人的授权，请由其他系统管理员办理。"))
    if grant.last_day is not None and grant.last_day <= last_day:
        raise GrantRefused(_("该授权已于%s终止。") % grant.last_day, "last_day")
    if last_day < timezone.localdate() - ONE_DAY:
        raise GrantRefused(_("末日不能早于昨天：过去的授权不能改写。"), "last_day")
    before = grant.last_day
    grant.last_day, grant.end_reason = last_day, reason
    grant.save(update_fields=["last_day", "end_reason"])
    _follow_up(grant.user)
    record(
        "accounts.grant.ended",
        grant,
        actor=actor,
        before={"last_day": before.isoformat() if before else None},
        after={"last_day": last_day.isoformat()},
        reason=reason,
    )
    return grant


@transaction.atomic
def enter_absence(
    user: User,
    substitute: User,
    first_day: dt.date,
    last_day: dt.date,
    *,
    reason: str,
    actor: User | None = None,
) -> Absence:
    """Let a colleague of the same office stand in for somebody on these days.

    The substitute works with the absent person's roles at that office besides the own ones; what needs two
    people still needs two. Raises :class:`GrantRefused` when it does not fit.
    """
    reason = checked_reason(reason)
    _check_days(first_day, last_day)
    if first_day < timezone.localdate():
        raise GrantRefused(_("首日不能早于今天。"), "first_day")
    # As they are now, and one absence at a time for each of them.
    now = User.objects.select_for_update().in_bulk([user.pk, substitute.pk])
    user, substitute = now[user.pk], now[substitute.pk]
    for person, name in ((user, "user"), (substitute, "substitute")):
        if not person.is_active or not person.is_of_staff:
            raise GrantRefused(_("%s不是在岗的工作人员，请另选。") % person, name)
    if user.pk == substitute.pk:
        raise GrantRefused(_("替代人员不能是本人，请另选一位同事。"), "substitute")
    if user.office_id is None or user.office_id != substitute.office_id:
        raise GrantRefused(_("替代人员须与本人同属一个机关。"), "substitute")
    same_days = Absence.objects.filter(
        cancelled_at__isnull=True, first_day__lte=last_day, last_day__gte=first_day
    )
    if same_days.filter(user=user).exists():
        raise GrantRefused(_("%s在这些日期已有登记，请先取消原登记。") % user, "first_day")
    if same_days.filter(user=substitute).exists():
        raise GrantRefused(_("%s在这些日期本人也不在岗，请另选。") % substitute, "substitute")
    absence = Absence.objects.create(
        user=user,
        substitute=substitute,
        first_day=first_day,
        last_day=last_day,
        reason=reason,
        entered_by=actor,
    )
    _follow_up(substitute)
    record(
        "accounts.absence.entered",
        absence,
        actor=actor,
        after={
            "user": user.pk,
            "substitute": substitute.pk,
            "first_day": first_day.isoformat(),
            "last_day": last_day.isoformat(),
        },
        reason=reason,
    )
    return absence


@transaction.atomic
def cancel_absence(absence: Absence, *, reason: str, actor: User | None = None) -> None:
    """Cancel an absence: from now on nobody stands in any more."""
    absence = Absence.objects.select_for_update(of=("self",)).get(pk=absence.pk)
    if absence.cancelled_at is not None:
        raise GrantRefused(_("该登记已经取消。"))
    absence.cancelled_at = timezone.now()
    absence.save(update_fields=["cancelled_at"])
    _follow_up(absence.substitute)
    record("accounts.absence.cancelled", absence, actor=actor, reason=checked_reason(reason))


@transaction.atomic
def leave_office(user: User, *, reason: str, actor: User | None = None) -> User:
    """Somebody leaves: grants end today, sessions at once, the account cannot log in; its history stays."""
    user = User.objects.select_for_update().get(pk=user.pk)
    reason = checked_reason(reason)
    if actor is not None and actor.pk == user.pk:
        raise GrantRefused(_("不能办理本人的离任，请由其他系统管理员办理。"))
    if user.left_on is not None:
        raise GrantRefused(_("%(user)s已于%(day)s离任。") % {"user": user, "day": user.left_on})
    today = timezone.localdate()
    for grant in Grant.objects.filter(user=user).filter(Q(last_day__isnull=True) | Q(last_day__gt=today)):
        grant.last_day, grant.end_reason = today, reason
        grant.save(update_fields=["last_day", "end_reason"])
    for absence in Absence.objects.filter(
        Q(user=user) | Q(substitute=user), cancelled_at__isnull=True, last_day__gte=today
    ):
        absence.cancelled_at = timezone.now()
        absence.save(update_fields=["cancelled_at"])
    user.is_active, user.left_on = False, today
    user.save(update_fields=["is_active", "left_on"])
    _follow_up(user)
    end_sessions(user)
    record("accounts.user.left", user, actor=actor, after={"left_on": today.isoformat()}, reason=reason)
    return user


def end_sessions(user: User) -> int:
    """End every session of an account; returns how many there were."""
    own = [
        session.pk
        for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator()
        if session.get_decoded().get("_auth_user_id") == str(user.pk)
    ]
    Session.objects.filter(pk__in=own).delete()
    return len(own)


def holders(role: Role, office: Authority, day: dt.date) -> list[User]:
    """Who holds a role at an office on a day."""
    return list(
        User.objects.filter(
            in_force(day, "grants__"), grants__role=role, grants__office=office, is_active=True
        ).distinct()
    )


def _follow_up(user: User) -> None:
    forget_standing(user)
    sync_groups(user)


def checked_reason(reason: str) -> str:
    """The reason without needless spaces; raises :class:`GrantRefused` when there is none."""
    reason = " ".join(reason.split())
    if len(reason) < MIN_REASON:
        raise GrantRefused(_("请写明理由。"), "reason")
    return reason


def _check_person(user: User, actor: User | None) -> None:
    if not user.is_of_staff:
        raise GrantRefused(_("机构账号不能获得工作人员的角色。"), "user")
    if user.left_on is not None or not user.is_active:
        raise GrantRefused(_("%s已离任或停用，不能授权。") % user, "user")
    if actor is not None and actor.pk == user.pk:
        raise GrantRefused(_("不能为本人授权，请由其他系统管理员办理。"), "user")


def _check_days(first_day: dt.date, last_day: dt.date | None) -> None:
    if last_day is not None and last_day < first_day:
        raise GrantRefused(_("末日早于首日，请核对。"), "last_day")


def _check_apart(role: Role, overlapping: Any) -> None:
    held = {Role(value) for value in overlapping.values_list("role", flat=True)}
    if (role in APART and held - {role}) or (role not in APART and held & APART):
        raise GrantRefused(
            _("系统管理员、审计员须与其他角色分开：请先终止其现有授权，或为此人另设账号。"), "role"
        )
