"""What a search engine has to offer: questions, answers, and the two sides that carry them.

The embedded engine is in :mod:`search.embedded`. A second engine implements the same two protocols over the
same entries (:class:`portal.contracts.searchable.SearchEntry`) and the same parsed queries.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from portal.contracts.searchable import SearchEntry
from search.grams import ParsedQuery

PUBLIC = ("public",)
#: Nobody reads further; a page beyond this is answered with the last one that exists.
DEEPEST_HIT = 10_000


class IndexUnavailableError(Exception):
    """There is no index, it cannot be read, or it was made by another version of the program."""


@dataclass(frozen=True, slots=True)
class Key:
    """Identity of an entry."""

    kind: str
    pk: int

    def __str__(self) -> str:
        return f"{self.kind}:{self.pk}"


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question to the whole index. Only entries whose ``access`` is listed can be found or counted."""

    query: ParsedQuery
    today: dt.date
    kinds: tuple[str, ...] = ()
    access: tuple[str, ...] = PUBLIC
    sort: Literal["relevance", "newest"] = "relevance"
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found, as it stood when it was indexed."""

    kind: str
    pk: int
    title: str
    body: str
    url: str
    date: dt.date | None = None
    section: str = ""
    status: str = ""
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """A page of hits, how many there are in all, and how many of each kind whatever kind was asked for."""

    hits: tuple[Hit, ...]
    total: int
    kinds: dict[str, int] = field(default_factory=dict)


class SearchReader(Protocol):
    """The side that answers; safe to use from several threads. Raises :class:`IndexUnavailableError`."""

    def search(self, request: SearchRequest) -> SearchAnswer:
        """Answer a question."""
        ...

    def count(self, query: ParsedQuery, access: tuple[str, ...] = PUBLIC) -> int:
        """How many entries a query finds."""
        ...

    def with_code(self, code: str, access: tuple[str, ...] = PUBLIC) -> tuple[Hit, ...]:
        """Entries that bear this code, in its compact form (:func:`search.normalise.compact`)."""
        ...

    def near(self, query: ParsedQuery, access: tuple[str, ...] = PUBLIC) -> tuple[Hit, ...]:
        """A few entries whose name or code is nearly what was asked for."""
        ...


class SearchWriter(Protocol):
    """The side that writes; one at a time."""

    def put(self, entries: Iterable[SearchEntry]) -> None:
        """Add entries, each in place of an earlier one with its key."""
        ...

    def remove(self, keys: Iterable[Key]) -> None:
        """Take entries out; a key that is not there is no error."""
        ...

    def commit(self) -> None:
        """Make everything since the last commit durable and visible, all at once."""
        ...
