"""Choosing a filing from the register by name or code."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import (
    ChooseResultsView,
    ChooseView,
    ChosenMultipleView,
    ChosenView,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet
from wagtail.admin.widgets import BaseChooser

from portal.accounts.powers import Action
from portal.accounts.scoping import get_visible_or_404, visible
from portal.register.models import Filing


class FilingFilterForm(BaseFilterForm):
    """Search by parts of the name (former names too), the code or the social credit code."""

    q = forms.CharField(
        label=_("查找机构"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"placeholder": _("机构名称、备案编码或统一社会信用代码")}),
    )

    def filter(self, objects: QuerySet[Filing]) -> QuerySet[Filing]:
        """Filings in which every word of the query occurs."""
        words = (self.cleaned_data.get("q") or "").split()
        for word in words[:8]:
            named = Q(institution__name__icontains=word) | Q(institution__names__name__icontains=word)
            coded = Q(code__icontains=word) | Q(institution__social_credit_code__istartswith=word)
            objects = objects.filter(named | coded)
        self.is_searching = bool(words)
        self.search_query = " ".join(words)
        return objects.distinct()


class FilingListMixin:
    """Columns and order of the list in the chooser."""

    filter_form_class = FilingFilterForm

    def get_object_list(self) -> QuerySet[Filing]:
        """The filings that the account may list, with their institutions, by code."""
        filings = visible(self.request.user, Action.LIST, Filing.objects.all())  # type: ignore[attr-defined]
        return filings.select_related("institution", "authority").order_by("code")

    @property
    def columns(self) -> list[Any]:
        """Name (the link that chooses), code, kind and authority."""
        name = self.title_column  # type: ignore[attr-defined]
        name.label, name.accessor = _("机构名称"), "institution.name"
        return [
            name,
            Column("code", label=_("备案编码"), accessor="code"),
            Column("kind", label=_("备案类型"), accessor="get_kind_display"),
            Column("authority", label=_("备案管理机构"), accessor="authority"),
        ]


class FilingChooseView(FilingListMixin, ChooseView):
    """The chooser's window."""


class FilingChooseResultsView(FilingListMixin, ChooseResultsView):
    """The list inside the window, as it changes while one types."""


class FilingChosenView(ChosenView):
    """The answer when one was chosen."""

    def get_object(self, pk: Any) -> Filing:
        """The filing, when the account may list it."""
        return get_visible_or_404(self.request.user, Action.LIST, Filing.objects.all(), pk=pk)


class FilingChosenMultipleView(ChosenMultipleView):
    """The answer when several were chosen."""

    def get_objects(self, pks: Any) -> QuerySet[Filing]:
        """Those among them that the account may list."""
        return visible(self.request.user, Action.LIST, Filing.objects.filter(pk__in=pks))


class FilingChooserWidget(BaseChooser):
    """Shows the chosen filing with name and code."""

    def get_instance(self, value: Any) -> Filing | None:
        """The filing with its institution."""
        if value is None or isinstance(value, Filing):
            return value
        return Filing.objects.select_related("institution").filter(pk=value).first()


class FilingChooserViewSet(ChooserViewSet):
    """The chooser of filings."""

    model = Filing
    icon = "group"
    choose_one_text = _("选择评价机构")
    choose_another_text = _("换一家机构")
    per_page = 20
    choose_view_class = FilingChooseView
    choose_results_view_class = FilingChooseResultsView
    chosen_view_class = FilingChosenView
    chosen_multiple_view_class = FilingChosenMultipleView
    base_widget_class = FilingChooserWidget


filing_chooser = FilingChooserViewSet("filing_chooser", url_prefix="filing-chooser")
