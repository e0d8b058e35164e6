"""The lists of fee schedules, and of filings that have published none."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from portal.accounts.models import District
from portal.accounts.powers import Action
from portal.accounts.scoping import may_any, visible
from portal.register.admin import filters
from portal.register.admin.exporting import ExportColumn
from portal.register.admin.lists import (
    DayColumn,
    OfficeIndexView,
    code_condition,
    columns_of,
    name_condition,
)
from portal.register.models import FeeItem, FeeSchedule, Filing, Site
from portal.register.models.filing import FilingKind
from portal.register.status_sql import covers, standing_as
from portal.regulation.status import FilingStatus

#: Of these the law asks for published fees.
STANDING = (FilingStatus.ACTIVE, FilingStatus.RECTIFICATION, FilingStatus.RENEWAL_PENDING)


def _of_filing(word: str) -> Q:
    return name_condition(word, "filing__institution__") | code_condition(
        word, "filing__", "filing__institution__"
    )


class FeeFilterSet(filters.OfficeFilterSet):
    """Filters of the list of fee schedules."""

    authority = filters.authority("filing__authority")
    code = filters.code(_("备案编码"), "filing__code")
    occupation = filters.occupation("by_occupation")
    district = filters.district(_("场地所在区县"), "by_district")
    holding = filters.choice(_("今日执行"), filters.YES_NO, "holding")
    first_day = filters.day_range(_("执行首日"), field_name="first_day")

    class Meta:
        model = FeeSchedule
        fields: list[str] = []

    def by_occupation(self, queryset: QuerySet[FeeSchedule], name: str, value: str) -> QuerySet[FeeSchedule]:
        """With a fee for the occupation."""
        items = FeeItem.objects.filter(occupation__in=filters.occupations_named(value).values("pk"))
        return queryset.filter(pk__in=items.values("schedule"))

    def by_district(
        self, queryset: QuerySet[FeeSchedule], name: str, value: District
    ) -> QuerySet[FeeSchedule]:
        """Of filings with a site that is open today in the district."""
        sites = Site.objects.filter(covers(timezone.localdate()), district=value)
        return queryset.filter(filing__in=sites.values("filing"))


class FeeIndexView(OfficeIndexView):
    """Schedules, the latest first."""

    model = FeeSchedule
    joins = ("filing__institution", "filing__authority")
    default_ordering = "-first_day"
    filterset_class = FeeFilterSet
    columns: ClassVar = columns_of(
        TitleColumn("code", label=_("备案编码"), accessor="filing.code", url_name="register_fees:page"),
        Column("institution", label=_("机构名称"), accessor="filing.institution.name"),
        DayColumn("first_day", label=_("执行首日"), sort_key="first_day"),
        DayColumn("last_day", label=_("执行末日"), sort_key="last_day"),
        DayColumn("published_on", label=_("公布日期"), sort_key="published_on"),
        Column("basis", label=_("收费依据")),
        Column("items", label=_("项目"), accessor="item_count"),
    )
    export_name = "fee_schedules"
    export_columns = (
        ExportColumn(_("备案编码"), "filing.code"),
        ExportColumn(_("机构名称"), "filing.institution.name"),
        ExportColumn(_("备案管理机构"), "filing.authority.name"),
        ExportColumn(_("执行首日"), "first_day"),
        ExportColumn(_("执行末日"), "last_day"),
        ExportColumn(_("公布日期"), "published_on"),
        ExportColumn(_("收费依据"), "basis"),
        ExportColumn(_("公示网址"), "source_url"),
        ExportColumn(_("项目"), "item_count"),
    )

    def word_condition(self, word: str) -> Q:
        """By institution or code."""
        return _of_filing(word)

    def complete(self, rows: list[Any]) -> None:
        """How many items each has: one query."""
        counts = dict(
            FeeItem.objects.filter(schedule__in=rows)
            .values_list("schedule")
            .annotate(number=Count("pk"))
            .order_by()
        )
        for row in rows:
            row.item_count = counts.get(row.pk, 0)

    def export_source(self) -> QuerySet[Any]:
        """With filing, institution, authority and the number of items."""
        return FeeSchedule.objects.select_related("filing__institution", "filing__authority").annotate(
            item_count=Count("items")
        )

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """The other list."""
        return [HeaderButton(_("尚未公布的备案"), url=reverse("register_fees:missing"), icon_name="warning")]


class MissingFilterSet(filters.OfficeFilterSet):
    """Filters of the list of filings without fees."""

    authority = filters.authority()
    kind = filters.choice(_("备案类型"), FilingKind.choices)
    code = filters.code(_("备案编码"), "code")

    class Meta:
        model = Filing
        fields: list[str] = []


class MissingIndexView(OfficeIndexView):
    """Standing filings for which no fees are published today: 尚未公布（第十八条应公示）."""

    model = Filing
    page_title = _("尚未公布收费标准的备案")
    joins = ("institution", "authority")
    default_ordering = "code"
    # No viewset stands behind it that would say so.
    paginate_by = 20
    filterset_class = MissingFilterSet
    export_name = "filings_without_fees"
    export_columns = (
        ExportColumn(_("备案编码"), "code"),
        ExportColumn(_("机构名称"), "institution.name"),
        ExportColumn(_("备案管理机构"), "authority.name"),
        ExportColumn(_("备案日期"), "filed_on"),
    )

    columns: ClassVar = columns_of(
        TitleColumn("code", label=_("备案编码"), url_name="register_filings:page", sort_key="code"),
        Column("institution", label=_("机构名称"), accessor="institution.name"),
        Column("authority", label=_("备案管理机构"), accessor="authority.short_name"),
        DayColumn("filed_on", label=_("备案日期"), sort_key="filed_on"),
        TitleColumn(
            "publish",
            label=_("收费标准"),
            accessor=lambda filing: _("尚未公布，登记") if filing.publish_url else _("尚未公布"),
            get_url=lambda filing: filing.publish_url,
        ),
    )

    def complete(self, rows: list[Any]) -> None:
        """The link to the form for those filings whose fees the account may enter: one query."""
        keys: set[int] = set()
        if may_any(self.request.user, Action.EDIT, FeeSchedule):
            own = visible(self.request.user, Action.EDIT, Filing.objects.filter(pk__in=[r.pk for r in rows]))
            keys = set(own.values_list("pk", flat=True))
        for row in rows:
            row.publish_url = reverse("register_fees:publish", args=[row.pk]) if row.pk in keys else ""

    def get_base_queryset(self) -> QuerySet[Any]:
        """Those that stand today and have no schedule that holds today."""
        posted = FeeSchedule.objects.filter(covers(self.today)).values("filing")
        rows = super().get_base_queryset().filter(standing_as(STANDING, self.today))
        return rows.exclude(pk__in=posted)

    def word_condition(self, word: str) -> Q:
        """By institution or code."""
        return name_condition(word, "institution__") | code_condition(word, "", "institution__")

    def export_source(self) -> QuerySet[Any]:
        """With institution and authority."""
        return Filing.objects.select_related("institution", "authority")
