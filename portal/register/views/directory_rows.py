"""The filings on one page of the directory, in the few words that a list needs: four queries for any page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Min, Q
from django.utils.translation import gettext as _

from portal.contracts.directory import DirectoryQuery
from portal.register.districts import DistrictBook
from portal.register.models import FeeItem, FilingSpan, ScopeItem, Site
from portal.register.models.filing import Audience, FilingKind
from portal.register.status_sql import covers
from portal.register.views.scope_words import levels_in_words, scope_in_words
from portal.register.views.terms import term_on, when_in_words
from portal.regulation.kinds import FilingKind as RegulatedKind
from portal.regulation.snapshot import FilingSnapshot, StatusSpan
from portal.regulation.spans import Span
from portal.regulation.status import FilingStatus, status_on
from portal.templatetags.portal_format import money

_KIND_WORDS = {value: str(label) for value, label in FilingKind.choices}
_AUDIENCE_WORDS = {value: str(label) for value, label in Audience.choices}
#: A price says something only while the filing stands.
_STANDING = frozenset({FilingStatus.ACTIVE.value, FilingStatus.RECTIFICATION.value})


@dataclass
class Row:
    """One filing in the list."""

    code: str = ""
    name: str = ""
    kind: str = ""
    authority: str = ""
    social_credit_code: str = ""
    status: str = ""
    when: str = ""
    districts: str = ""
    audiences: str = ""
    scope: str = ""
    fee: str = ""
    term: Span | None = None
    spans: list[tuple[str, str, Span]] = field(default_factory=list)


def rows_for(pks: Sequence[int], query: DirectoryQuery, book: DistrictBook) -> list[Row]:
    """The rows in the order of ``pks``; a filing that has gone since the engine answered is left out."""
    rows = filing_rows(pks, query.day, book)
    _add_scope(rows, query)
    if query.occupation or query.level:
        _add_fees(rows, query)
    return [rows[pk] for pk in pks if pk in rows]


def filing_rows(pks: Iterable[int], day: dt.date, book: DistrictBook) -> dict[int, Row]:
    """Filings by key with status, term, audience and districts, without their scope: two queries. Those that
    had not begun by the day are left out."""
    rows = _filings(pks)
    _add_sites(rows, day, book)
    for row in rows.values():
        _add_status(row, day)
    return {pk: row for pk, row in rows.items() if row.status != FilingStatus.NOT_YET.value}


def _filings(pks: Iterable[int]) -> dict[int, Row]:
    rows: dict[int, Row] = {}
    found = FilingSpan.objects.filter(filing__in=pks).values_list(
        "filing_id",
        "filing__code",
        "filing__kind",
        "filing__institution__name",
        "filing__institution__social_credit_code",
        "filing__authority__short_name",
        "track",
        "value",
        "first_day",
        "last_day",
    )
    for pk, code, kind, name, credit_code, authority, track, value, first_day, last_day in found.order_by(
        "pk"
    ):
        row = rows.get(pk)
        if row is None:
            row = rows[pk] = Row(code, name, _KIND_WORDS.get(kind, kind), authority, credit_code)
        row.spans.append((track, value, Span(first_day, last_day)))
    return rows


def _add_sites(rows: dict[int, Row], day: dt.date, book: DistrictBook) -> None:
    """Districts of the sites as they stand on the day; a former name follows when it is the only one."""
    places: dict[int, dict[str, set[str]]] = {}
    sites = Site.objects.filter(covers(day), filing__in=rows).values_list("filing_id", "district__code")
    for pk, code in sites.order_by("-on_receipt", "name"):
        places.setdefault(pk, {}).setdefault(book.current(code), set()).add(code)
    for pk, districts in places.items():
        rows[pk].districts = "、".join(
            district_in_words(current, codes, book) for current, codes in districts.items()
        )


def district_in_words(current: str, codes: set[str], book: DistrictBook) -> str:
    """``两江新区（原江北区）`` when every site is still recorded under former names, else ``两江新区``."""
    name = book.by_code[current].name
    if current in codes:
        return name
    former = "、".join(book.by_code[code].name for code in sorted(codes))
    return _("%(new)s（原%(old)s）") % {"new": name, "old": former}


def _add_scope(rows: dict[int, Row], query: DirectoryQuery) -> None:
    """The scope in a few words, what was asked for first."""
    asked = {value.partition(":")[0] for value in query.occupation}
    scope: dict[int, list[tuple[bool, str, str, str]]] = {}
    items = ScopeItem.objects.filter(covers(query.day), filing__in=rows).values_list(
        "filing_id", "occupation__code", "occupation__name", "work_type__name", "level_id"
    )
    for pk, code, name, work_type, level in items.order_by("occupation__code", "work_type__name"):
        scope.setdefault(pk, []).append((code not in asked, code, work_type or name, level))
    for pk, found in scope.items():
        found.sort(key=lambda item: item[0])
        rows[pk].scope = scope_in_words([(name, level) for _asked, _code, name, level in found])


def _add_fees(rows: dict[int, Row], query: DirectoryQuery) -> None:
    """The lowest published fee for what was asked; none published is said in words (Art. 18)."""
    items = FeeItem.objects.filter(covers(query.day, "schedule__"), schedule__filing__in=rows)
    if query.level:
        items = items.filter(level__in=query.level)
    if query.occupation:
        items = items.filter(asked_occupations(query.occupation))
    lowest = dict(items.values_list("schedule__filing").annotate(lowest=Min("total_fen")).order_by())
    subject = levels_in_words(query.level) if len(query.level) == 1 else ""
    one_price = len(query.level) == 1 and len(query.occupation) == 1
    for pk, row in rows.items():
        if row.status not in _STANDING:
            continue
        row.fee = _("%(level)s收费：%(amount)s") % {"level": subject, "amount": money(lowest.get(pk))}
        if pk in lowest and not one_price:
            row.fee += _("起")


def asked_occupations(values: Iterable[str]) -> Q:
    """Rows about one of these occupations or work types (``code`` or ``code:key``); a row without a work
    type is about all of them."""
    wanted = Q(pk__in=[])
    for value in values:
        code, _colon, work_type = value.partition(":")
        one = Q(occupation__code=code)
        if work_type:
            one &= Q(work_type__isnull=True) | Q(work_type=int(work_type))
        wanted |= one
    return wanted


def _add_status(row: Row, day: dt.date) -> None:
    def track(name: str) -> list[tuple[str, Span]]:
        return [(value, span) for track, value, span in row.spans if track == name]

    terms = tuple(span for _value, span in track("term"))
    statuses = tuple(StatusSpan(FilingStatus(value), span) for value, span in track("status"))
    snapshot = FilingSnapshot(
        code=row.code,
        kind=RegulatedKind.THIRD_PARTY,
        audiences=frozenset(),
        areas=(),
        terms=terms,
        register_first_day=day,
        statuses=statuses,
        renewals=tuple(span for _value, span in track("renewal")),
    )
    status = status_on(snapshot, day)
    covered = {value for value, span in track("audience") if span.covers(day)}
    row.status = status.value
    row.audiences = "、".join(word for value, word in _AUDIENCE_WORDS.items() if value in covered)
    row.term = term_on(snapshot, day)
    row.when = when_in_words(snapshot, status, day)
