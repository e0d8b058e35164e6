"""One filing: ``/institutions/<filing_code>/``, its verification slip and its QR code."""

from __future__ import annotations

import io
from dataclasses import replace
from urllib.parse import urlencode

import segno
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.register.models import Filing
from portal.register.models.filing import Audience
from portal.register.snapshots import filings_with_everything, snapshot_of
from portal.register.views.asked_day import first_day, read_asked_day
from portal.register.views.filing_page import FilingPage, gather
from portal.register.views.near_matches import near_matches
from portal.register.views.parameters import Notes, address, shown
from portal.register.views.structured_data import json_ld
from portal.register.views.verdict import PersonalQuestion, audiences_in_words, personal_answer, read_question
from portal.regulation.codes import normalise_code
from portal.regulation.status import STATUS_ARTICLES, FilingStatus, status_on
from portal.templatetags.portal_format import LEVEL_NAMES, LEVEL_ORDER


@require_safe
def institution(request: HttpRequest, code: str) -> HttpResponseBase:
    """Show a filing today, or on the past day ``?on=`` names; ``?print=1`` is the slip to print.

    A code in full width, lower case or with blanks leads to its one address; an unknown one is a 404 with
    near matches.
    """
    canonical = normalise_code(code)
    filing = filings_with_everything().filter(code=canonical).first()
    if filing is None or _not_yet(filing):
        return unknown_code(request, code)
    if canonical != code:
        query = request.META.get("QUERY_STRING", "")
        return HttpResponsePermanentRedirect(filing.get_absolute_url() + (f"?{query}" if query else ""))
    notes = Notes()
    on_paper = request.GET.get("print") == "1"
    asked = replace(read_asked_day(request.GET, timezone.localdate(), notes), dated=on_paper)
    page = gather(filing, asked)
    url = request.build_absolute_uri(filing.get_absolute_url())
    context = _context(request, page, notes, url)
    if on_paper:
        response = render(request, "register/slip.html", {**context, "printed_at": timezone.now()})
        # The slip carries the moment of the query: a kept copy would carry another one.
        add_never_cache_headers(response)
        return response
    return render(request, "register/institution.html", context)


def _not_yet(filing: Filing) -> bool:
    """Whether the filing has not begun: the public does not know it yet."""
    return status_on(snapshot_of(filing, newest={}), timezone.localdate()) is FilingStatus.NOT_YET


def _context(request: HttpRequest, page: FilingPage, notes: Notes, url: str) -> dict[str, object]:
    question = read_question(request.GET)
    answer = personal_answer(question, page.snapshot, page.asked) if page.status else None
    slip = {"print": "1"} | ({"on": page.asked.day.isoformat()} if page.asked.is_past else {})
    return {
        "page": page,
        "filing": page.filing,
        "asked": page.asked,
        "notes": notes.lines,
        "audiences": audiences_in_words(page.snapshot, page.asked),
        "ground_articles": STATUS_ARTICLES[page.status] if page.status else "",
        "question": question,
        "answer": answer,
        "question_choices": _question_choices(page, question),
        "url": url,
        "json_ld": json_ld(page, url),
        "slip_address": f"{page.filing.get_absolute_url()}?{urlencode(slip)}",
        "compare_address": address(
            reverse("register:fees"), [("occupation", group.directory_value) for group in page.scope[:1]]
        ),
        "first_day": first_day(),
        "trail": [(_("查机构"), reverse("register:directory")), (page.filing.authority.short_name, None)],
    }


def _question_choices(page: FilingPage, question: PersonalQuestion) -> dict[str, list[tuple[str, str, bool]]]:
    """(value, words, chosen) for the three fields of the form 我能在这里评吗."""
    levels = {row.item.level_id for group in page.scope for row in group.rows} | {question.level}
    return {
        "audience": [(value, str(label), value == question.audience) for value, label in Audience.choices],
        "occupation": [
            (group.value, group.title, group.value == question.occupation_value) for group in page.scope
        ],
        "level": [
            (code, str(LEVEL_NAMES[code]), code == question.level) for code in LEVEL_ORDER if code in levels
        ],
    }


def unknown_code(request: HttpRequest, code: str) -> HttpResponse:
    """404 with what the reader may have meant."""
    near = near_matches(code, timezone.localdate())
    context = {"typed": shown(code), "near": near, "search_text": shown(code)}
    return render(request, "register/unknown_code.html", context, status=404)


@require_safe
def qr_code(request: HttpRequest, code: str) -> HttpResponse:
    """The address of the filing's page as a QR code (SVG); 404 for an unknown code."""
    filing = Filing.objects.filter(code=code).first()
    if filing is None:
        return unknown_code(request, code)
    drawing = io.BytesIO()
    url = request.build_absolute_uri(filing.get_absolute_url())
    segno.make(url, error="m", micro=False).save(
        drawing, kind="svg", scale=4, border=2, dark="#000", light="#fff", xmldecl=False
    )
    return HttpResponse(drawing.getvalue(), content_type="image/svg+xml")
