"""What a filing covers: scope items (备案范围) and sites, each with its days."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import District
from portal.register.models.filing import Filing, FilingEvent
from portal.register.models.reference import Occupation, SkillLevel, Standard, WorkType
from portal.register.models.span import Span, days_in_order


class ScopeItem(Span):
    """One occupation (or one work type of it) at one level under one standard, for a span of days (Art. 2, 5).

    ``standard`` is a national standard; ``norm`` names an enterprise or industry norm where there is none.
    Derived from the filing's events.
    """

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="scope_items", verbose_name=_("备案"))
    occupation = models.ForeignKey(
        Occupation, models.PROTECT, related_name="scope_items", verbose_name=_("职业")
    )
    work_type = models.ForeignKey(
        WorkType, models.PROTECT, null=True, blank=True, related_name="scope_items", verbose_name=_("工种")
    )
    level = models.ForeignKey(SkillLevel, models.PROTECT, related_name="scope_items", verbose_name=_("等级"))
    standard = models.ForeignKey(
        Standard,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="scope_items",
        verbose_name=_("职业标准"),
    )
    norm = models.CharField(_("评价规范"), max_length=120, blank=True)
    edition = models.CharField(_("版本"), max_length=20, blank=True)
    event = models.ForeignKey(FilingEvent, models.PROTECT, related_name="+", verbose_name=_("来源事项"))

    class Meta:
        verbose_name = _("备案范围")
        verbose_name_plural = _("备案范围")
        ordering = ("filing", "occupation__code", "level__order")
        indexes: ClassVar = [
            models.Index(fields=["occupation", "level", "filing"], name="filings_that_assess"),
        ]
        constraints: ClassVar = [days_in_order("scope_days_in_order")]

    def __str__(self) -> str:
        return f"{self.occupation} {self.level}"


class Site(Span):
    """A place where a filing's assessments are held; the one on the receipt is ``on_receipt`` (Art. 12)."""

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="sites", verbose_name=_("备案"))
    name = models.CharField(_("场地名称"), max_length=80)
    address = models.CharField(_("地址"), max_length=160)
    district = models.ForeignKey(District, models.PROTECT, related_name="sites", verbose_name=_("区县"))
    on_receipt = models.BooleanField(_("回执所列地址"), default=False)
    event = models.ForeignKey(FilingEvent, models.PROTECT, related_name="+", verbose_name=_("来源事项"))

    class Meta:
        verbose_name = _("评价场地")
        verbose_name_plural = _("评价场地")
        ordering = ("filing", "-on_receipt", "name")
        indexes: ClassVar = [models.Index(fields=["district", "filing"], name="filings_with_site_in")]
        constraints: ClassVar = [days_in_order("site_days_in_order")]

    def __str__(self) -> str:
        return f"{self.name} {self.address}"
