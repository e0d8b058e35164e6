"""The lists of scope items (备案范围) and of sites (评价场地)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn

from portal.register.admin import filters
from portal.register.admin.exporting import ExportColumn
from portal.register.admin.lists import (
    DayColumn,
    OfficeIndexView,
    code_condition,
    columns_of,
    name_condition,
)
from portal.register.models import ScopeItem, Site
from portal.register.models.filing import FilingKind
from portal.register.views.filing_page import standard_in_words
from portal.templatetags.portal_format import LEVEL_NAMES

_FILING = TitleColumn(
    "code",
    label=_("备案编码"),
    accessor="filing.code",
    url_name="register_filings:page",
    id_accessor="filing_id",
    link_classname="register-code",
    sort_key="filing__code",
)
_NAME = Column("institution", label=_("机构名称"), accessor="filing.institution.name")
_DAYS = (
    DayColumn("first_day", label=_("首日"), sort_key="first_day"),
    DayColumn("last_day", label=_("末日"), sort_key="last_day"),
)
_EXPORTED = (
    ExportColumn(_("备案编码"), "filing.code"),
    ExportColumn(_("机构名称"), "filing.institution.name"),
)
_EXPORTED_DAYS = (ExportColumn(_("首日"), "first_day"), ExportColumn(_("末日"), "last_day"))


def _of_filing(word: str) -> Q:
    return name_condition(word, "filing__institution__") | code_condition(
        word, "filing__", "filing__institution__"
    )


class ScopeFilterSet(filters.OfficeFilterSet):
    """Filters of the list of scope items."""

    authority = filters.authority("filing__authority")
    kind = filters.choice(_("备案类型"), FilingKind.choices, field_name="filing__kind")
    code = filters.code(_("备案编码"), "filing__code")
    occupation = filters.occupation(filters.by_occupation("occupation"))
    level = filters.choice(_("等级"), list(LEVEL_NAMES.items()))
    holding = filters.choice(_("今日有效"), filters.YES_NO, "holding")
    ends = filters.day_range(_("末日"), field_name="last_day")

    class Meta:
        model = ScopeItem
        fields: list[str] = []


class ScopeIndexView(OfficeIndexView):
    """Every occupation and level of every filing, with its days."""

    model = ScopeItem
    joins = ("filing__institution", "occupation", "work_type", "level", "standard")
    default_ordering = ("filing_id", "id")
    filterset_class = ScopeFilterSet
    search_hint = _("机构名称、备案编码、职业或工种")
    columns: ClassVar = columns_of(
        _FILING,
        _NAME,
        Column(
            "occupation_code", label=_("职业编码"), accessor="occupation.code", sort_key="occupation__code"
        ),
        Column("occupation", label=_("职业"), accessor="occupation.name"),
        Column("work_type", label=_("工种"), accessor=lambda item: item.work_type or ""),
        Column("level", label=_("等级"), accessor="level.name", sort_key="level__order"),
        Column("standard", label=_("标准或规范"), accessor=standard_in_words),
        *_DAYS,
    )
    export_name = "scope"
    export_columns = (
        *_EXPORTED,
        ExportColumn(_("职业编码"), "occupation.code"),
        ExportColumn(_("职业"), "occupation.name"),
        ExportColumn(_("工种"), lambda item: item.work_type or ""),
        ExportColumn(_("等级"), "level.name"),
        ExportColumn(_("标准或规范"), standard_in_words),
        *_EXPORTED_DAYS,
    )

    def word_condition(self, word: str) -> Q:
        """By institution, filing code, occupation or work type."""
        occupations = filters.occupations_named(word).values("pk")
        return _of_filing(word) | Q(occupation__in=occupations)

    def export_source(self) -> QuerySet[Any]:
        """With everything that the columns name."""
        return ScopeItem.objects.select_related(*self.joins)


class SiteFilterSet(filters.OfficeFilterSet):
    """Filters of the list of sites."""

    authority = filters.authority("filing__authority")
    code = filters.code(_("备案编码"), "filing__code")
    district = filters.district(_("区县"))
    on_receipt = filters.choice(_("回执所列地址"), filters.YES_NO, "by_receipt")
    holding = filters.choice(_("今日启用"), filters.YES_NO, "holding")

    class Meta:
        model = Site
        fields: list[str] = []

    def by_receipt(self, queryset: QuerySet[Site], name: str, value: str) -> QuerySet[Site]:
        """Whether the site is the one on the receipt (Art. 12)."""
        return queryset.filter(on_receipt=value == "yes")


class SiteIndexView(OfficeIndexView):
    """Every site with its district and its days."""

    model = Site
    joins = ("filing__institution", "district")
    default_ordering = ("filing_id", "id")
    filterset_class = SiteFilterSet
    search_hint = _("机构名称、备案编码、场地名称或地址")
    columns: ClassVar = columns_of(
        _FILING,
        _NAME,
        Column("name", label=_("场地名称"), sort_key="name"),
        Column("address", label=_("地址")),
        Column("district", label=_("区县"), accessor="district.name", sort_key="district"),
        Column("on_receipt", label=_("回执所列"), accessor=lambda site: _("是") if site.on_receipt else ""),
        *_DAYS,
    )
    export_name = "sites"
    export_columns = (
        *_EXPORTED,
        ExportColumn(_("场地名称"), "name"),
        ExportColumn(_("地址"), "address"),
        ExportColumn(_("区县"), "district.name"),
        ExportColumn(_("回执所列地址"), "on_receipt"),
        *_EXPORTED_DAYS,
    )

    def word_condition(self, word: str) -> Q:
        """By institution, filing code, name or address of the site."""
        return _of_filing(word) | Q(name__contains=word) | Q(address__contains=word)

    def export_source(self) -> QuerySet[Any]:
        """With everything that the columns name."""
        return Site.objects.select_related(*self.joins)
