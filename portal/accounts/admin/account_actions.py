"""What can be done with an account: each action has a form, a reason, a service and one page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from portal.accounts.models import Authority, Grant, Role, User
from portal.accounts.services import accounts, failed_logins, grants, second_factor

REASON_LENGTH = 200


class ReasonForm(forms.Form):
    """Why. Every change of an account asks for it."""

    reason = forms.CharField(
        label=gettext_lazy("理由"),
        min_length=grants.MIN_REASON,
        max_length=REASON_LENGTH,
        help_text=gettext_lazy("记入审计日志，如文号、经核实的情况。"),
        error_messages={
            "required": gettext_lazy("请写明理由。"),
            "min_length": gettext_lazy("理由至少写2个字。"),
            "max_length": gettext_lazy("理由最多200个字，请缩短。"),
        },
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.order_fields([name for name in self.fields if name != "reason"])


def offices_today() -> Any:
    """Offices that exist today."""
    return Authority.objects.on(timezone.localdate()).order_by("code")


class OfficeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An office of today."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs = {
            "label": gettext_lazy("机关"),
            "queryset": Authority.objects.none(),
            "error_messages": {
                "required": gettext_lazy("请选择机关。"),
                "invalid_choice": gettext_lazy("请从列表中选择现有机关。"),
            },
            **kwargs,
        }
        super().__init__(**kwargs)


class DayField(forms.DateField):
    """A day, picked or typed."""

    widget = AdminDateInput

    def __init__(self, **kwargs: Any) -> None:
        messages = {
            "required": gettext_lazy("请填写日期。"),
            "invalid": gettext_lazy("日期格式应为2026-11-22，请重新填写。"),
        }
        super().__init__(error_messages=messages, **kwargs)


class CreateForm(ReasonForm):
    """A new account."""

    username = forms.CharField(
        label=gettext_lazy("登录名"),
        max_length=40,
        help_text=gettext_lazy("小写字母、数字，以字母开头；建立后不能更改。"),
        error_messages={"required": gettext_lazy("请填写登录名。")},
    )
    name = forms.CharField(
        label=gettext_lazy("姓名"), max_length=40, error_messages={"required": gettext_lazy("请填写姓名。")}
    )
    office = OfficeField(label=gettext_lazy("所属机关"))
    email = forms.CharField(label=gettext_lazy("电子邮箱"), max_length=254, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["office"].queryset = offices_today()  # type: ignore[attr-defined]


class CorrectForm(ReasonForm):
    """Name, mail and office of an account."""

    name = CreateForm.base_fields["name"]
    email = CreateForm.base_fields["email"]
    office = OfficeField(label=gettext_lazy("所属机关"))
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "name": str(user),
            "email": user.email,
            "office": user.office_id,
            "seen": accounts.as_seen(user),
        }
        super().__init__(*args, user=user, **kwargs)
        self.fields["office"].queryset = offices_today()  # type: ignore[attr-defined]


class GiveRoleForm(ReasonForm):
    """A role at an office from a day on."""

    role = forms.ChoiceField(
        label=gettext_lazy("角色"),
        choices=Role.choices,
        error_messages={
            "required": gettext_lazy("请选择角色。"),
            "invalid_choice": gettext_lazy("请从列表中选择角色。"),
        },
    )
    office = OfficeField()
    first_day = DayField(label=gettext_lazy("首日"), initial=timezone.localdate)
    last_day = DayField(
        label=gettext_lazy("末日"), required=False, help_text=gettext_lazy("含当日；留空为长期。")
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"office": user.office_id}
        super().__init__(*args, user=user, **kwargs)
        self.fields["office"].queryset = offices_today()  # type: ignore[attr-defined]


class EndGrantForm(ReasonForm):
    """The last day of a grant."""

    last_day = DayField(
        label=gettext_lazy("末日"),
        initial=timezone.localdate,
        help_text=gettext_lazy("含当日。填昨天则立即失效。"),
    )


#: Does the action; returns a message, and a text that is shown once and never again.
Run = Callable[[User, dict[str, Any], User], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class AccountAction:
    """One action on an account: its word in the address, its name, what it does in one sentence, form and service."""

    slug: str
    title: str | Promise
    explains: str | Promise
    form: type[ReasonForm]
    run: Run
    icon: str = "edit"
    serious: bool = False


def _give_role(user: User, data: dict[str, Any], actor: User) -> tuple[str, str]:
    grant = grants.grant_role(
        user,
        Role(data["role"]),
        data["office"],
        reason=data["reason"],
        first_day=data["first_day"],
        last_day=data["last_day"],
        actor=actor,
    )
    return _("已授权：%s。") % grant, ""


def _correct(user: User, data: dict[str, Any], actor: User) -> tuple[str, str]:
    accounts.correct_account(user, actor=actor, **data)
    return _("账号信息已更正。"), ""


def _leave(user: User, data: dict[str, Any], actor: User) -> tuple[str, str]:
    grants.leave_office(user, reason=data["reason"], actor=actor)
    return _("%s已办理离任：登录立即失效，授权今日终止，历史保留。") % user, ""


def _reset_two_factor(user: User, data: dict[str, Any], actor: User) -> tuple[str, str]:
    accounts.reset_two_factor(user, reason=data["reason"], actor=actor)
    return _("已重置%s的验证器，下次登录时重新绑定。") % user, ""


def _reset_password(user: User, data: dict[str, Any], actor: User) -> tuple[str, str]:
    password = accounts.reset_password(user, reason=data["reason"], actor=actor)
    return _("已重置%s的密码，原登录全部退出。") % user, password


def _unlock(user: User, data: dict[str, Any], actor: User) -> tuple[str, str]:
    accounts.unlock(user, reason=data["reason"], actor=actor)
    return _("已解除%s的登录锁定。") % user, ""


ACTIONS = {
    action.slug: action
    for action in (
        AccountAction(
            "give-role",
            gettext_lazy("授予角色"),
            gettext_lazy("角色自首日起生效，末日次日自动失效；系统管理员、审计员不能与其他角色兼任。"),
            GiveRoleForm,
            _give_role,
            icon="plus",
        ),
        AccountAction(
            "correct",
            gettext_lazy("更正信息"),
            gettext_lazy("更正姓名、邮箱或所属机关。登录名不能更改；调动机关后请另行调整授权。"),
            CorrectForm,
            _correct,
        ),
        AccountAction(
            "reset-password",
            gettext_lazy("重置密码"),
            gettext_lazy(
                "请先核实本人身份。将生成一次性初始密码，本人首次登录时必须更换；其所有登录立即退出。"
            ),
            ReasonForm,
            _reset_password,
            icon="key",
        ),
        AccountAction(
            "reset-two-factor",
            gettext_lazy("重置验证器"),
            gettext_lazy(
                "用于手机丢失且恢复码用完。请先核实本人身份；其所有登录立即退出，下次登录时重新绑定。"
            ),
            ReasonForm,
            _reset_two_factor,
            icon="mobile-alt",
        ),
        AccountAction(
            "unlock",
            gettext_lazy("解除锁定"),
            gettext_lazy("登录失败过多被锁定时，使其可以立即重试。"),
            ReasonForm,
            _unlock,
            icon="lock-open",
        ),
        AccountAction(
            "leave",
            gettext_lazy("办理离任"),
            gettext_lazy("登录立即失效，全部授权今日终止，替代登记取消；账号和历史保留，不能撤销。"),
            ReasonForm,
            _leave,
            icon="logout",
            serious=True,
        ),
    )
}


def open_actions(user: User, actor: User) -> list[AccountAction]:
    """The actions that make sense for an account now; the services check again."""
    if user.left_on is not None:
        return []
    needless = set()
    if user.pk == actor.pk:
        needless |= {"give-role", "reset-password", "reset-two-factor", "leave"}
    if second_factor.authenticator_of(user) is None:
        needless.add("reset-two-factor")
    if failed_logins.locked_until(user) is None:
        needless.add("unlock")
    return [action for slug, action in ACTIONS.items() if slug not in needless]


def end_grant(grant: Grant, data: dict[str, Any], actor: User) -> str:
    """End a grant; returns the message."""
    ended = grants.end_grant(grant, last_day=data["last_day"], reason=data["reason"], actor=actor)
    return _("授权“%(grant)s”的末日为%(day)s。") % {"grant": ended, "day": ended.last_day}
