"""The embedded engine: tantivy over a folder."""

from __future__ import annotations

import contextlib
import datetime as dt
import math
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import tantivy
from tantivy import FieldType, Occur, Order, Query

from portal.contracts.searchable import SearchEntry
from search.engine import DEEPEST_HIT, PUBLIC, Hit, IndexUnavailableError, Key, SearchAnswer, SearchRequest
from search.grams import ParsedQuery, Term, pairs, runs
from search.layout import document_of, hit_of, key_and_digest, schema
from search.store import Store, View, engine_errors

# What counts how much, against the frequency score of the text itself.
_TITLE_PHRASE = 8.0
_TITLE_TERM = 2.0
_NAME_PHRASE = 5.0
_BODY_PHRASE = 1.5
_EXACT_CODE = 60.0
_ACTIVE = 1.0
#: Days → what an entry not older than that gains.
_FRESHNESS = ((90, 0.6), (365, 0.4), (3 * 365, 0.2))

_SHORTEST_CODE = 3
_SHORTEST_NEAR_CODE = 6
_NEAR = 5
_MOST_KINDS = 100
_BATCH = 1000
#: Bytes of memory for a writer; more makes fewer, larger segments.
WRITER_MEMORY = 24_000_000
REBUILD_MEMORY = 96_000_000


class TermMaker:
    """Makes queries; thin, so that their structure reads as one thing."""

    def __init__(self) -> None:
        self.schema = schema()

    def term(self, field: str, value: str) -> Query:
        """Entries with this token."""
        return Query.term_query(self.schema, field, value, "basic")

    def any_of(self, field: str, values: Iterable[str]) -> Query:
        """Entries with one of these tokens."""
        return Query.term_set_query(self.schema, field, list(values))

    def phrase(self, field: str, tokens: Sequence[str]) -> Query:
        """Entries with these tokens side by side."""
        if len(tokens) == 1:
            return self.term(field, tokens[0])
        return Query.phrase_query(self.schema, field, list(tokens))

    def between(self, field: str, low: int | None, high: int | None) -> Query:
        """Entries whose number lies in a range, its ends included."""
        return Query.range_query(self.schema, field, FieldType.Integer, low, high)


def all_of(queries: Iterable[Query]) -> Query:
    """Entries that match every one of these."""
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def one_of(queries: Iterable[Query]) -> Query:
    """Entries that match at least one of these."""
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def unscored(query: Query) -> Query:
    """A condition without weight in the ranking."""
    return Query.const_score_query(query, 0.0)


class QueryBuilder(TermMaker):
    """From a parsed query to what the index is asked."""

    def matching(self, query: ParsedQuery, access: tuple[str, ...]) -> Query:
        """Entries in which every term is found, among those that may be seen."""
        visible = unscored(self.any_of("access", access))
        conditions = [condition for term in query.terms for condition in self._term_conditions(term)]
        if not conditions:
            return Query.empty_query()
        texts = all_of(conditions)
        if len(query.code) >= _SHORTEST_CODE:
            texts = one_of([texts, self.term("code_prefix", query.code)])
        return all_of([visible, texts])

    def ranked(self, query: ParsedQuery, access: tuple[str, ...], today: dt.date) -> Query:
        """The same entries, with everything that moves one up."""
        boosts = [boost for term in query.terms for boost in self._term_boosts(term)]
        boosts.append(self._boost(self.term("status", "active"), _ACTIVE))
        for days, gain in _FRESHNESS:
            boosts.append(self._boost(self.between("date", today.toordinal() - days, None), gain))
        if query.code:
            boosts.append(self._boost(self.term("code", query.code), _EXACT_CODE))
        must = [(Occur.Must, self.matching(query, access))]
        return Query.boolean_query([*must, *[(Occur.Should, boost) for boost in boosts]])

    def nearly(self, query: ParsedQuery, access: tuple[str, ...]) -> Query:
        """Entries whose title or name shares at least half of the query's pairs, or whose code is two letters off."""
        tokens = list(
            dict.fromkeys(token for term in query.terms for run in runs(term.text) for token in pairs(run))
        )
        shared = [(Occur.Should, one_of([self.term("title", t), self.term("names", t)])) for t in tokens]
        near = [Query.boolean_query(shared, math.ceil(len(tokens) / 2))] if len(tokens) > 1 else []
        if len(query.code) >= _SHORTEST_NEAR_CODE and any(character.isdigit() for character in query.code):
            near.append(
                Query.boost_query(Query.fuzzy_term_query(self.schema, "code", query.code, distance=2), 20.0)
            )
        if not near:
            return Query.empty_query()
        return all_of([unscored(self.any_of("access", access)), one_of(near)])

    def _term_conditions(self, term: Term) -> Iterator[Query]:
        for token in dict.fromkeys(term.tokens):
            yield self.term("text", token)
        for character in dict.fromkeys(term.singles):
            yield self.term("text_single", character)

    def _term_boosts(self, term: Term) -> Iterator[Query]:
        tokens = list(term.tokens)
        if tokens:
            yield self._boost(self.phrase("title", tokens), _TITLE_PHRASE)
            yield self._boost(self.phrase("names", tokens), _NAME_PHRASE)
            for token in dict.fromkeys(tokens) if len(tokens) > 1 else ():
                yield Query.boost_query(self.term("title", token), _TITLE_TERM)
        if len(tokens) > 1:
            yield self._boost(self.phrase("text", tokens), _BODY_PHRASE)
        for character in term.singles:
            yield self._boost(self.term("title_single", character), _TITLE_TERM)

    @staticmethod
    def _boost(query: Query, gain: float) -> Query:
        return Query.const_score_query(query, gain)


class EmbeddedReader:
    """Answers from the current index folder. Implements :class:`search.engine.SearchReader`."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.make = QueryBuilder()

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer a question: one aggregation for the kinds and one search for the page."""
        return self.store.read(lambda view: self._search(view, request))

    def _search(self, view: View, request: SearchRequest) -> SearchAnswer:
        matching = self.make.matching(request.query, request.access)
        terms = {"kind": {"terms": {"field": "kind", "size": _MOST_KINDS}}}
        buckets = view.searcher.aggregate(matching, terms)["kind"]["buckets"]
        kinds = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in buckets}
        total = sum(n for kind, n in kinds.items() if not request.kinds or kind in request.kinds)
        offset = min(request.offset, DEEPEST_HIT)
        if offset >= total:
            return SearchAnswer((), total, kinds)
        query = self.make.ranked(request.query, request.access, request.today)
        if request.kinds:
            query = all_of([query, unscored(self.make.any_of("kind", request.kinds))])
        field = "date" if request.sort == "newest" else None
        found = view.searcher.search(
            query, limit=request.limit, offset=offset, count=False, order_by_field=field, order=Order.Desc
        )
        return SearchAnswer(tuple(_hits(view, found)), total, kinds)

    def count(self, query: ParsedQuery, access: tuple[str, ...] = PUBLIC) -> int:
        """How many entries a query finds."""
        matching = self.make.matching(query, access)
        return self.store.read(lambda view: count_of(view.searcher.search(matching, limit=1)))

    def with_code(self, code: str, access: tuple[str, ...] = PUBLIC) -> tuple[Hit, ...]:
        """Entries that bear this code in its compact form; at most five."""
        query = all_of([self.make.term("code", code), self.make.any_of("access", access)])
        return self._few(query) if code else ()

    def near(self, query: ParsedQuery, access: tuple[str, ...] = PUBLIC) -> tuple[Hit, ...]:
        """Up to five entries whose name or code is nearly what was asked for."""
        return self._few(self.make.nearly(query, access))

    def _few(self, query: Query) -> tuple[Hit, ...]:
        return self.store.read(
            lambda view: tuple(_hits(view, view.searcher.search(query, limit=_NEAR, count=False)))
        )

    def stale(self, day: dt.date, limit: int = _BATCH) -> tuple[Key, ...]:
        """Entries that time alone has made wrong by that day."""
        return self.store.read(
            lambda view: tuple(
                key_and_digest(view.searcher.doc(address))[0]
                for _score, address in view.searcher.search(
                    self.make.between("stale_on", None, day.toordinal()), limit=limit, count=False
                ).hits
            )
        )

    def digests(self) -> dict[Key, str]:
        """Every entry with the mark of its content, for a comparison with the database."""

        def collect(view: View) -> dict[Key, str]:
            found: dict[Key, str] = {}
            for offset in range(0, int(view.searcher.num_docs), _BATCH):
                page = view.searcher.search(Query.all_query(), limit=_BATCH, offset=offset, count=False)
                found.update(key_and_digest(view.searcher.doc(address)) for _score, address in page.hits)
            return found

        return self.store.read(collect)


def count_of(found: tantivy.SearchResult) -> int:
    """How many entries matched, beyond the page too."""
    # Missing from the package's type information.
    return int(found.count)  # type: ignore[attr-defined]


def _hits(view: View, found: tantivy.SearchResult) -> Iterator[Hit]:
    for _score, address in found.hits:
        yield hit_of(view.searcher.doc(address))


class EmbeddedWriter:
    """Writes one index folder. Implements :class:`search.engine.SearchWriter`."""

    def __init__(self, folder: Path, memory: int = WRITER_MEMORY) -> None:
        self.folder = folder
        with engine_errors():
            self._index = tantivy.Index(schema(), str(folder), reuse=True)
            self._writer = self._index.writer(memory, 1)

    def put(self, entries: Iterable[SearchEntry]) -> None:
        """Add entries, each in place of an earlier one with its key."""
        self.put_documents((Key(entry.kind, entry.pk), document_of(entry)) for entry in entries)

    def put_documents(self, documents: Iterable[tuple[Key, tantivy.Document]]) -> None:
        """Add documents already made."""
        with engine_errors():
            for key, document in documents:
                self._writer.delete_documents_by_term("id", str(key))
                self._writer.add_document(document)

    def remove(self, keys: Iterable[Key]) -> None:
        """Take entries out; a key that is not there is no error."""
        with engine_errors():
            for key in keys:
                self._writer.delete_documents_by_term("id", str(key))

    def commit(self) -> None:
        """Make everything since the last commit durable and visible, all at once."""
        with engine_errors():
            self._writer.commit()

    def close(self) -> None:
        """Finish merges and free the folder; what was not committed is dropped."""
        # After a rebuild the folder may be gone already: nothing is left to finish then.
        if (self.folder / "meta.json").exists():
            with contextlib.suppress(IndexUnavailableError), engine_errors():
                self._writer.wait_merging_threads()
