"""From an address of the directory to a question for the engine, and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import cast

from django.http import QueryDict
from django.utils.translation import gettext as _, gettext_noop

from portal.contracts.directory import (
    FACETS,
    DirectoryQuery,
    DirectoryResult,
    Sort,
    directory_engine,
)
from portal.register.districts import DistrictBook
from portal.register.models import Occupation
from portal.register.models.filing import Audience, FilingKind
from portal.register.views.parameters import (
    Notes,
    address,
    choices,
    district_values,
    free_text,
    level_values,
    occupation_values,
    one_choice,
    page_number,
    successors_of,
)
from portal.regulation.status import STATUS_LABELS, FilingStatus
from portal.templatetags.portal_format import LEVEL_NAMES

PATH = "/institutions/"
PER_PAGE = 20
#: Pages beyond this lead to the export: nobody reads them, and every engine has to count up to them.
MAX_PAGE = 500

SORTS: dict[str, str] = {
    "relevance": gettext_noop("相关程度"),
    "name": gettext_noop("名称"),
    "expiry": gettext_noop("有效期先到"),
    "filed": gettext_noop("最近备案"),
    "fee": gettext_noop("收费从低到高"),
}
STATUS_WORDS = {
    status.value: label for status, label in STATUS_LABELS.items() if status is not FilingStatus.NOT_YET
}
KIND_WORDS = {value: str(label) for value, label in FilingKind.choices}
AUDIENCE_WORDS = {value: str(label) for value, label in Audience.choices}


@dataclass
class Names:
    """Names of what the facets count: occupation codes, and ``code:key`` for work types."""

    occupations: dict[str, str] = field(default_factory=dict)
    districts: dict[str, str] = field(default_factory=dict)

    def of(self, facet: str, value: str) -> str:
        """The word shown for a value of a facet."""
        if facet == "level":
            return str(LEVEL_NAMES.get(value, value))
        words = {
            "district": self.districts,
            "occupation": self.occupations,
            "status": STATUS_WORDS,
            "kind": KIND_WORDS,
            "audience": AUDIENCE_WORDS,
        }[facet]
        return words.get(value, value)


@dataclass
class Answered:
    """The question as it was understood, the engine's answer, and the names that both need."""

    query: DirectoryQuery
    result: DirectoryResult
    names: Names
    book: DistrictBook
    notes: Notes
    page: int

    @property
    def pages(self) -> int:
        """How many pages can be read."""
        return min(MAX_PAGE, max(1, -(-self.result.total // PER_PAGE)))


def ask(params: QueryDict, today: dt.date) -> Answered:
    """Read the parameters, ask the engine, and mend what only the answer shows (unknown codes, last page).

    Two queries (districts, occupation names) besides the engine's own; a former occupation code or a page
    beyond the last one asks once more.
    """
    notes = Notes()
    book = DistrictBook.on(today)
    query = read_query(params, today, book, notes)
    page = page_number(params, notes)
    query = replace(query, offset=(min(page, MAX_PAGE) - 1) * PER_PAGE)
    result = _search(query)
    names = _occupation_names(query, result)
    unknown = [value for value in query.occupation if value not in names]
    if unknown:
        query = replace(query, occupation=_with_successors(query.occupation, unknown, names, notes))
        result = _search(query)
        names = _occupation_names(query, result)
    answered = Answered(
        query,
        result,
        Names(names, {code: district.name for code, district in book.by_code.items()}),
        book,
        notes,
        page,
    )
    if page > answered.pages:
        notes.add(_("没有第{}页，已显示最后一页（第{}页）。"), page, answered.pages)
        answered.page = answered.pages
        answered.query = replace(query, offset=(answered.pages - 1) * PER_PAGE)
        answered.result = _search(answered.query)
    return answered


def read_query(params: QueryDict, today: dt.date, book: DistrictBook, notes: Notes) -> DirectoryQuery:
    """The question in an address; what is not understood is left out and noted."""
    return DirectoryQuery(
        day=today,
        q=free_text(params.get("q", ""), notes),
        district=district_values(params, book, notes),
        occupation=occupation_values(params, notes),
        level=level_values(params, notes),
        status=choices(params, "status", _("状态"), STATUS_WORDS, notes),
        kind=choices(params, "kind", _("类型"), KIND_WORDS, notes),
        audience=choices(params, "audience", _("面向"), AUDIENCE_WORDS, notes),
        sort=cast(Sort, one_choice(params, "sort", _("排序"), SORTS, "relevance", notes)),
        limit=PER_PAGE,
    )


def _search(query: DirectoryQuery) -> DirectoryResult:
    engine, _degraded = directory_engine(query.day)
    return engine.search(query)


def _with_successors(
    values: tuple[str, ...], unknown: list[str], names: dict[str, str], notes: Notes
) -> tuple[str, ...]:
    """Unknown values replaced: a work type by its occupation, a former code by those that stand for it now."""
    stand_ins: dict[str, tuple[str, ...]] = {}
    for value in unknown:
        code = value.partition(":")[0]
        if code in names:
            notes.add(
                _("“{}”下没有编号为{}的工种，以下按整个职业查询。"), names[code], value.partition(":")[2]
            )
            stand_ins[value] = (code,)
    stand_ins |= successors_of([value for value in unknown if value not in stand_ins], notes)
    found = [code for value in values for code in stand_ins.get(value, (value,))]
    return tuple(dict.fromkeys(found))


def _occupation_names(query: DirectoryQuery, result: DirectoryResult) -> dict[str, str]:
    """Names of the occupations and work types that the facet counts or the question names: one query."""
    codes = {value.partition(":")[0] for value in (*result.facets.get("occupation", {}), *query.occupation)}
    rows = Occupation.objects.filter(code__in=codes).values_list(
        "code", "name", "work_types__pk", "work_types__name"
    )
    names: dict[str, str] = {}
    for code, name, work_type, work_type_name in rows:
        names[code] = name
        if work_type is not None:
            names[f"{code}:{work_type}"] = work_type_name
    return names


def pairs(query: DirectoryQuery, *, without: tuple[str, str] | None = None) -> Iterator[tuple[str, str]]:
    """The question as parameters, in a fixed order; ``without`` leaves out one value of one facet."""
    if query.q and without != ("q", query.q):
        yield "q", query.q
    for facet in FACETS:
        for value in getattr(query, facet):
            if (facet, value) != without:
                yield facet, value
    if query.sort != "relevance":
        yield "sort", query.sort


def address_of(query: DirectoryQuery, *, without: tuple[str, str] | None = None, path: str = PATH) -> str:
    """The shareable address of a question, from its first page."""
    return address(path, pairs(query, without=without))
