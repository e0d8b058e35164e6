"""The directory of filings: ``/institutions/``."""

from __future__ import annotations

from dataclasses import replace
from typing import cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.contracts.directory import Sort
from portal.register.views.directory_question import PATH, SORTS, Answered, address_of, ask, pairs
from portal.register.views.directory_rows import rows_for
from portal.register.views.facets import chips_of, chosen_count, facets_of

EXPORT_PATH = "/institutions/export.csv"


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Show the filings that match, with counted facets (DESIGN §9). Constant queries for any register."""
    answered = ask(request.GET, timezone.localdate())
    query = answered.query
    rows = rows_for(answered.result.pks, query, answered.book)
    context = {
        "query": query,
        "answered": answered,
        "subject": subject_of(answered),
        "rows": rows,
        "facets": facets_of(answered),
        "chosen": chosen_count(query),
        "chips": chips_of(answered),
        "clear": PATH,
        "sorts": _sorts(answered),
        "hidden": [(name, value) for name, value in pairs(query) if name == "sort"],
        "export_address": address_of(query, path=EXPORT_PATH),
        "search_address": f"/search/?{urlencode({'q': query.q})}" if query.q else "/search/",
        "first_place": query.offset + 1,
    }
    return render(request, "register/directory.html", context)


def subject_of(answered: Answered) -> str:
    """What was asked for, in the words of the result line: 电工三级."""
    query, names = answered.query, answered.names
    occupations = "、".join(names.of("occupation", value) for value in query.occupation[:3])
    levels = "、".join(names.of("level", value).partition("/")[0] for value in query.level)
    return f"{occupations}{levels}"


def _sorts(answered: Answered) -> list[tuple[str, str, bool]]:
    """(word, address, in force) of each order."""
    return [
        (_(word), address_of(replace(answered.query, sort=cast(Sort, sort))), sort == answered.query.sort)
        for sort, word in SORTS.items()
    ]
