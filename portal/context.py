"""What every page needs to be drawn, apart from its content. No query is made here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from portal.views.preferences import LARGE_TEXT_COOKIE


def display(request: HttpRequest) -> dict[str, Any]:
    """Return ``large_text`` (bool), ``canonical_url`` (absolute, without a query) and ``site_domain``."""
    return {
        "large_text": request.COOKIES.get(LARGE_TEXT_COOKIE) == "1",
        "canonical_url": request.build_absolute_uri(request.path),
        "site_domain": request.get_host(),
    }
