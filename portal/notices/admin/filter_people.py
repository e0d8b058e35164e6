"""Whom the filters of Wagtail's lists and reports name: colleagues, not everybody who ever wrote a page.

Wagtail fills these filters with all authors. Who works at another office is nobody's business here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django_filters import FilterSet, ModelChoiceFilter, ModelMultipleChoiceFilter
from wagtail.admin.views.pages.listing import PageFilterSet
from wagtail.admin.views.reports.audit_logging import SiteHistoryReportFilterSet
from wagtail.admin.views.reports.locked_pages import LockedPagesReportFilterSet
from wagtail.admin.views.reports.workflows import WorkflowReportFilterSet

from portal.accounts.models import Role, User
from portal.accounts.standing import standing_of

FILTERS: tuple[tuple[type[FilterSet], tuple[str, ...]], ...] = (
    (PageFilterSet, ("owner", "edited_by")),
    (WorkflowReportFilterSet, ("requested_by",)),
    (LockedPagesReportFilterSet, ("locked_by",)),
)


def colleagues(user: Any, people: QuerySet[User]) -> QuerySet[User]:
    """Those of ``people`` who belong to an office at which the account holds a post; an auditor sees everybody."""
    standing = standing_of(user)
    if Role.AUDITOR in standing.roles:
        return people
    return people.filter(office__in=standing.with_predecessors(standing.offices()))


def narrow_filters() -> None:
    """Narrow the choices of every such filter, once, when the workplace is set up."""
    for filter_set, names in FILTERS:
        for name in names:
            chosen: ModelChoiceFilter | ModelMultipleChoiceFilter = filter_set.base_filters[name]
            chosen.queryset = _narrowed(chosen.queryset)
    everybody = SiteHistoryReportFilterSet.get_users_queryset
    SiteHistoryReportFilterSet.get_users_queryset = lambda self: colleagues(
        self.request.user, everybody(self)
    )


def _narrowed(people: Any) -> Callable[[HttpRequest], QuerySet[User]]:
    return lambda request: colleagues(request.user, people(request) if callable(people) else people.all())
