"""Fee schedules (收费标准) with their basis, and published cases for reference (Art. 18). Amounts in fen."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.register.models.filing import Filing
from portal.register.models.reference import Occupation, SkillLevel, WorkType
from portal.register.models.span import Span, days_in_order

TOTAL = F("knowledge_fen") + F("skill_fen") + F("material_fen") + F("review_fen") + F("undivided_fen")


class FeeComponents(models.Model):
    """The four components of an assessment fee, in fen, and their sum, kept by the database.

    A fee published as one amount without components stands in ``undivided_fen``, the components then being 0.
    """

    knowledge_fen = models.PositiveIntegerField(_("理论知识考试费（分）"), default=0)
    skill_fen = models.PositiveIntegerField(_("技能考核费（分）"), default=0)
    material_fen = models.PositiveIntegerField(_("材料费（分）"), default=0)
    review_fen = models.PositiveIntegerField(_("综合评审费（分）"), default=0)
    undivided_fen = models.PositiveIntegerField(_("未分项金额（分）"), default=0)
    total_fen = models.GeneratedField(
        expression=TOTAL,
        output_field=models.PositiveIntegerField(),
        db_persist=True,
        verbose_name=_("合计（分）"),
    )

    class Meta:
        abstract = True


class FeeSchedule(Span):
    """The fees that an institution has published for a filing, with their basis and days."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="fee_schedules", verbose_name=_("备案"))
    basis = models.CharField(_("收费依据"), max_length=200)
    published_on = models.DateField(_("公布日期"))
    first_day = models.DateField(_("执行首日"))
    last_day = models.DateField(_("执行末日"), null=True, blank=True)
    source_url = models.URLField(_("公示网址"), blank=True)

    class Meta:
        verbose_name = _("收费标准")
        verbose_name_plural = _("收费标准")
        ordering = ("filing", "-first_day")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["filing", "first_day"], name="one_schedule_begins_a_day"),
            days_in_order("schedule_days_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.first_day}"


class FeeCorrection(models.Model):
    """A schedule as it stood before it was corrected or annulled, with the reason: nothing is overwritten silently.

    ``content`` has the schedule's fields and items by code. ``schedule`` is the one that took its place, empty
    after an annulment (撤回).
    """

    class Kind(models.TextChoices):
        CORRECTED = "corrected", _("更正")
        ANNULLED = "annulled", _("撤回")

    filing = models.ForeignKey(
        Filing, models.PROTECT, related_name="fee_corrections", verbose_name=_("备案"), editable=False
    )
    schedule = models.ForeignKey(
        FeeSchedule,
        models.SET_NULL,
        null=True,
        related_name="corrections",
        verbose_name=_("收费标准"),
        editable=False,
    )
    kind = models.CharField(_("处理"), max_length=10, choices=Kind, editable=False)
    first_day = models.DateField(_("执行首日"), editable=False)
    content = models.JSONField(_("原内容"), editable=False)
    reason = models.CharField(_("理由"), max_length=200, editable=False)
    recorded_at = models.DateTimeField(_("登记时间"), editable=False)

    class Meta:
        verbose_name = _("收费标准更正")
        verbose_name_plural = _("收费标准更正")
        ordering = ("filing", "-id")
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(reason=""), name="fee_correction_has_a_reason")
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.first_day} {self.get_kind_display()}"


class FeeItem(FeeComponents):
    """The fee for one occupation (or work type) at one level."""

    schedule = models.ForeignKey(
        FeeSchedule, models.CASCADE, related_name="items", verbose_name=_("收费标准")
    )
    occupation = models.ForeignKey(
        Occupation, models.PROTECT, related_name="fee_items", verbose_name=_("职业")
    )
    work_type = models.ForeignKey(
        WorkType, models.PROTECT, null=True, blank=True, related_name="fee_items", verbose_name=_("工种")
    )
    level = models.ForeignKey(SkillLevel, models.PROTECT, related_name="fee_items", verbose_name=_("等级"))

    class Meta:
        verbose_name = _("收费项目")
        verbose_name_plural = _("收费项目")
        ordering = ("schedule", "occupation__code", "level__order")
        indexes: ClassVar = [
            models.Index(fields=["occupation", "level", "total_fen"], name="fees_by_occupation"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["schedule", "occupation", "level"],
                condition=Q(work_type__isnull=True),
                name="one_fee_per_occupation_level",
            ),
            models.UniqueConstraint(
                fields=["schedule", "occupation", "work_type", "level"],
                condition=Q(work_type__isnull=False),
                name="one_fee_per_work_type_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occupation} {self.level} {self.total_fen}"


class ReferenceFee(FeeComponents):
    """A fee that a college published for its year: a case for reference (参考案例), never a price in force."""

    publisher = models.CharField(_("公布单位"), max_length=80)
    occupation_name = models.CharField(_("职业名称"), max_length=80)
    occupation = models.ForeignKey(
        Occupation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reference_fees",
        verbose_name=_("职业"),
    )
    level = models.ForeignKey(
        SkillLevel, models.PROTECT, related_name="reference_fees", verbose_name=_("等级")
    )
    basis = models.CharField(_("收费依据"), max_length=200)
    published_on = models.DateField(_("公布日期"), null=True, blank=True)
    source_url = models.URLField(_("来源网址"))

    class Meta:
        verbose_name = _("参考案例")
        verbose_name_plural = _("参考案例")
        ordering = ("occupation_name", "-level__order", "publisher")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["publisher", "occupation_name", "level", "source_url"], name="reference_fee_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.publisher} {self.occupation_name} {self.level}"
