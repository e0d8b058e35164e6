"""One notice, found by its address at once."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from wagtail.views import serve

from portal.notices.services.notice_page import published_notice


def notice(request: HttpRequest, section: str, slug: str) -> HttpResponseBase:
    """Serve a published notice without asking for every page above it.

    Whatever is not plain (no such notice, a draft, a withdrawn one, a site with restricted pages) goes the ordinary
    way through Wagtail.
    """
    page = published_notice(section, slug)
    if page is None or page.anything_restricted:
        ordinary: HttpResponseBase = serve(request, f"notices/{section}/{slug}/")
        return ordinary
    shown: HttpResponseBase = page.serve(request)
    return shown
