"""The directory of filings answered from the index: page, total and all facets in a few calls."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from dataclasses import replace

from django.utils import timezone
from tantivy import Order, Query

from portal.contracts.directory import FACETS, DirectoryQuery, DirectoryResult, directory_engine
from portal.register.services.lowest_fees import order_by_fee
from search.embedded import TermMaker, all_of, count_of
from search.engine import PUBLIC, IndexUnavailableError
from search.grams import substring_pairs
from search.layout import FACET_FIELDS, OCCUPATION_LEVEL, OCCUPATION_LEVELS, SORT_FIELDS
from search.normalise import compact
from search.outbox import age_of_oldest
from search.store import View, store

logger = logging.getLogger(__name__)

KIND = "institution"
#: A change older than this that is not in the index yet makes the index unfit: the database answers instead.
BEHIND_AFTER = dt.timedelta(seconds=3)
_MOST_VALUES = 60_000
_MOST_FILINGS = 1_000_000
_MOST_CACHED = 256
_MOST_WORDS = 12

Counts = dict[str, int]
Facets = dict[str, Counts]


class _FacetCache:
    """Facets of questions asked before, for the present state of the index only."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._stamp: tuple[str, int, int] | None = None
        self._facets: dict[DirectoryQuery, Facets] = {}
        self._oldest_stale: int | None = None
        self._stale_known = False

    def get(self, view: View, query: DirectoryQuery) -> Facets | None:
        with self._lock:
            self._renew(view)
            return self._facets.get(query)

    def put(self, view: View, query: DirectoryQuery, facets: Facets) -> None:
        with self._lock:
            self._renew(view)
            if len(self._facets) >= _MOST_CACHED:
                self._facets.pop(next(iter(self._facets)))
            self._facets[query] = facets

    def first_stale_day(self, view: View, make: TermMaker) -> int | None:
        """The first day on which an entry is wrong through time alone, as an ordinal; None when never."""
        with self._lock:
            self._renew(view)
            if not self._stale_known:
                lowest = {"lowest": {"min": {"field": "stale_on"}}}
                value = view.searcher.aggregate(make.term("kind", KIND), lowest)["lowest"]["value"]
                self._oldest_stale = None if value is None else int(value)
                self._stale_known = True
            return self._oldest_stale

    def _renew(self, view: View) -> None:
        if self._stamp != view.stamp:
            self._stamp = view.stamp
            self._facets = {}
            self._stale_known = False


_cache = _FacetCache()


class IndexDirectory:
    """Implements :class:`portal.contracts.directory.DirectoryEngine` over the institutions of the index."""

    name = "index"

    def __init__(self) -> None:
        self.store = store()
        self.make = TermMaker()

    def fit_for(self, day: dt.date) -> bool:
        """Only for today, and only when the index shows every change but those of the last moments."""
        if day != timezone.localdate():
            return False
        try:
            stale = self.store.read(lambda view: _cache.first_stale_day(view, self.make))
        except IndexUnavailableError:
            return False
        if stale is not None and stale <= day.toordinal():
            return False
        return age_of_oldest(KIND) < BEHIND_AFTER

    def search(self, query: DirectoryQuery) -> DirectoryResult:
        """Answer a question. When the index fails on the way, whoever is fit then answers, marked degraded."""
        try:
            return self.store.read(lambda view: self._search(view, query))
        except IndexUnavailableError:
            logger.exception("the directory's index failed; another engine answers")
            engine, _passed_over = directory_engine(query.day)
            return replace(engine.search(query), degraded=True)

    def _search(self, view: View, query: DirectoryQuery) -> DirectoryResult:
        condition = _Condition(query, self.make)
        pks, total = self._page(view, query, condition.query())
        question = replace(query, sort="relevance", offset=0, limit=0)
        facets = _cache.get(view, question)
        if facets is None:
            facets = _facets(view, query, condition, self.make)
            _cache.put(view, question, facets)
        counts = {facet: dict(values) for facet, values in facets.items()}
        return DirectoryResult(pks, total, counts, engine=self.name)

    def _page(self, view: View, query: DirectoryQuery, condition: Query) -> tuple[tuple[int, ...], int]:
        by_fee = query.sort == "fee"
        limit, offset = (_MOST_FILINGS, 0) if by_fee else (max(query.limit, 1), query.offset)
        if by_fee:
            limit = max(count_of(view.searcher.search(condition, limit=1)), 1)
        field = SORT_FIELDS["name" if by_fee else query.sort]
        found = view.searcher.search(
            condition, limit=limit, offset=offset, order_by_field=field, order=Order.Asc
        )
        values = view.searcher.fast_field_values("pk", [address for _key, address in found.hits])
        pks = [int(value) for value in values if value is not None]
        if by_fee:
            pks = order_by_fee(pks, query)[query.offset :]
        return tuple(pks[: query.limit]), count_of(found)


class _Condition:
    """A question as conditions on entries, one for each facet, so that one can be left out."""

    def __init__(self, query: DirectoryQuery, make: TermMaker) -> None:
        self.asked = query
        self.make = make
        self.base = [make.term("kind", KIND), make.any_of("access", PUBLIC), *self._words()]
        self.by_facet = {
            facet: make.any_of(FACET_FIELDS[facet], values)
            for facet in ("district", "status", "kind", "audience")
            if (values := getattr(query, facet))
        }

    def query(self, leave_out: str = "") -> Query:
        """Filings that match all but one facet."""
        rest = [condition for facet, condition in self.by_facet.items() if facet != leave_out]
        return all_of([*self.base, *rest, *self._scope(leave_out)])

    def _scope(self, leave_out: str) -> list[Query]:
        """Occupation and level must hold for the same scope item."""
        occupations = () if leave_out == "occupation" else self.asked.occupation
        levels = () if leave_out == "level" else self.asked.level
        if occupations and levels:
            both = [f"{occupation}|{level}" for occupation in occupations for level in levels]
            return [self.make.any_of(OCCUPATION_LEVEL, both)]
        if occupations:
            return [self.make.any_of(FACET_FIELDS["occupation"], occupations)]
        return [self.make.any_of(FACET_FIELDS["level"], levels)] if levels else []

    def _words(self) -> list[Query]:
        """Each word must be contained in one of the filing's texts."""
        words = [compact(word) for word in self.asked.q.split()[:_MOST_WORDS]]
        return [self._word(word) for word in dict.fromkeys(words) if word]

    def _word(self, word: str) -> Query:
        if len(word) == 1:
            return self.make.term("d_single", word)
        return self.make.phrase("d_pairs", substring_pairs(word))


def _facets(view: View, query: DirectoryQuery, condition: _Condition, make: TermMaker) -> Facets:
    """Counts of all facets: one call for those without a choice, one for each of the others."""
    chosen = [facet for facet in FACETS if getattr(query, facet)]
    free = [facet for facet in FACETS if facet not in chosen]
    counts = _counts(view, condition.query(), free, query)
    for facet in chosen:
        counts |= _counts(view, condition.query(facet), [facet], query)
    if query.occupation:
        known = (
            counts["level"]
            if "level" in chosen
            else _counts(view, condition.query(), ["level"], query)["level"]
        )
        counts["level"] = _levels_of_occupations(view, query, condition.query("level"), tuple(known), make)
    return {facet: counts[facet] for facet in FACETS}


def _counts(view: View, condition: Query, facets: list[str], query: DirectoryQuery) -> Facets:
    if not facets:
        return {}
    fields = {facet: FACET_FIELDS[facet] for facet in facets}
    if "occupation" in fields and query.level:
        fields["occupation"] = OCCUPATION_LEVELS
    wanted = {
        facet: {"terms": {"field": field, "size": _MOST_VALUES, "segment_size": _MOST_VALUES}}
        for facet, field in fields.items()
    }
    answer = view.searcher.aggregate(condition, wanted)
    counts = {
        facet: {str(b["key"]): int(b["doc_count"]) for b in answer[facet]["buckets"]} for facet in facets
    }
    if fields.get("occupation") == OCCUPATION_LEVELS:
        counts["occupation"] = _with_levels(counts["occupation"], set(query.level))
    return counts


def _with_levels(tokens: Counts, levels: set[str]) -> Counts:
    """Counts of occupations among tokens ``occupation|levels`` that have one of the levels."""
    counts: Counts = {}
    for token, number in tokens.items():
        occupation, _bar, held = token.rpartition("|")
        if not levels.isdisjoint(held):
            counts[occupation] = counts.get(occupation, 0) + number
    return counts


def _levels_of_occupations(
    view: View, query: DirectoryQuery, condition: Query, levels: tuple[str, ...], make: TermMaker
) -> Counts:
    """How many filings hold each level for one of the chosen occupations."""
    counts: Counts = {}
    for level in levels:
        pairs = [f"{occupation}|{level}" for occupation in query.occupation]
        found = view.searcher.search(all_of([condition, make.any_of(OCCUPATION_LEVEL, pairs)]), limit=1)
        number = count_of(found)
        if number:
            counts[level] = number
    return counts
