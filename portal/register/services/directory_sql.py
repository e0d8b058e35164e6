"""The directory answered from the database: right on any day, slower than an index."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, cast

from django.db.models import Case, Count, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When

from portal.contracts.directory import FACETS, DirectoryQuery, DirectoryResult
from portal.register.districts import DistrictBook
from portal.register.models import Filing, FilingSpan, ScopeItem, Site, WorkType
from portal.register.services.lowest_fees import order_by_fee
from portal.register.status_sql import covers, publicly_known
from portal.regulation.status import FilingStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from portal.register.status_sql import FilingWithStatus

STATUS_ORDER = {
    FilingStatus.ACTIVE.value: 0,
    FilingStatus.RECTIFICATION.value: 1,
    FilingStatus.RENEWAL_PENDING.value: 2,
    FilingStatus.EXPIRED.value: 3,
    FilingStatus.DEREGISTERED.value: 4,
}


class SqlDirectory:
    """Answers from the tables of the register."""

    name = "database"

    def fit_for(self, day: dt.date) -> bool:
        """The database can always answer."""
        return True

    def search(self, query: DirectoryQuery) -> DirectoryResult:
        """Answer with one query for the page, one for the total and one or two a facet."""
        book = DistrictBook.on(query.day)
        matching = _Matching(query, book)
        filings = matching.filings()
        facets = {facet: matching.count(facet) for facet in FACETS}
        return DirectoryResult(_page(filings, query), filings.count(), facets, engine=self.name)


class _Matching:
    """The filings that match a question, with one facet left out where its values are counted."""

    def __init__(self, query: DirectoryQuery, book: DistrictBook) -> None:
        self.query = query
        self.book = book

    def filings(self, leave_out: str = "") -> QuerySet[FilingWithStatus]:
        """Filings that match all but one facet."""
        found = publicly_known(Filing.objects.all(), self.query.day)
        for facet in ("district", "status", "kind", "audience"):
            values = getattr(self.query, facet)
            if values and facet != leave_out:
                found = getattr(self, f"_{facet}")(found, values)
        found = self._scope(found, leave_out)
        return self._text(found)

    def _district(
        self, found: QuerySet[FilingWithStatus], values: tuple[str, ...]
    ) -> QuerySet[FilingWithStatus]:
        codes = {code for value in values for code in self.book.standing_for(value)}
        sites = Site.objects.filter(covers(self.query.day), district__code__in=codes)
        return found.filter(pk__in=sites.values("filing"))

    def _status(
        self, found: QuerySet[FilingWithStatus], values: tuple[str, ...]
    ) -> QuerySet[FilingWithStatus]:
        return found.filter(public_status__in=values)

    def _kind(self, found: QuerySet[FilingWithStatus], values: tuple[str, ...]) -> QuerySet[FilingWithStatus]:
        return found.filter(kind__in=values)

    def _audience(
        self, found: QuerySet[FilingWithStatus], values: tuple[str, ...]
    ) -> QuerySet[FilingWithStatus]:
        spans = FilingSpan.objects.filter(covers(self.query.day), track="audience", value__in=values)
        return found.filter(pk__in=spans.values("filing"))

    def scope_items(self, leave_out: str = "") -> QuerySet[ScopeItem]:
        """Scope items of the day that match the occupations and levels asked for, each by the same item."""
        items = ScopeItem.objects.filter(covers(self.query.day))
        if self.query.level and leave_out != "level":
            items = items.filter(level__in=self.query.level)
        if self.query.occupation and leave_out != "occupation":
            wanted = Q(pk__in=[])
            for value in self.query.occupation:
                code, _, work_type = value.partition(":")
                one = Q(occupation__code=code)
                if work_type:
                    one &= Q(work_type__isnull=True) | Q(work_type=int(work_type))
                wanted |= one
            items = items.filter(wanted)
        return items

    def _scope(self, found: QuerySet[FilingWithStatus], leave_out: str) -> QuerySet[FilingWithStatus]:
        asked = (self.query.occupation and leave_out != "occupation") or (
            self.query.level and leave_out != "level"
        )
        return found.filter(pk__in=self.scope_items(leave_out).values("filing")) if asked else found

    def _text(self, found: QuerySet[FilingWithStatus]) -> QuerySet[FilingWithStatus]:
        for word in self.query.q.split():
            in_scope = ScopeItem.objects.filter(covers(self.query.day)).filter(
                Q(occupation__code__icontains=word)
                | Q(occupation__name__icontains=word)
                | Q(occupation__former_codes__code__icontains=word)
                | Q(occupation__former_codes__name__icontains=word)
                | Q(work_type__name__icontains=word)
            )
            districts = self.book.named(word)
            in_site = Site.objects.filter(covers(self.query.day)).filter(
                Q(address__icontains=word) | Q(district__code__in=districts)
            )
            found = found.filter(
                Q(code__icontains=word)
                | Q(institution__social_credit_code__icontains=word)
                | Q(institution__name__icontains=word)
                | Q(institution__names__name__icontains=word)
                | Q(pk__in=in_scope.values("filing"))
                | Q(pk__in=in_site.values("filing"))
            ).distinct()
        return found

    def count(self, facet: str) -> dict[str, int]:
        """How many filings each value of a facet would leave."""
        filings = self.filings(leave_out=facet)
        counts: dict[str, int] = getattr(self, f"_count_{facet}")(filings)
        return {value: number for value, number in counts.items() if number}

    def _count_status(self, filings: QuerySet[FilingWithStatus]) -> dict[str, int]:
        return dict(filings.values_list("public_status").annotate(n=Count("pk", distinct=True)).order_by())

    def _count_kind(self, filings: QuerySet[FilingWithStatus]) -> dict[str, int]:
        return dict(filings.values_list("kind").annotate(n=Count("pk", distinct=True)).order_by())

    def _count_audience(self, filings: QuerySet[FilingWithStatus]) -> dict[str, int]:
        spans = FilingSpan.objects.filter(
            covers(self.query.day), track="audience", filing__in=filings.values("pk")
        )
        return dict(spans.values_list("value").annotate(n=Count("filing", distinct=True)).order_by())

    def _count_district(self, filings: QuerySet[FilingWithStatus]) -> dict[str, int]:
        sites = Site.objects.filter(covers(self.query.day), filing__in=filings.values("pk"))
        pairs = sites.values_list("filing", "district__code").distinct().order_by()
        return Counter(
            code for _filing, code in {(filing, self.book.current(code)) for filing, code in pairs}
        )

    def _count_level(self, filings: QuerySet[FilingWithStatus]) -> dict[str, int]:
        items = self.scope_items("level").filter(filing__in=filings.values("pk"))
        return dict(items.values_list("level").annotate(n=Count("filing", distinct=True)).order_by())

    def _count_occupation(self, filings: QuerySet[FilingWithStatus]) -> dict[str, int]:
        items = self.scope_items("occupation").filter(filing__in=filings.values("pk"))
        counts: dict[str, int] = dict(
            items.values_list("occupation__code").annotate(n=Count("filing", distinct=True)).order_by()
        )
        for value, filings_of_value in self._filings_by_work_type(items).items():
            counts[value] = len(filings_of_value)
        return counts

    def _filings_by_work_type(self, items: QuerySet[ScopeItem]) -> dict[str, set[int]]:
        """Filings for each work type, those filed for its whole occupation included.

        Counted here: the join that a database would need for it grows with items times work types.
        """
        work_types: dict[int, list[tuple[int, str]]] = {}
        for pk, occupation, code in WorkType.objects.values_list("pk", "occupation", "occupation__code"):
            work_types.setdefault(occupation, []).append((pk, f"{code}:{pk}"))
        found: dict[str, set[int]] = {}
        columns = items.filter(occupation__in=work_types).values_list("filing", "occupation", "work_type")
        rows = cast("Iterator[tuple[int, int, int | None]]", columns.distinct().order_by().iterator(5000))
        for filing, occupation, work_type in rows:
            for pk, value in work_types[occupation]:
                if work_type in (None, pk):
                    found.setdefault(value, set()).add(filing)
        return found


def _page(filings: QuerySet[FilingWithStatus], query: DirectoryQuery) -> tuple[int, ...]:
    window = slice(query.offset, query.offset + query.limit)
    if query.sort == "fee":
        ordered = filings.order_by("institution__name", "code").values_list("pk", flat=True)
        return tuple(order_by_fee(list(dict.fromkeys(ordered)), query)[window])
    return tuple(_sorted(filings, query).values_list("pk", flat=True)[window])


def _sorted(filings: QuerySet[FilingWithStatus], query: DirectoryQuery) -> QuerySet[FilingWithStatus]:
    if query.sort == "name":
        return filings.order_by("institution__name", "code")
    if query.sort == "filed":
        return filings.order_by("-filed_on", "code")
    if query.sort == "expiry":
        terms = FilingSpan.objects.filter(filing=OuterRef("pk"), track="term").order_by("-last_day")
        return filings.annotate(expires_on=Subquery(terms.values("last_day")[:1])).order_by(
            "expires_on", "code"
        )
    rank = Case(
        *[When(public_status=status, then=Value(place)) for status, place in STATUS_ORDER.items()],
        default=Value(9),
        output_field=IntegerField(),
    )
    return filings.annotate(status_rank=rank).order_by("status_rank", "institution__name", "code")
