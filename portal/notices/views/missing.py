"""The page for a notice that is withdrawn or was never there."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from portal.notices.services.missing import MissingNotice


def missing_notice(request: HttpRequest, page: Any, missing: MissingNotice) -> HttpResponse:
    """410 with day and reason for a withdrawn notice, else 404 with the nearest ones."""
    return TemplateResponse(
        request,
        "notices/missing.html",
        {
            "page": page,
            "missing": missing,
            "trail": [("公告", "/notices/"), (page.title, page.get_absolute_url())],
        },
        status=410 if missing.withdrawal is not None else 404,
    )
