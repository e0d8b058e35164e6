"""Districts and authorities (= offices) in time."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class InTimeQuerySet(models.QuerySet[Any]):
    """Rows with ``valid_from`` and ``valid_to``; the last day is ``valid_to`` minus one day.

    ``valid_to`` is the day on which the change took effect (2025-11-06: from that day the old district is gone).
    """

    def on(self, day: dt.date) -> Self:
        """Rows that exist on that day."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_to__isnull=True) | Q(valid_to__gt=day),
        )


class InTime(models.Model):
    """Something that begins, ends, and may have a successor."""

    valid_from = models.DateField(_("自"), null=True, blank=True)
    valid_to = models.DateField(_("撤销日"), null=True, blank=True, help_text=_("自该日起不再存在。"))

    objects = InTimeQuerySet.as_manager()

    class Meta:
        abstract = True

    def exists_on(self, day: dt.date) -> bool:
        """Whether this exists on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day < self.valid_to
        )


class District(InTime):
    """A district or county of the city, or a functional area that acts as one (高新区, 万盛经开区)."""

    class Kind(models.TextChoices):
        DISTRICT = "district", _("区")
        COUNTY = "county", _("县")
        AUTONOMOUS_COUNTY = "autonomous_county", _("自治县")
        FUNCTIONAL_AREA = "functional_area", _("功能区")

    code = models.CharField(_("代码"), max_length=12, unique=True)
    name = models.CharField(_("名称"), max_length=40)
    short_name = models.CharField(_("简称"), max_length=20, help_text=_("口语和检索用，如“渝中”。"))
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("承继区县")
    )
    note = models.TextField(_("说明"), blank=True)

    class Meta:
        verbose_name = _("区县")
        verbose_name_plural = _("区县")
        ordering = ("code",)
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_from__lt=F("valid_to")),
                name="district_begins_before_it_ends",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Authority(InTime):
    """A filing authority (备案管理机构) or another office of the administration (Art. 3, 4, 6)."""

    class Kind(models.TextChoices):
        BUREAU = "bureau", _("市人力社保局")
        CENTRE = "centre", _("市职业技能鉴定指导中心")
        DISTRICT = "district", _("区县人力社保部门")
        OTHER = "other", _("其他部门")

    code = models.CharField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=80)
    short_name = models.CharField(_("简称"), max_length=40)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind)
    district = models.ForeignKey(
        District, models.PROTECT, null=True, blank=True, related_name="authorities", verbose_name=_("区县")
    )
    filing_digits = models.CharField(
        _("备案编码中的机关段"), max_length=4, blank=True, help_text=_("四位数字；0000 为市级备案。")
    )
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", verbose_name=_("承继机关")
    )
    phone = models.CharField(_("电话"), max_length=40, blank=True)
    address = models.CharField(_("地址"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("备案管理机构")
        verbose_name_plural = _("备案管理机构")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name
