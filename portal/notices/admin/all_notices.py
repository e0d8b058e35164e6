"""The notices of the own house in one list, with their state and their next step."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic

from portal.accounts.models import Authority
from portal.accounts.policy import OfficePolicy
from portal.accounts.powers import Action
from portal.accounts.scoping import visible
from portal.notices.models import NoticePage, Section
from portal.notices.services.review_state import STATES, with_state
from portal.register.admin.lists import DayColumn


def details_url(page: Any) -> str:
    """The screen of one notice."""
    return reverse("notice_details", args=[page.pk])


def _issuers(request: Any) -> QuerySet[Authority]:
    notices = visible(request.user, Action.LIST, NoticePage.objects.all())
    return Authority.objects.filter(pk__in=notices.values("issuer")).order_by("code")


class NoticeFilterSet(WagtailFilterSet):
    """By section, state, issuer and day."""

    section = django_filters.ChoiceFilter(label=_("栏目"), choices=Section.choices, empty_label=_("全部"))
    state = django_filters.ChoiceFilter(
        label=_("状态"), choices=list(STATES.items()), empty_label=_("全部"), widget=forms.RadioSelect
    )
    issuer = django_filters.ModelChoiceFilter(label=_("发布机构"), queryset=_issuers, empty_label=_("全部"))

    class Meta:
        model = NoticePage
        fields: tuple[str, ...] = ()


class NoticesView(generic.IndexView):
    """All notices that the account may list; each leads to its screen."""

    model = NoticePage
    permission_policy = OfficePolicy(NoticePage)
    any_permission_required = ("view",)
    page_title = _("公告一览")
    header_icon = "doc-full-inverse"
    index_url_name = "notices_index"
    index_results_url_name = "notices_index_results"
    filterset_class = NoticeFilterSet
    search_fields = ("title", "document_number", "index_number")
    template_name = "register/admin/list.html"
    results_template_name = "register/admin/list_results.html"
    is_searchable = True
    search_backend_name = None
    default_ordering = "-latest_revision_created_at"
    paginate_by = 30
    columns = (
        TitleColumn("title", label=_("标题"), accessor="draft_title", get_url=details_url),
        Column("state", label=_("状态"), accessor=lambda row: STATES[row.state]),
        Column("section", label=_("栏目"), accessor="get_section_display"),
        Column("issuer", label=_("发布机构"), accessor="issuer.short_name"),
        Column("document_number", label=_("发文字号"), accessor="document_number"),
        DayColumn("published_on", label=_("发布日期"), sort_key="published_on"),
        DateColumn("latest_revision_created_at", label=_("最近修改"), sort_key="latest_revision_created_at"),
    )

    def get_base_queryset(self) -> QuerySet[NoticePage]:
        """The notices of the house, with their state."""
        notices = visible(self.request.user, Action.LIST, NoticePage.objects.all())
        return with_state(notices.select_related("issuer").defer("body", "plain_body"))

    def search_queryset(self, queryset: Any) -> Any:
        """Searching needs its own column of the table of powers."""
        if self.is_searching:
            queryset = visible(self.request.user, Action.SEARCH, queryset)
        return super().search_queryset(queryset)
