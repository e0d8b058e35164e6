"""Accounts: of staff at an office, or of an institution; never both."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models.offices import Authority


class User(AbstractUser):
    """An account of one person.

    What staff may do follows from their grants on the day, never from the account itself: nobody is a superuser
    (the database refuses it). An account of an institution belongs to no office and never reaches the workplace
    of the staff. Accounts are never deleted: who leaves keeps a history.
    """

    class Kind(models.TextChoices):
        STAFF = "staff", _("工作人员")
        INSTITUTION = "institution", _("机构账号")

    kind = models.CharField(_("账号类别"), max_length=12, choices=Kind, default=Kind.STAFF, editable=False)
    office = models.ForeignKey(
        Authority, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("所属机关")
    )
    password_is_initial = models.BooleanField(
        _("初始密码"), default=False, editable=False, help_text=_("由管理员设置，首次登录时须更换。")
    )
    left_on = models.DateField(_("离任日期"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("账号")
        verbose_name_plural = _("账号")
        ordering = ("username",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(is_superuser=False), name="nobody_is_superuser"),
            models.CheckConstraint(
                condition=Q(kind="staff") | Q(office__isnull=True, is_staff=False),
                name="institution_account_has_no_office",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(is_active=False), name="who_left_is_inactive"
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def is_of_staff(self) -> bool:
        """Whether the account is one of the administration."""
        return self.kind == self.Kind.STAFF
