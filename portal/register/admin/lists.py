"""What the register's lists in the workplace share: scoped rows, counts and choices; search in Chinese and codes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _, gettext_lazy
from wagtail.admin.forms.search import SearchForm
from wagtail.admin.ui.tables import BaseColumn, Column
from wagtail.admin.views.generic import IndexView
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.viewsets.model import ModelViewSet

from portal.accounts.models import Authority
from portal.accounts.powers import Action
from portal.accounts.scoping import visible
from portal.register.admin.exporting import ExportMixin
from portal.register.models import Filing, InstitutionName
from portal.register.templatetags.register_admin import status_tag
from portal.regulation.codes import normalise_code
from portal.templatetags.portal_format import zh_day

#: Words of a query that are looked for; more would only slow it down.
MOST_WORDS = 6
#: Brackets are written in either width.
_BRACKETS = str.maketrans("()", "（）"), str.maketrans("（）", "()")


class DayColumn(Column):
    """A date in Chinese, sortable by its field."""

    def __init__(self, name: str, **options: Any) -> None:
        super().__init__(name, **{"classname": "register-day", **options})

    def get_value(self, instance: Any) -> str:
        """``2026年11月22日``, or nothing."""
        return zh_day(super().get_value(instance))


class StatusColumn(Column):
    """A public status: the word with its icon, never the colour alone."""

    def get_value(self, instance: Any) -> str:
        """The word in Wagtail's look."""
        return status_tag(super().get_value(instance) or "")


def name_condition(word: str, path: str = "") -> Q:
    """Institutions that bear or bore a name with the word in it, brackets in either width."""
    writings = {word, word.translate(_BRACKETS[0]), word.translate(_BRACKETS[1])}
    named = Q()
    for writing in writings:
        named |= Q(name__icontains=writing)
    names = InstitutionName.objects.filter(named).values("institution")
    return Q(**{f"{path}in" if path.endswith("__") else "pk__in": names})


def code_condition(word: str, filing: str, institution: str) -> Q:
    """A filing code or a social credit code that contains the word, whatever its width and case."""
    code = normalise_code(word)
    if not code or not code.isascii():
        return Q(pk__in=[])
    return Q(**{f"{filing}code__contains": code}) | Q(**{f"{institution}social_credit_code__contains": code})


def visible_authorities(request: HttpRequest | None) -> QuerySet[Authority]:
    """The authorities of filings that the account may list, and no other: a choice must not tell of others."""
    if request is None:
        return Authority.objects.none()
    filings = visible(request.user, Action.LIST, Filing.objects.all())
    return Authority.objects.filter(Exists(filings.filter(authority=OuterRef("pk"))))


class OfficeIndexView(ExportMixin, IndexView):
    """An index view over the rows that the account may list; with a search only over those it may search."""

    template_name = "register/admin/list.html"
    results_template_name = "register/admin/list_results.html"
    any_permission_required = ("choose",)
    search_backend_name = None
    joins: ClassVar[Sequence[str]] = ()
    search_hint: str | Promise = gettext_lazy("机构名称（含曾用名）、备案编码或统一社会信用代码")
    request: HttpRequest

    @property
    def today(self) -> dt.date:
        """The day that the list answers for."""
        return timezone.localdate()

    @cached_property
    def is_searchable(self) -> bool:
        """Always: by :meth:`word_condition`."""
        return True

    def get_search_form(self) -> SearchForm:
        """The form with what can be looked for written into it."""
        data = self.request.GET if self.search_kwarg in self.request.GET else None
        return SearchForm(data, placeholder=self.search_hint)

    def get_base_queryset(self) -> QuerySet[Any]:
        """Only rows of the account; a search is a power of its own."""
        rows: QuerySet[Any] = self.scoped(Action.LIST, self.model._default_manager.all())
        return self.scoped(Action.SEARCH, rows) if self.is_searching else rows

    def scoped(self, action: Action, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows with which the account may do this."""
        return visible(self.request.user, action, rows)

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """No rows when a filter makes no sense: all of them would be taken for its answer."""
        if self.filters and not self.filters.is_valid():
            return queryset.none()
        return super().filter_queryset(queryset)  # type: ignore[no-any-return]

    @cached_property
    def no_results_message(self) -> str:
        """What to do about an empty list."""
        if self.filters and not self.filters.is_valid():
            fields = self.filters.form.fields
            labels = "、".join(str(fields[name].label or name) for name in self.filters.form.errors)
            return _("筛选条件“%s”填写有误，请改正或清除。") % (labels or _("（整体）"))
        if self.is_searching or self.is_filtering:
            return _("没有符合条件的记录。请减少筛选条件，或换一种写法再查。")
        return _("本机关范围内还没有记录。")

    def search_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Rows in which every word is found."""
        for word in str(self.search_query).split()[:MOST_WORDS]:
            queryset = queryset.filter(self.word_condition(word))
        return queryset

    def word_condition(self, word: str) -> Q:
        """Rows in which one word of the query is found."""
        raise NotImplementedError

    def paginate_queryset(self, queryset: QuerySet[Any], page_size: int) -> Any:
        """The page: first the keys of its rows, then those rows with what they join. Joined at once, a database
        may begin with the joined table and sort everything."""
        paginator, page, rows, more = super().paginate_queryset(queryset, page_size)
        keys = list(rows.values_list("pk", flat=True))
        joined = self.model._default_manager.select_related(*self.joins)
        found = {row.pk: row for row in joined.filter(pk__in=keys)}
        page.object_list = [found[key] for key in keys if key in found]
        self.complete(page.object_list)
        return paginator, page, page.object_list, more

    def complete(self, rows: list[Any]) -> None:
        """Add to the rows of a page what their columns show, in a constant number of queries."""

    def get_add_url(self) -> None:
        """Nothing is added from a list: filings come from decisions and imports."""
        return

    def get_list_buttons(self, instance: Any) -> list[Any]:
        """The row's link leads to its page; there is nothing else to do from here."""
        return []


class RegisterViewSet(ModelViewSet):
    """A list in the workplace, and the pages behind its rows; nothing is edited or deleted generically."""

    copy_view_enabled = False
    add_to_reference_index = False
    index_view_class: ClassVar[type[OfficeIndexView]]
    sort_order_field = None

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """Only the addresses that exist."""
        return {
            "model": self.model,
            "permission_policy": self.permission_policy,
            "index_url_name": self.get_url_name("index"),
            "index_results_url_name": self.get_url_name("index_results"),
            "header_icon": self.icon,
            **kwargs,
        }

    def get_urlpatterns(self) -> list[URLPattern]:
        """The list, its results for the live filters, and the pages of :meth:`pages`."""
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            *self.pages(),
        ]

    def pages(self) -> Iterable[URLPattern]:
        """The pages behind the rows."""
        return ()

    def on_register(self) -> None:
        """A menu item; the table of powers, not groups, says who sees it."""
        ViewSet.on_register(self)


def columns_of(*columns: BaseColumn) -> list[BaseColumn]:
    """The columns of a list, typed for the viewsets."""
    return list(columns)
