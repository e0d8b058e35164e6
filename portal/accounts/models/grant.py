"""Who may act in which role at which office, from which day to which, and why."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.offices import Authority


class Role(models.TextChoices):
    """Roles of staff. What each may do stands in ``portal/accounts/data/powers.csv``."""

    CASE_OFFICER = "case_officer", _("经办人")
    HEAD = "head", _("负责人")
    EDITOR = "editor", _("编辑")
    PUBLISHER = "publisher", _("发布")
    ARCHIVIST = "archivist", _("档案员")
    AUDITOR = "auditor", _("审计员")
    SYSADMIN = "sysadmin", _("系统管理员")


class Grant(models.Model):
    """One role of one person at one office (授权). Days are inclusive; ``last_day`` is empty while open.

    A grant is never changed or deleted: it is ended, with its reason, and stays as history.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants", verbose_name=_("账号")
    )
    role = models.CharField(_("角色"), max_length=12, choices=Role)
    office = models.ForeignKey(Authority, models.PROTECT, related_name="grants", verbose_name=_("机关"))
    first_day = models.DateField(_("首日"), default=timezone.localdate)
    last_day = models.DateField(_("末日"), null=True, blank=True, help_text=_("含当日；留空为长期。"))
    reason = models.CharField(_("授权理由"), max_length=200)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("授权人")
    )
    granted_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    end_reason = models.CharField(_("终止理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("授权")
        verbose_name_plural = _("授权")
        ordering = ("-first_day", "-id")
        indexes: ClassVar = [models.Index(fields=["user", "first_day", "last_day"], name="grants_on_a_day")]
        constraints: ClassVar = [
            models.CheckConstraint(
                # One that is taken back before its first day ends on the day before it.
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")) | ~Q(end_reason=""),
                name="grant_days_in_order",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="grant_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} {self.office.short_name}"


class Absence(models.Model):
    """Days on which a colleague of the same office stands in for somebody (替代)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="absences", verbose_name=_("不在岗人员")
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="substitutions", verbose_name=_("替代人员")
    )
    first_day = models.DateField(_("首日"))
    last_day = models.DateField(_("末日"), help_text=_("含当日。"))
    reason = models.CharField(_("事由"), max_length=200)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("登记人")
    )
    entered_at = models.DateTimeField(_("登记时间"), auto_now_add=True)
    cancelled_at = models.DateTimeField(_("取消时间"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("外出与替代")
        verbose_name_plural = _("外出与替代")
        ordering = ("-first_day", "-id")
        indexes: ClassVar = [
            models.Index(fields=["substitute", "first_day", "last_day"], name="substitutions_on_a_day")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_days_in_order"),
            models.CheckConstraint(condition=~Q(user=F("substitute")), name="nobody_stands_in_for_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.first_day}–{self.last_day} → {self.substitute}"
