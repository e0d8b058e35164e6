"""What is searchable: each app declares its kinds, the search app reads the declarations (DESIGN: projection)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FilingFacets:
    """What the directory filters and counts for one filing.

    Everything holds on ``as_of``; ``stale_on`` is the first later day on which any of it changes by time
    alone (expiry, a scope item that begins or ends), so that an index knows when an entry must be made anew.
    ``scope`` holds (occupation code, work type id or None, level code): every item stands once with None, and once
    for each work type that it answers for. ``districts`` are those of the sites, an abolished one as its successor.
    ``texts`` are what the directory's free text looks through: a word is found when one of them contains it.
    """

    as_of: dt.date
    stale_on: dt.date | None
    status: str
    filing_kind: str
    audiences: tuple[str, ...]
    districts: tuple[str, ...]
    scope: tuple[tuple[str, int | None, str], ...]
    expires_on: dt.date | None
    filed_on: dt.date | None
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """One thing that can be found. ``kind`` and ``pk`` identify it; texts are plain, without markup.

    ``codes`` are exact codes that a query may name; ``names`` are former or other names;
    ``url`` is a path on this site; ``date`` is the day it counts from when sorting by time;
    ``access`` is ``public`` for everything that anybody may see.
    """

    kind: str
    pk: int
    title: str
    body: str
    url: str
    date: dt.date | None = None
    codes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    section: str = ""
    districts: tuple[str, ...] = ()
    occupations: tuple[str, ...] = ()
    status: str = ""
    access: str = "public"
    filing: FilingFacets | None = None


@dataclass(frozen=True, slots=True)
class SearchKind:
    """A kind of searchable thing.

    ``build(pks)`` yields the entries of those objects that may be found now; an object that is missing from
    the answer (deleted, unpublished) leaves the index. ``all_pks()`` yields every key for a rebuild.
    """

    kind: str
    label: str
    build: Callable[[Sequence[int]], Iterable[SearchEntry]]
    all_pks: Callable[[], Iterator[int]]


_kinds: dict[str, SearchKind] = {}


def declare(kind: SearchKind) -> None:
    """Declare a searchable kind (from an app's ``ready``)."""
    _kinds[kind.kind] = kind


def declared_kinds() -> dict[str, SearchKind]:
    """Return every declared kind by its name."""
    return dict(_kinds)
