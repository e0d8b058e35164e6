"""The door to every screen of the workplace that is asked about a page by its number.

Wagtail's screens check what somebody may do, but some show a title first (bulk actions, choosers) and some look a
row up by a number of its own. Before any of them runs, every number in the request must be one that the account may
know of: otherwise there is nothing there (404), the same for a page of another office and for none at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, TaskState, WorkflowState

from portal.middleware.admin_csp import ADMIN_PREFIX
from portal.notices.services.houses import passable

PAGE_ARGUMENTS = ("page_id", "parent_page_id", "page_to_move_id", "destination_id", "page_pk")
#: Screens whose numbers of pages stand in the query: name of the screen → names of the parameters.
QUERY_ARGUMENTS = {
    "wagtailadmin_choose_page_chosen_multiple": ("id",),
    "wagtailadmin_choose_page": ("target_pages[]",),
    "wagtailadmin_choose_page_child": ("target_pages[]",),
}
#: Rows that must belong to the page of the same address.
OWN_ROWS: dict[str, type[Any]] = {
    "task_state_id": TaskState,
    "workflow_state_id": WorkflowState,
    "revision_id": Revision,
}
#: Screens that count or name what no scope narrows, and the API's actions, which no screen of ours uses.
CLOSED = frozenset({"page_types_usage", "page_types_usage_results", "action"})


class PageGateMiddleware:
    """Ask before the screen runs. Needs the account, so it stands after the authentication."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Raise ``Http404`` for what the account may not know of."""
        match = request.resolver_match
        if not request.path.startswith(ADMIN_PREFIX) or match is None or not request.user.is_authenticated:
            return None
        if match.url_name in CLOSED and {"wagtailadmin_reports", "wagtailadmin_api"} & set(match.namespaces):
            raise Http404
        numbers = {kwargs[name] for name in PAGE_ARGUMENTS if name in kwargs}
        if "wagtailadmin_pages" in match.namespaces and "pk" in kwargs:
            numbers.add(int(kwargs["pk"]))
        for name in QUERY_ARGUMENTS.get(match.url_name or "", ()):
            numbers |= _digits(request.GET.getlist(name))
        if match.url_name == "wagtail_bulk_action" and _is_page(kwargs):
            if "all" in request.GET.getlist("id") and _holds_others(request):
                messages.error(
                    request, _("这里还有其他机关的公告，不能整栏批量操作。请逐一勾选本机关的公告。")
                )
                return redirect("wagtailadmin_explore_root")
            numbers |= _bulk_numbers(request)
        if numbers:
            _require_passable(request.user, numbers)
        if "wagtailadmin_pages" in match.namespaces and len(numbers) == 1:
            _require_own_rows(numbers.copy().pop(), kwargs)
        return None


def _digits(given: Iterable[str]) -> set[int]:
    values = list(given)
    if not all(value.isascii() and value.isdigit() and len(value) < 19 for value in values):
        raise Http404
    return {int(value) for value in values}


def _is_page(kwargs: dict[str, Any]) -> bool:
    return (kwargs.get("app_label"), kwargs.get("model_name")) == ("wagtailcore", "page") or kwargs.get(
        "app_label"
    ) == "notices"


def _bulk_numbers(request: HttpRequest) -> set[int]:
    chosen = [value for name in ("id", "childOf") for value in request.GET.getlist(name)]
    return _digits(value for value in chosen if value and value != "all")


def _holds_others(request: HttpRequest) -> bool:
    """Whether “all” would take in pages of others, whose titles the screen would show."""
    everything = Page.objects.filter(depth__gt=1)
    for parent in Page.objects.filter(pk__in=_digits(filter(None, request.GET.getlist("childOf")))):
        everything = everything.descendant_of(parent)
    return bool(everything.exclude(pk__in=passable(request.user).values("pk")).exists())


def _require_passable(user: Any, numbers: set[int]) -> None:
    if passable(user).filter(pk__in=numbers).count() != len(numbers):
        raise Http404


def _require_own_rows(page_id: int, kwargs: dict[str, Any]) -> None:
    for name, model in OWN_ROWS.items():
        if name not in kwargs:
            continue
        path = "revision__object_id" if model is TaskState else "object_id"
        if not model.objects.filter(pk=kwargs[name], **{path: str(page_id)}).exists():
            raise Http404
