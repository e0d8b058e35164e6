"""What is left of a notice that was taken back."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Authority
from portal.notices.models.notice import NoticePage
from portal.notices.models.sections import Section


class Withdrawal(models.Model):
    """A notice was withdrawn (撤下): its address keeps answering with the day and the reason.

    Title and address are copied: they must stay even when the page itself is deleted.
    """

    page = models.ForeignKey(
        NoticePage,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="withdrawals",
        verbose_name=_("公告"),
    )
    section = models.CharField(_("栏目"), max_length=20, choices=Section)
    slug = models.CharField(_("网址末段"), max_length=255)
    title = models.CharField(_("标题"), max_length=255)
    feed_id = models.CharField(_("订阅标识"), max_length=60)
    withdrawn_at = models.DateTimeField(_("撤下时间"), default=timezone.now)
    reason = models.CharField(_("撤下原因"), max_length=300)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("撤下人"),
        help_text=_("空白为到期自动撤下。"),
    )
    issuer = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("发布机构")
    )

    class Meta:
        verbose_name = _("撤下的公告")
        verbose_name_plural = _("撤下的公告")
        ordering = ("-withdrawn_at", "-id")
        indexes: ClassVar = [
            models.Index(fields=["section", "slug"], name="withdrawals_by_address"),
            models.Index(fields=["-withdrawn_at"], name="withdrawals_by_time"),
        ]

    def __str__(self) -> str:
        return self.title
