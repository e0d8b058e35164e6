"""What somebody confirmed before a version went out, and what the portal refused when its moment came."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Revision

#: The ticks that an approval needs, by the name of their field; the words stand in the form, the table, the log.
TICKS = {
    "secrecy": _("保密审查"),
    "personal_data": _("个人信息审查"),
    "content": _("内容审查"),
}


class PublicationReview(models.Model):
    """The approval of exactly one version (审核): three named ticks, by whom, when.

    Nothing is published without one, scheduled versions included. A row without all three ticks cannot be stored.
    """

    page = models.ForeignKey(Page, models.CASCADE, related_name="reviews", verbose_name=_("页面"))
    revision = models.OneToOneField(
        Revision, models.CASCADE, related_name="review", verbose_name=_("审核的版本")
    )
    secrecy = models.BooleanField(_("保密审查"), help_text=_("不含国家秘密、工作秘密和商业秘密。"))
    personal_data = models.BooleanField(_("个人信息审查"), help_text=_("不含不应公开的个人信息。"))
    content = models.BooleanField(_("内容审查"), help_text=_("事实、依据和表述准确，已与登记库核对。"))
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("审核人")
    )
    reviewed_at = models.DateTimeField(_("审核时间"), default=timezone.now)
    comment = models.CharField(_("审核意见"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("发布审核")
        verbose_name_plural = _("发布审核")
        ordering = ("-reviewed_at", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(secrecy=True, personal_data=True, content=True), name="review_has_every_tick"
            )
        ]

    def __str__(self) -> str:
        return f"{self.revision_id} {self.reviewer}"


class RefusedSchedule(models.Model):
    """A version that was approved for a moment and refused when it came; told to its editor until it is changed."""

    page = models.ForeignKey(Page, models.CASCADE, related_name="refused_schedules", verbose_name=_("页面"))
    revision = models.OneToOneField(
        Revision, models.CASCADE, related_name="refused_schedule", verbose_name=_("版本")
    )
    planned_for = models.DateTimeField(_("预定时间"))
    refused_at = models.DateTimeField(_("拒绝时间"), default=timezone.now)
    reason = models.TextField(_("原因"))

    class Meta:
        verbose_name = _("被拒绝的定时发布")
        verbose_name_plural = _("被拒绝的定时发布")
        ordering = ("-refused_at", "-id")

    def __str__(self) -> str:
        return f"{self.revision_id} {self.refused_at:%Y-%m-%d}"
