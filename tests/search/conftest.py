"""An index of its own for each test, and a kind of searchable thing that needs no tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from portal.contracts import searchable
from portal.contracts.searchable import SearchEntry, SearchKind
from search.rebuild import rebuild
from search.store import Store, store

TODAY = dt.date(2026, 11, 22)


class Things:
    """Searchable things in a dictionary. ``broken`` keys raise when they are built."""

    kind = "thing"

    def __init__(self) -> None:
        self.entries: dict[int, SearchEntry] = {}
        self.broken: set[int] = set()

    def put(self, pk: int, title: str, body: str = "", **more: Any) -> SearchEntry:
        """Add or replace one."""
        entry = SearchEntry(self.kind, pk, title, body, f"/things/{pk}/", **more)
        self.entries[pk] = entry
        return entry

    def build(self, pks: Sequence[int]) -> Iterable[SearchEntry]:
        """Entries of those that are there."""
        for pk in pks:
            if pk in self.broken:
                raise ValueError(f"thing {pk} cannot be built")
            if pk in self.entries:
                yield self.entries[pk]

    def all_pks(self) -> Iterator[int]:
        """Keys of all."""
        yield from list(self.entries)

    def declaration(self) -> SearchKind:
        """The kind as an app would declare it."""
        return SearchKind(self.kind, "东西", self.build, self.all_pks)


@pytest.fixture
def index(settings: Any, tmp_path: Path) -> Store:
    """An empty folder for an index of this test's own; nothing is built yet."""
    settings.INDEX_DIR = tmp_path / "index"
    return store()


@pytest.fixture
def things(monkeypatch: pytest.MonkeyPatch) -> Things:
    """The only declared kind during the test."""
    made = Things()
    monkeypatch.setattr(searchable, "_kinds", {made.kind: made.declaration()})
    return made


@pytest.fixture
def built(index: Store, things: Things, db: None) -> Store:
    """An index that has been built, of no things."""
    rebuild(index.root)
    return index
