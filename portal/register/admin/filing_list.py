"""The list of filings (备案)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn

from portal.accounts.powers import Action
from portal.accounts.scoping import visible
from portal.register.admin.exporting import ExportColumn
from portal.register.admin.filters import FilingFilterSet
from portal.register.admin.lists import (
    DayColumn,
    OfficeIndexView,
    StatusColumn,
    code_condition,
    columns_of,
    name_condition,
)
from portal.register.models import Filing, FilingSpan
from portal.register.status_sql import with_public_status
from portal.templatetags.portal_format import status_word

JOINS = ("institution", "authority", "handled_by")


class FilingIndexView(OfficeIndexView):
    """Filings with their status today and the last day of their term."""

    model = Filing
    joins = JOINS
    default_ordering = "code"
    filterset_class = FilingFilterSet
    columns: ClassVar = columns_of(
        TitleColumn(
            "code",
            label=_("备案编码"),
            url_name="register_filings:page",
            sort_key="code",
            link_classname="register-code",
        ),
        Column("institution", label=_("机构名称"), accessor="institution.name", sort_key="institution__name"),
        Column("kind", label=_("备案类型"), accessor="get_kind_display", sort_key="kind"),
        StatusColumn("status", label=_("今日状态"), accessor="public_status"),
        DayColumn("expiry", label=_("有效期至"), accessor="expiry"),
        Column("authority", label=_("备案管理机构"), accessor="authority.short_name", sort_key="authority"),
        DayColumn("filed_on", label=_("备案日期"), sort_key="filed_on"),
    )
    export_name = "filings"
    export_columns = (
        ExportColumn(_("备案编码"), "code"),
        ExportColumn(_("机构名称"), "institution.name"),
        ExportColumn(_("统一社会信用代码"), "institution.social_credit_code"),
        ExportColumn(_("备案类型"), "get_kind_display"),
        ExportColumn(_("今日状态"), lambda filing: status_word(filing.public_status)),
        ExportColumn(_("备案管理机构"), "authority.name"),
        ExportColumn(_("承办机构"), "handled_by.name"),
        ExportColumn(_("备案日期"), "filed_on"),
    )

    def scoped(self, action: Action, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Asked row by row, so that the page follows the index of its order."""
        allowed = visible(self.request.user, action, Filing.objects.filter(pk=OuterRef("pk")))
        return rows.filter(Exists(allowed))

    def word_condition(self, word: str) -> Q:
        """By name, former name, or code."""
        return name_condition(word, "institution__") | code_condition(word, "", "institution__")

    def complete(self, rows: list[Any]) -> None:
        """Status and expiry of the page's rows: two queries."""
        keys = [filing.pk for filing in rows]
        found = with_public_status(Filing.objects.filter(pk__in=keys), self.today)
        statuses = dict(found.values_list("pk", "public_status"))
        terms = FilingSpan.objects.filter(filing__in=keys, track="term").order_by("first_day")
        expiries = dict(terms.values_list("filing", "last_day"))
        for filing in rows:
            filing.public_status = statuses.get(filing.pk, "")
            filing.expiry = expiries.get(filing.pk)

    def export_source(self) -> QuerySet[Any]:
        """With the status of the day."""
        return with_public_status(Filing.objects.select_related(*JOINS), self.today)
