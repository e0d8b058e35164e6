"""Atom feeds: all announcements, and one a section."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.notices.models import Section
from portal.notices.services.atom import render_feed
from portal.views.errors import BadInput

CONTENT_TYPE = "application/atom+xml; charset=utf-8"


@require_safe
def all_notices(request: HttpRequest) -> HttpResponseBase:
    """The newest notices of all sections, or of ``?section=``."""
    section = request.GET.get("section", "").strip()
    if section and section not in Section.values:
        raise BadInput(_("栏目不存在。请从公告页选择栏目，再复制订阅地址。"))
    return _answer(request, Section(section) if section else None)


@require_safe
def section_notices(request: HttpRequest, section: str) -> HttpResponseBase:
    """The newest notices of one section."""
    if section not in Section.values:
        raise Http404(section)
    return _answer(request, Section(section))


def _answer(request: HttpRequest, section: Section | None) -> HttpResponseBase:
    """The feed, or 304 when the reader has it already."""
    feed = render_feed(section, root=f"{request.scheme}://{request.get_host()}", path=request.path)
    body = feed.xml.encode("utf-8")
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    moment = int(feed.updated.timestamp())
    response: Any = HttpResponse(body, content_type=CONTENT_TYPE)
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(moment)
    patch_cache_control(response, public=True)
    answer = get_conditional_response(request, etag=etag, last_modified=moment, response=response)
    return answer if answer is not None else response
