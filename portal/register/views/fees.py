"""Fee comparison: ``/fees/`` (Art. 18)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.contracts.directory import DirectoryQuery, directory_engine
from portal.register.districts import DistrictBook
from portal.register.models import FeeItem, Filing, Occupation
from portal.register.status_sql import with_public_status
from portal.register.views.fee_question import (
    FeeQuestion,
    compared_items,
    in_order,
    read_fee_question,
    reference_cases,
    summary_of,
)
from portal.register.views.parameters import Notes, page_number
from portal.register.views.scope_words import occupation_title
from portal.templatetags.portal_format import LEVEL_NAMES, LEVEL_ORDER

if TYPE_CHECKING:
    from portal.register.views.fee_question import ComparedItem

PER_PAGE = 20
REFERENCES_PER_PAGE = 20
COMMONEST = 24
EXPORT_PATH = "/fees/export.csv"


@dataclass
class FeeRow:
    """One row of the comparison; ``fee`` is None while nothing is published."""

    title: str
    level: str
    code: str
    institution: str
    status: str
    fee: FeeItem | None


@dataclass
class Option:
    """A choice of the question's form."""

    value: str
    label: str
    count: int
    selected: bool
    child: bool = False


@require_safe
def fees(request: HttpRequest) -> HttpResponse:
    """Compare published fees of one occupation, with their components and basis; nothing chosen: what there is."""
    today = timezone.localdate()
    notes = Notes()
    book = DistrictBook.on(today)
    question = read_fee_question(request.GET, today, book, notes)
    page = page_number(request.GET, notes)
    context: dict[str, object] = {
        "question": question,
        "notes": notes.lines,
        "export_address": question.address(EXPORT_PATH),
        "today": today,
        **_options(question, book),
        **_references(request, question, notes),
    }
    if question.occupation:
        items = compared_items(question, book)
        summary = summary_of(items)
        pages = max(1, -(-summary.rows // PER_PAGE))
        page = min(page, pages)
        first = (page - 1) * PER_PAGE
        context |= {
            "summary": summary,
            "page": page,
            "pages": pages,
            "rows": fee_rows(in_order(items)[first : first + PER_PAGE], question),
        }
    return render(request, "register/fees.html", context)


def fee_rows(items: QuerySet[ComparedItem], question: FeeQuestion) -> list[FeeRow]:
    """The rows of a page: three queries."""
    found = list(items.select_related("occupation", "work_type"))
    by_fee = FeeItem.objects.select_related("schedule").in_bulk(
        [item.fee_id for item in found if item.fee_id]
    )
    filings = with_public_status(
        Filing.objects.filter(pk__in={item.filing_id for item in found}), question.day
    ).select_related("institution")
    by_filing = {filing.pk: filing for filing in filings}
    rows = []
    for item in found:
        filing = by_filing[item.filing_id]
        rows.append(
            FeeRow(
                occupation_title(item.occupation.name, item.work_type.name if item.work_type else None),
                str(LEVEL_NAMES.get(item.level_id, item.level_id)),
                filing.code,
                filing.institution.name,
                filing.public_status,
                by_fee.get(item.fee_id) if item.fee_id else None,
            )
        )
    return rows


def _options(question: FeeQuestion, book: DistrictBook) -> dict[str, list[Option]]:
    """Occupations by how many institutions are filed for them, levels, districts that exist today."""
    engine, _degraded = directory_engine(question.day)
    counts = engine.search(DirectoryQuery(day=question.day, limit=1)).facets["occupation"]
    chosen = {value.partition(":")[0] for value in question.occupation}
    codes = {value for value in counts if ":" not in value} | chosen
    names = Occupation.objects.filter(code__in=codes).values_list(
        "code", "name", "work_types__pk", "work_types__name"
    )
    occupations: dict[str, Option] = {}
    for code, name, work_type, work_type_name in names.order_by("code", "work_types__name"):
        occupations.setdefault(code, Option(code, name, counts.get(code, 0), code in question.occupation))
        value = f"{code}:{work_type}"
        if code in chosen and (value in counts or value in question.occupation):
            label = occupation_title(name, work_type_name)
            occupations[value] = Option(
                value, label, counts.get(value, 0), value in question.occupation, True
            )
    districts = [district for district in book.by_code.values() if district.exists_on(book.day)]
    commonest = sorted(occupations.values(), key=lambda option: (-option.count, option.value))
    return {
        "occupations": list(occupations.values()),
        "commonest": commonest[:COMMONEST],
        "levels": [Option(code, str(LEVEL_NAMES[code]), 0, code in question.level) for code in LEVEL_ORDER],
        "districts": [
            Option(district.code, district.name, 0, district.code in question.district)
            for district in sorted(districts, key=lambda one: one.code)
        ],
    }


def _references(request: HttpRequest, question: FeeQuestion, notes: Notes) -> dict[str, object]:
    cases = reference_cases(question)
    total = cases.count()
    pages = max(1, -(-total // REFERENCES_PER_PAGE))
    page = min(page_number(request.GET, notes, "reference_page"), pages)
    first = (page - 1) * REFERENCES_PER_PAGE
    return {
        "references": list(cases[first : first + REFERENCES_PER_PAGE]),
        "reference_total": total,
        "reference_page": page,
        "reference_pages": pages,
    }
