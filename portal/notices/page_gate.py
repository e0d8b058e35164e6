"""The door to every screen of the workplace that is asked about a page by its number.

Wagtail's screens check what somebody may do, but some show a title first (bulk actions, choosers) and some look a
row up by a number of its own. Before any of them runs, every number in the request must be one that the account may
know of: otherwise there is nothing there (404), the same for a page of another office and for none at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.contrib import messages
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import ResolverMatch
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision, TaskState, WorkflowState

from documents.models import PortalDocument
from portal.accounts.powers import Action
from portal.accounts.scoping import scope_of, visible
from portal.middleware.admin_csp import ADMIN_PREFIX
from portal.notices.services.houses import passable
from portal.views.errors import plain_bad_request

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
#: What a database's key can be; beyond it a question would fail instead of finding nothing.
BIGGEST = 2**63 - 1
#: Screens that count or name what no scope narrows, and the API's actions, which no screen of ours uses.
CLOSED = frozenset({"page_types_usage", "page_types_usage_results", "action"})
#: Putting pages into another order needs the publish permission, which nobody holds; for the root it would fail.
REORDER = "set_page_position"
#: Parts of the admin API that list everything to everybody; no screen of ours asks them.
CLOSED_LISTS = frozenset({"documents", "images"})


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
        if _is_closed(match):
            raise Http404
        numbers = {kwargs[name] for name in PAGE_ARGUMENTS if name in kwargs}
        if "wagtailadmin_pages" in match.namespaces and "pk" in kwargs:
            numbers.add(int(kwargs["pk"]))
        for name in QUERY_ARGUMENTS.get(match.url_name or "", ()):
            numbers |= _digits(request.GET.getlist(name))
        if match.url_name == "wagtail_bulk_action":
            refusal = _check_bulk(request, kwargs)
            if refusal is not None:
                return refusal
        if numbers:
            _require_passable(request.user, numbers)
        key = kwargs.get("document_id" if "wagtaildocs" in match.namespaces else "pk")
        if key is not None and {"wagtaildocs", "wagtaildocs_chooser"} & set(match.namespaces):
            _require_listed_file(request.user, int(key))
        if "wagtailadmin_pages" in match.namespaces and len(numbers) == 1:
            _require_own_rows(numbers.copy().pop(), kwargs)
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A form that was sent in part is a bad request: Wagtail's fields of blocks fail on it."""
        if isinstance(exception, MultiValueDictKeyError) and request.path.startswith(ADMIN_PREFIX):
            return plain_bad_request(_("表单不完整，没有保存。请回到编辑页重新打开，再提交一次。"))
        return None


def _is_closed(match: ResolverMatch) -> bool:
    spaces = set(match.namespaces)
    if ("wagtailadmin_api" in spaces and CLOSED_LISTS & spaces) or match.url_name == REORDER:
        return True
    return match.url_name in CLOSED and bool({"wagtailadmin_reports", "wagtailadmin_api"} & spaces)


def _digits(given: Iterable[str]) -> set[int]:
    values = list(given)
    if not all(value.isascii() and value.isdigit() and len(value) < 19 for value in values):
        raise Http404
    return {int(value) for value in values}


def _check_bulk(request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponse | None:
    """The rows of a bulk action: its screen names them before it asks whether one may.

    “All” is refused where others have rows too, except for files: their screen takes all from its own list.
    """
    try:
        model = apps.get_model(kwargs["app_label"], kwargs["model_name"])
    except LookupError as error:
        raise Http404 from error
    if scope_of(model) is None:
        return None
    rows = passable(request.user) if issubclass(model, Page) else _listed(request.user, model)
    chosen = [value for name in ("id", "childOf") for value in request.GET.getlist(name) if value]
    numbers = _digits(value for value in chosen if value != "all")
    if rows.filter(pk__in=numbers).count() != len(numbers):
        raise Http404
    if "all" in chosen and model is not PortalDocument and _holds_others(request, model, rows):
        messages.error(request, _("这里还有其他机关的内容，不能全部批量操作。请逐一勾选本机关的内容。"))
        return redirect("wagtailadmin_home")
    return None


def _listed(user: Any, model: type[Model]) -> QuerySet[Any]:
    return visible(user, Action.LIST, model._default_manager.all())


def _holds_others(request: HttpRequest, model: type[Model], rows: QuerySet[Any]) -> bool:
    """Whether “all” would take in rows of others, whose names the screen would show."""
    everything: QuerySet[Any] = model._default_manager.all()
    if issubclass(model, Page):
        for parent in Page.objects.filter(pk__in=_digits(filter(None, request.GET.getlist("childOf")))):
            everything = everything & Page.objects.descendant_of(parent)
    return bool(everything.exclude(pk__in=rows.values("pk")).exists())


def _require_passable(user: Any, numbers: set[int]) -> None:
    if max(numbers) > BIGGEST or passable(user).filter(pk__in=numbers).count() != len(numbers):
        raise Http404


def _require_listed_file(user: Any, key: int) -> None:
    if key > BIGGEST or not _listed(user, PortalDocument).filter(pk=key).exists():
        raise Http404


def _require_own_rows(page_id: int, kwargs: dict[str, Any]) -> None:
    for name, model in OWN_ROWS.items():
        if name not in kwargs:
            continue
        path = "revision__object_id" if model is TaskState else "object_id"
        if not model.objects.filter(pk=kwargs[name], **{path: str(page_id)}).exists():
            raise Http404
