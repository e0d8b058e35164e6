"""The morning digest: one mail a person and day, and what the person prefers."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class MorningDigest(models.Model):
    """One person's digest of one day. The row is written before anything is sent, so that nobody gets two.

    ``sending`` is set just before the message is handed over. A row that stays so (the process was killed in that
    moment) becomes ``unclear`` and is not sent again: the next digest holds the same duties.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("待发送")
        SENDING = "sending", _("发送中")
        SENT = "sent", _("已发送")
        NOTHING = "nothing", _("无待办，未发送")
        FAILED = "failed", _("未发出，将重试")
        GIVEN_UP = "given_up", _("未发出，不再重试")
        UNCLEAR = "unclear", _("发送中断，不再重发")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="digests", verbose_name=_("账号")
    )
    day = models.DateField(_("日期"))
    state = models.CharField(_("状态"), max_length=8, choices=State, default=State.PLANNED)
    tries = models.PositiveSmallIntegerField(_("次数"), default=0)
    claimed_at = models.DateTimeField(_("开始时间"), null=True)
    duties = models.PositiveIntegerField(_("待办项数"), default=0)

    class Meta:
        verbose_name = _("待办晨报")
        verbose_name_plural = _("待办晨报")
        ordering = ("-day", "user")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "day"], name="one_digest_a_person_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.user} {self.get_state_display()}"


class DigestPreference(models.Model):
    """How often somebody wants the digest. Nobody can refuse to hear of what takes effect by itself."""

    class Wish(models.TextChoices):
        ALWAYS = "always", _("有待办的每个工作日")
        URGENT = "urgent", _("只在有自动生效或逾期的事项时")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="digest_preference", verbose_name=_("账号")
    )
    wish = models.CharField(_("待办晨报"), max_length=6, choices=Wish, default=Wish.ALWAYS)

    class Meta:
        verbose_name = _("晨报设置")
        verbose_name_plural = _("晨报设置")

    def __str__(self) -> str:
        return f"{self.user} {self.get_wish_display()}"
