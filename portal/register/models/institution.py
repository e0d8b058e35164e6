"""Assessment institutions (评价机构) and the names they have borne."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import District
from portal.register.models.span import Span, days_in_order


class Ownership(models.TextChoices):
    """Who owns the body, as Art. 6 divides the filing between city and districts."""

    CITY_OWNED = "city_owned", _("市属企业")
    CENTRAL_BRANCH = "central_branch", _("中央企业在渝分支机构")
    DISTRICT_OWNED = "district_owned", _("区县（自治县）属企业")
    PRIVATE = "private", _("民营企业")
    FOREIGN = "foreign", _("外商投资企业")
    TECHNICAL_SCHOOL = "technical_school", _("技工院校")
    TRAINING_BODY = "training_body", _("社会培训评价组织")


class Institution(models.Model):
    """A legal person that is or was filed. One institution may hold several filings.

    ``name`` is the present name; :class:`InstitutionName` keeps the earlier ones with their days.
    """

    name = models.CharField(_("机构名称"), max_length=120, db_index=True)
    social_credit_code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    ownership = models.CharField(_("机构性质"), max_length=20, choices=Ownership)
    district = models.ForeignKey(
        District, models.PROTECT, related_name="institutions", verbose_name=_("注册地区县")
    )
    registered_address = models.CharField(_("注册地址"), max_length=160)
    phone = models.CharField(_("联系电话"), max_length=40, blank=True)
    website = models.URLField(_("网站"), blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = _("评价机构")
        verbose_name_plural = _("评价机构")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class InstitutionName(Span):
    """A name with its days; ``last_day`` is empty for the present one."""

    institution = models.ForeignKey(Institution, models.CASCADE, related_name="names", verbose_name=_("机构"))
    name = models.CharField(_("名称"), max_length=120, db_index=True)

    class Meta:
        verbose_name = _("机构名称沿革")
        verbose_name_plural = _("机构名称沿革")
        ordering = ("institution", "first_day")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["institution", "first_day"], name="one_name_begins_a_day"),
            days_in_order("name_days_in_order"),
        ]

    def __str__(self) -> str:
        return self.name
