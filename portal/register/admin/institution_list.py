"""The list of institutions (评价机构)."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn

from portal.accounts.models import Authority
from portal.accounts.powers import Action
from portal.accounts.scoping import visible
from portal.register.admin import filters
from portal.register.admin.exporting import ExportColumn
from portal.register.admin.lists import (
    OfficeIndexView,
    code_condition,
    columns_of,
    name_condition,
    visible_authorities,
)
from portal.register.models import Filing, Institution
from portal.register.models.filing import FilingKind
from portal.register.models.institution import Ownership
from portal.regulation.codes import normalise_code


class InstitutionFilterSet(filters.OfficeFilterSet):
    """Filters of the list of institutions. What is asked of filings is asked of those the account may list."""

    authority = django_filters.ModelChoiceFilter(
        label=_("备案管理机构"),
        queryset=visible_authorities,
        empty_label=filters.ANY,
        method="by_authority",
    )
    kind = filters.choice(_("备案类型"), FilingKind.choices, "by_kind")
    ownership = filters.choice(_("机构性质"), Ownership.choices)
    district = filters.district(_("注册地区县"))
    filing_code = django_filters.CharFilter(label=_("备案编码"), method="by_code", max_length=40)
    social_credit_code = filters.code(_("统一社会信用代码"), "social_credit_code")

    class Meta:
        model = Institution
        fields: list[str] = []

    def _having(self, queryset: QuerySet[Institution], **conditions: Any) -> QuerySet[Institution]:
        filings = visible(self.request.user, Action.LIST, Filing.objects.filter(**conditions))
        return queryset.filter(pk__in=filings.values("institution"))

    def by_authority(
        self, queryset: QuerySet[Institution], name: str, value: Authority
    ) -> QuerySet[Institution]:
        """Filed by this authority."""
        return self._having(queryset, authority=value)

    def by_kind(self, queryset: QuerySet[Institution], name: str, value: str) -> QuerySet[Institution]:
        """With a filing of this kind."""
        return self._having(queryset, kind=value)

    def by_code(self, queryset: QuerySet[Institution], name: str, value: str) -> QuerySet[Institution]:
        """With a filing whose code begins so."""
        return self._having(queryset, code__startswith=normalise_code(value))


class InstitutionIndexView(OfficeIndexView):
    """Institutions with the codes of their filings."""

    model = Institution
    joins = ("district",)
    default_ordering = "name"
    filterset_class = InstitutionFilterSet
    columns: ClassVar = columns_of(
        TitleColumn("name", label=_("机构名称"), url_name="register_institutions:page", sort_key="name"),
        Column("social_credit_code", label=_("统一社会信用代码"), sort_key="social_credit_code"),
        Column("ownership", label=_("机构性质"), accessor="get_ownership_display", sort_key="ownership"),
        Column("district", label=_("注册地区县"), accessor="district.name", sort_key="district"),
        Column("codes", label=_("备案编码"), accessor="codes"),
    )
    export_name = "institution_list"
    export_columns = (
        ExportColumn(_("机构名称"), "name"),
        ExportColumn(_("统一社会信用代码"), "social_credit_code"),
        ExportColumn(_("机构性质"), "get_ownership_display"),
        ExportColumn(_("注册地区县"), "district.name"),
        ExportColumn(_("注册地址"), "registered_address"),
        ExportColumn(_("联系电话"), "phone"),
        ExportColumn(_("网站"), "website"),
    )

    def word_condition(self, word: str) -> Q:
        """By name, former name, or code; codes of filings that the account may not search stay unknown."""
        coded = code_condition(word, "", "institution__")
        filings = visible(self.request.user, Action.SEARCH, Filing.objects.filter(coded))
        return name_condition(word) | Q(pk__in=filings.values("institution"))

    def complete(self, rows: list[Any]) -> None:
        """The codes of the filings that the account may list: one query."""
        allowed = visible(self.request.user, Action.LIST, Filing.objects.filter(pk=OuterRef("pk")))
        filings = Filing.objects.filter(Exists(allowed), institution__in=[row.pk for row in rows])
        codes: dict[int, list[str]] = {}
        for institution, code in filings.order_by("code").values_list("institution", "code"):
            codes.setdefault(institution, []).append(code)
        for institution in rows:
            institution.codes = "、".join(codes.get(institution.pk, ()))

    def export_source(self) -> QuerySet[Any]:
        """With the district."""
        return Institution.objects.select_related("district")
