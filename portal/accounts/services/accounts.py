"""Make accounts, correct them, and help people who cannot log in. Each with its reason and an event."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _, gettext_lazy

from portal.accounts.models import Authority, User
from portal.accounts.passwords import initial_password
from portal.accounts.services import failed_logins, second_factor
from portal.accounts.services.grants import GrantRefused, checked_reason, end_sessions
from portal.audit.record import record

LOGIN_NAME = RegexValidator(
    r"^[a-z][a-z0-9._-]{2,39}\Z",
    gettext_lazy("登录名须为3至40个小写字母、数字、点、下划线或连字符，并以字母开头。"),
)


class AccountRefused(GrantRefused):
    """Something about an account is not possible; ``field`` names the field, the text the remedy."""


@transaction.atomic
def create_account(
    username: str, name: str, office: Authority, *, email: str = "", reason: str, actor: User | None = None
) -> tuple[User, str]:
    """Make an account of staff without any power yet; returns it with a password for the first login.

    The password is kept nowhere and must be changed at the first login. Raises :class:`AccountRefused`.
    """
    reason = checked_reason(reason)
    username = _checked_username(username)
    email = _checked_email(email)
    _check_office(office)
    password = initial_password()
    user = User(username=username, first_name=_checked_name(name), email=email, office=office)
    user.password_is_initial = True
    user.set_password(password)
    user.save()
    after = {"username": username, "office": office.code}
    record("accounts.user.created", user, actor=actor, after=after, reason=reason)
    return user, password


def as_seen(user: User) -> str:
    """A mark of what can be corrected, as it stands: a form brings it back to show what it was filled from."""
    values = "\0".join((str(user), user.email, str(user.office_id)))
    return salted_hmac("portal.accounts.as_seen", values).hexdigest()


@transaction.atomic
def correct_account(
    user: User,
    *,
    name: str,
    email: str,
    office: Authority,
    reason: str,
    seen: str | None = None,
    actor: User | None = None,
) -> User:
    """Correct name, e-mail or office of an account. The login name stays: the log speaks of it.

    ``seen`` is the mark of what the person looked at (:func:`as_seen`): when somebody else has saved meanwhile, it
    is refused with what stands there now.
    """
    user = _locked(user)
    reason = checked_reason(reason)
    if seen is not None and seen != as_seen(user):
        raise AccountRefused(
            _("刚才有其他人修改了该账号，现为：%(name)s，%(email)s，%(office)s。请核对后再次提交。")
            % {"name": user, "email": user.email or _("无邮箱"), "office": user.office},
            "seen",
        )
    wanted = {"first_name": _checked_name(name), "email": _checked_email(email, user), "office": office}
    before = {field: getattr(user, field) for field in wanted}
    changed = [field for field, value in wanted.items() if before[field] != value]
    if not changed:
        raise AccountRefused(_("没有任何改动，无需保存。"))
    if "office" in changed:
        _check_office(office)
    for field in changed:
        setattr(user, field, wanted[field])
    # The name has one field here; an old second one would stand before it.
    user.last_name = ""
    user.save(update_fields=[*changed, "last_name"])
    record(
        "accounts.user.corrected",
        user,
        actor=actor,
        before={field: _plain(before[field]) for field in changed},
        after={field: _plain(wanted[field]) for field in changed},
        reason=reason,
    )
    return user


@transaction.atomic
def reset_password(user: User, *, reason: str, actor: User | None = None) -> str:
    """Give somebody a new password for one login; ends the sessions of the account. Returns the password."""
    user = _locked(user)
    reason = checked_reason(reason)
    _check_other(user, actor, _("请在“登录安全”中更换本人的密码。"))
    password = initial_password()
    user.set_password(password)
    user.password_is_initial = True
    user.save(update_fields=["password", "password_is_initial"])
    ended = end_sessions(user)
    record("accounts.password.reset", user, actor=actor, after={"sessions_ended": ended}, reason=reason)
    return password


@transaction.atomic
def reset_two_factor(user: User, *, reason: str, actor: User | None = None) -> None:
    """Take the authenticator from somebody who lost it; the next login sets up a new one."""
    user = _locked(user)
    reason = checked_reason(reason)
    _check_other(user, actor, _("请在“登录安全”中更换本人的验证器。"))
    if not second_factor.remove_second_factor(user):
        raise AccountRefused(_("%s没有绑定验证器，无需重置。") % user)
    ended = end_sessions(user)
    record("accounts.second_factor.reset", user, actor=actor, after={"sessions_ended": ended}, reason=reason)


@transaction.atomic
def unlock(user: User, *, reason: str, actor: User | None = None) -> None:
    """Let somebody try again at once after too many failures."""
    user = _locked(user)
    reason = checked_reason(reason)
    until: dt.datetime | None = failed_logins.locked_until(user)
    if until is None:
        raise AccountRefused(_("%s目前没有被锁定，可以直接登录。") % user)
    failed_logins.forget_failures(user.username)
    record("accounts.login.unlocked", user, actor=actor, reason=reason)


@transaction.atomic
def change_own_password(user: User, password: str) -> None:
    """Set the password that somebody chose; sessions elsewhere no longer fit it."""
    user.set_password(password)
    user.password_is_initial = False
    user.save(update_fields=["password", "password_is_initial"])
    record("accounts.password.changed", user, actor=user)


def _locked(user: User) -> User:
    user = User.objects.select_for_update(of=("self",)).select_related("office").get(pk=user.pk)
    if not user.is_of_staff:
        raise AccountRefused(_("机构账号不在这里管理。"))
    if user.left_on is not None:
        raise AccountRefused(
            _("%(user)s已于%(day)s离任，账号不再改动。") % {"user": user, "day": user.left_on}
        )
    return user


def _check_other(user: User, actor: User | None, remedy: str) -> None:
    if actor is not None and actor.pk == user.pk:
        raise AccountRefused(remedy)


def _check_office(office: Authority) -> None:
    if not office.exists_on(timezone.localdate()):
        raise AccountRefused(_("%s已撤销，请选择承继机关。") % office.name, "office")


def _checked_username(username: str) -> str:
    username = username.strip().lower()
    try:
        LOGIN_NAME(username)
    except ValidationError as error:
        raise AccountRefused(error.messages[0], "username") from error
    if User.objects.filter(username__iexact=username).exists():
        raise AccountRefused(_("登录名“%s”已被使用，请换一个。") % username, "username")
    return username


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not 2 <= len(name) <= 40:
        raise AccountRefused(_("请填写姓名，2至40个字。"), "name")
    return name


def _checked_email(email: str, user: User | None = None) -> str:
    email = email.strip()
    if not email:
        return ""
    try:
        validate_email(email)
    except ValidationError as error:
        raise AccountRefused(_("电子邮箱格式不正确，应形如 name@example.cn。"), "email") from error
    others = User.objects.filter(email__iexact=email, is_active=True)
    if (others.exclude(pk=user.pk) if user is not None else others).exists():
        raise AccountRefused(_("该电子邮箱已属于另一个账号，请换一个。"), "email")
    return email


def _plain(value: object) -> str:
    return value.code if isinstance(value, Authority) else str(value)
