"""Whether the index says what the database says."""

from __future__ import annotations

from dataclasses import dataclass

from portal.contracts.searchable import declared_kinds
from search.embedded import EmbeddedReader
from search.engine import Key
from search.layout import digest_of
from search.rebuild import in_chunks
from search.store import Store


@dataclass(frozen=True, slots=True)
class Comparison:
    """Entries that the index lacks, has beyond the database, or has otherwise than the database."""

    missing: tuple[Key, ...]
    surplus: tuple[Key, ...]
    different: tuple[Key, ...]
    compared: int

    @property
    def is_clean(self) -> bool:
        """Whether index and database say the same."""
        return not (self.missing or self.surplus or self.different)


def compare(store: Store) -> Comparison:
    """Build every entry from the database and compare it with the index.

    Raises :class:`search.engine.IndexUnavailableError`.
    """
    indexed = EmbeddedReader(store).digests()
    missing: list[Key] = []
    different: list[Key] = []
    seen: set[Key] = set()
    for kind in declared_kinds().values():
        for pks in in_chunks(kind.all_pks()):
            for entry in kind.build(pks):
                key = Key(entry.kind, entry.pk)
                seen.add(key)
                if key not in indexed:
                    missing.append(key)
                elif indexed[key] != digest_of(entry):
                    different.append(key)
    surplus = tuple(key for key in indexed if key not in seen)
    return Comparison(tuple(missing), surplus, tuple(different), len(seen))
