"""What the login remembers: former passwords, and how often somebody was wrong."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class FormerPassword(models.Model):
    """The hash of a password that an account has or had, so that it is not taken again soon."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="former_passwords", verbose_name=_("账号")
    )
    password = models.CharField(_("密码散列"), max_length=128)
    set_at = models.DateTimeField(_("设置时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("用过的密码")
        verbose_name_plural = _("用过的密码")
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.user} {self.set_at:%Y-%m-%d}"


class FailedLogins(models.Model):
    """How often a login went wrong lately, for one account at one address, one account, or one address.

    Names and addresses stand here only as keyed digests: somebody may have typed a password in the wrong field.
    """

    class Scope(models.TextChoices):
        ACCOUNT_AT_ADDRESS = "both", _("账号与地址")
        ACCOUNT = "account", _("账号")
        ADDRESS = "address", _("地址")

    scope = models.CharField(_("范围"), max_length=8, choices=Scope)
    key = models.CharField(_("摘要"), max_length=64, unique=True)
    account = models.CharField(_("账号摘要"), max_length=64, blank=True, db_index=True)
    failures = models.PositiveIntegerField(_("失败次数"), default=0)
    last_at = models.DateTimeField(_("最近一次"))

    class Meta:
        verbose_name = _("登录失败")
        verbose_name_plural = _("登录失败")
        indexes: ClassVar = [models.Index(fields=["last_at"], name="failed_logins_by_time")]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} {self.failures}"
