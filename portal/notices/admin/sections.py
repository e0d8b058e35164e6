"""栏目更新情况: which sections are stale or empty."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from portal.accounts.powers import Action
from portal.accounts.scoping import may_any
from portal.notices.models import NoticePage
from portal.notices.services.freshness import freshness_on


def sections_report(request: HttpRequest) -> HttpResponse:
    """The home page and each section with its newest notice and its limit; those that are late first."""
    if not may_any(request.user, Action.LIST, NoticePage):
        raise PermissionDenied
    rows = sorted(freshness_on(timezone.localdate()), key=lambda row: not row.is_late)
    return TemplateResponse(request, "notices/admin/sections.html", {"rows": rows})
