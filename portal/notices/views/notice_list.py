"""The list of announcements."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from portal.notices.models.notice import Validity
from portal.notices.models.sections import Section
from portal.notices.services.listing import NoticeQuery, page_of, read_query, years_and_sections


def notice_list(request: HttpRequest, page: Any, section: str | None) -> HttpResponse:
    """Show a page of 20 notices; words to look for (``q``) lead to the site search."""
    words = request.GET.get("q", "").strip()
    if words:
        return HttpResponseRedirect("/search/?" + urlencode({"q": words[:200], "kind": "notice"}))
    query = read_query(request.GET, section)
    answer = page_of(query)
    years, counts = years_and_sections(section)
    context = {
        **page.get_context(request),
        "query": query,
        "answer": answer,
        "years": years,
        "validities": Validity.choices,
        "sections": [(item.value, str(item.label), counts.get(item.value, 0)) for item in Section],
        "total_all": sum(counts.values()),
        "trail": [("公告", "/notices/")] if section is not None else [],
        "feed_url": f"/notices/{section}/feed/" if section is not None else "/notices/feed/",
        "chips": chips(query, section),
        "clear_url": page.get_absolute_url(),
    }
    return TemplateResponse(request, "notices/notice_list.html", context)


def chips(query: NoticeQuery, section: str | None) -> list[tuple[str, str]]:
    """The filters in force, each with the address that leaves it out."""
    chosen = {
        "section": query.section if section is None else "",
        "year": str(query.year) if query.year is not None else "",
        "validity": query.validity,
    }
    words = {
        "section": str(Section(query.section).label) if query.section else "",
        "year": f"{query.year}年",
        "validity": str(Validity(query.validity).label) if query.validity else "",
    }
    return [
        (words[name], "?" + urlencode({key: item for key, item in chosen.items() if item and key != name}))
        for name, value in chosen.items()
        if value
    ]
