"""The lists of districts (区县) and filing authorities (备案管理机构), abolished ones too."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn

from portal.accounts.models import Authority, District
from portal.register.admin import filters
from portal.register.admin.exporting import ExportColumn
from portal.register.admin.lists import DayColumn, columns_of
from portal.register.admin.reference.base import ReferenceIndexView


class InTimeFilterSet(filters.OfficeFilterSet):
    """Whether it exists today."""

    existing = filters.choice(gettext_lazy("今日存在"), filters.YES_NO, "by_existing")

    def by_existing(self, queryset: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """Existing today, or not."""
        present = queryset.model._default_manager.on(timezone.localdate()).values("pk")
        return queryset.filter(pk__in=present) if value == "yes" else queryset.exclude(pk__in=present)


class DistrictFilterSet(InTimeFilterSet):
    """Filters of the list of districts."""

    kind = filters.choice(gettext_lazy("类别"), District.Kind.choices)

    class Meta:
        model = District
        fields: list[str] = []


class AuthorityFilterSet(InTimeFilterSet):
    """Filters of the list of authorities."""

    kind = filters.choice(gettext_lazy("类别"), Authority.Kind.choices)
    district = filters.district(gettext_lazy("区县"))

    class Meta:
        model = Authority
        fields: list[str] = []


_TIME = (
    DayColumn("valid_to", label=gettext_lazy("撤销日"), sort_key="valid_to"),
    Column("successor", label=gettext_lazy("承继")),
)
_EXPORTED_TIME = (
    ExportColumn(gettext_lazy("设立日"), "valid_from"),
    ExportColumn(gettext_lazy("撤销日"), "valid_to"),
    ExportColumn(gettext_lazy("承继"), "successor"),
)


class DistrictIndexView(ReferenceIndexView):
    """Districts by code, abolished ones too."""

    model = District
    joins = ("successor",)
    default_ordering = "code"
    filterset_class = DistrictFilterSet
    search_hint = gettext_lazy("名称、简称或代码")
    add_label = gettext_lazy("增加区县")
    columns: ClassVar = columns_of(
        TitleColumn("name", label=gettext_lazy("名称"), url_name="reference_districts:page", sort_key="name"),
        Column("code", label=gettext_lazy("代码"), sort_key="code"),
        Column("short_name", label=gettext_lazy("简称")),
        Column("kind", label=gettext_lazy("类别"), accessor="get_kind_display"),
        *_TIME,
    )
    export_name = "districts"
    export_columns = (
        ExportColumn(gettext_lazy("代码"), "code"),
        ExportColumn(gettext_lazy("名称"), "name"),
        ExportColumn(gettext_lazy("简称"), "short_name"),
        ExportColumn(gettext_lazy("类别"), "get_kind_display"),
        *_EXPORTED_TIME,
        ExportColumn(gettext_lazy("说明"), "note"),
    )

    def word_condition(self, word: str) -> Q:
        """By any name or the code."""
        return Q(name__icontains=word) | Q(short_name__icontains=word) | Q(code__startswith=word)

    def export_source(self) -> QuerySet[Any]:
        """With the successor."""
        return District.objects.select_related("successor")


class AuthorityIndexView(ReferenceIndexView):
    """Authorities by code, abolished ones too."""

    model = Authority
    joins = ("successor", "district")
    default_ordering = "code"
    filterset_class = AuthorityFilterSet
    search_hint = gettext_lazy("名称、简称、代码或备案编码机关段")
    add_label = gettext_lazy("增加机关")
    columns: ClassVar = columns_of(
        TitleColumn(
            "name", label=gettext_lazy("名称"), url_name="reference_authorities:page", sort_key="name"
        ),
        Column("filing_digits", label=gettext_lazy("机关段"), sort_key="filing_digits"),
        Column("kind", label=gettext_lazy("类别"), accessor="get_kind_display"),
        Column("phone", label=gettext_lazy("电话")),
        *_TIME,
    )
    export_name = "authorities"
    export_columns = (
        ExportColumn(gettext_lazy("代码"), "code"),
        ExportColumn(gettext_lazy("名称"), "name"),
        ExportColumn(gettext_lazy("简称"), "short_name"),
        ExportColumn(gettext_lazy("类别"), "get_kind_display"),
        ExportColumn(gettext_lazy("区县"), "district"),
        ExportColumn(gettext_lazy("机关段"), "filing_digits"),
        ExportColumn(gettext_lazy("电话"), "phone"),
        ExportColumn(gettext_lazy("地址"), "address"),
        *_EXPORTED_TIME,
    )

    def word_condition(self, word: str) -> Q:
        """By any name, the code or the digits."""
        named = Q(name__icontains=word) | Q(short_name__icontains=word)
        return named | Q(code__icontains=word) | Q(filing_digits=word)

    def export_source(self) -> QuerySet[Any]:
        """With district and successor."""
        return Authority.objects.select_related("successor", "district")
