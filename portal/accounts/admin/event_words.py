"""What the events of accounts are called on the page of an account."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "accounts.user.created": _("建立账号"),
    "accounts.user.corrected": _("更正信息"),
    "accounts.user.left": _("办理离任"),
    "accounts.grant.given": _("授权"),
    "accounts.grant.ended": _("终止授权"),
    "accounts.groups.followed": _("权限随起止日更新"),
    "accounts.password.reset": _("重置密码"),
    "accounts.password.changed": _("更换密码"),
    "accounts.second_factor.enrolled": _("绑定验证器"),
    "accounts.second_factor.reset": _("重置验证器"),
    "accounts.second_factor.codes_renewed": _("重新生成恢复码"),
    "accounts.second_factor.recovery_used": _("使用恢复码"),
    "accounts.login.succeeded": _("登录"),
    "accounts.login.failed": _("登录失败"),
    "accounts.login.locked": _("登录被锁定"),
    "accounts.login.unlocked": _("解除锁定"),
    "accounts.login.left": _("退出登录"),
}


def word_of(action: str) -> str:
    """The word for an action, or the action itself."""
    return str(WORDS.get(action, action))
