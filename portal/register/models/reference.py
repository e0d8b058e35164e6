"""Occupations, work types, levels, standards, and the calendar of working days."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class SkillLevel(models.Model):
    """A level of the vocational-skill system (新八级); the code is the digit used on certificates."""

    code = models.CharField(_("代码"), max_length=1, primary_key=True)
    name = models.CharField(_("名称"), max_length=20)
    order = models.PositiveSmallIntegerField(_("次序"), unique=True)
    on_certificate = models.BooleanField(_("用于证书编码"), default=False)
    note = models.CharField(_("说明"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("等级")
        verbose_name_plural = _("等级")
        ordering = ("order",)

    def __str__(self) -> str:
        return self.name

    @property
    def short_name(self) -> str:
        """First half of the name: 三级 for 三级/高级工."""
        return self.name.split("/")[0]


class Occupation(models.Model):
    """An occupation (职业) of the national classification."""

    code = models.CharField(_("职业编码"), max_length=12, unique=True)
    name = models.CharField(_("职业名称"), max_length=80, db_index=True)
    minor_code = models.CharField(_("小类编码"), max_length=9)
    minor_name = models.CharField(_("小类"), max_length=80)
    middle_name = models.CharField(_("中类"), max_length=80)
    major_name = models.CharField(_("大类"), max_length=80)
    confirmed = models.BooleanField(_("两处来源一致"), default=False)

    class Meta:
        verbose_name = _("职业")
        verbose_name_plural = _("职业")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name


class OccupationFormerCode(models.Model):
    """A code or name under which an occupation was known before; it still answers and points on."""

    code = models.CharField(_("原编码"), max_length=12, db_index=True)
    name = models.CharField(_("原名称"), max_length=80)
    occupation = models.ForeignKey(
        Occupation, models.CASCADE, related_name="former_codes", verbose_name=_("现职业")
    )
    source = models.CharField(_("来源"), max_length=80)

    class Meta:
        verbose_name = _("职业原编码")
        verbose_name_plural = _("职业原编码")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code", "name", "occupation"], name="former_code_once_per_occupation"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class WorkType(models.Model):
    """A work type (工种) inside an occupation."""

    occupation = models.ForeignKey(
        Occupation, models.CASCADE, related_name="work_types", verbose_name=_("职业")
    )
    name = models.CharField(_("工种名称"), max_length=80)

    class Meta:
        verbose_name = _("工种")
        verbose_name_plural = _("工种")
        ordering = ("occupation__code", "name")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["occupation", "name"], name="work_type_name_once_per_occupation")
        ]

    def __str__(self) -> str:
        return self.name


class Standard(models.Model):
    """A national standard or industry norm under which an occupation is assessed (Art. 2).

    The newest edition of an occupation (and work type) is the one without a later one; see ``is_superseded_by``.
    """

    occupation = models.ForeignKey(
        Occupation, models.CASCADE, related_name="standards", verbose_name=_("职业")
    )
    work_type = models.ForeignKey(
        WorkType, models.CASCADE, null=True, blank=True, related_name="standards", verbose_name=_("工种")
    )
    title = models.CharField(_("标题"), max_length=120)
    edition = models.CharField(_("版本"), max_length=20, help_text=_("颁布年份。"))
    levels = models.CharField(_("等级"), max_length=120, blank=True)

    class Meta:
        verbose_name = _("职业标准")
        verbose_name_plural = _("职业标准")
        ordering = ("occupation__code", "title", "edition")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["occupation", "title", "edition"], name="standard_edition_once")
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.edition}年版）"


class CalendarYear(models.Model):
    """A year whose holiday arrangement the State Council has published."""

    year = models.PositiveSmallIntegerField(_("年份"), primary_key=True)
    source = models.CharField(_("依据"), max_length=120)

    class Meta:
        verbose_name = _("节假日年份")
        verbose_name_plural = _("节假日年份")
        ordering = ("year",)

    def __str__(self) -> str:
        return str(self.year)


class CalendarDay(models.Model):
    """A day that differs from its weekday: rest on a festival, or work on a weekend (调休上班)."""

    class Kind(models.TextChoices):
        OFF = "off", _("放假")
        WORK = "work", _("调休上班")

    date = models.DateField(_("日期"), primary_key=True)
    kind = models.CharField(_("安排"), max_length=4, choices=Kind)
    name = models.CharField(_("节日"), max_length=20)
    year = models.ForeignKey(CalendarYear, models.CASCADE, related_name="days", verbose_name=_("年份"))

    class Meta:
        verbose_name = _("节假日安排")
        verbose_name_plural = _("节假日安排")
        ordering = ("date",)

    def __str__(self) -> str:
        return f"{self.date} {self.get_kind_display()}"
