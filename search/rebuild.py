"""Building the index anew beside the one that answers, and switching over in one step.

Changes made meanwhile go to the old index as ever and are held in the outbox; they are applied to the new one
under the batch lock just before the switch, so none is lost and nobody sees a half-filled index.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from portal.contracts.searchable import SearchKind, declared_kinds
from search.embedded import REBUILD_MEMORY, EmbeddedWriter
from search.engine import Key
from search.models import SearchOutbox
from search.pipeline import build, keep_failures
from search.store import batch_lock, new_folder, rebuild_lock, remove_others, switch_to

#: Objects built at a time: bounds the memory.
CHUNK = 200
_REBUILD_TIMEOUT = 2.0
_SWITCH_TIMEOUT = 120.0

Report = Callable[[str, int], None]
T = TypeVar("T")


def count_objects() -> int:
    """How many objects all kinds have, for a progress bar."""
    return sum(1 for kind in declared_kinds().values() for _pk in kind.all_pks())


def rebuild(root: Path, report: Report = lambda kind, count: None) -> int:
    """Build a new index and switch to it; return the number of entries written.

    ``report`` is told each kind and how many of its objects are done since the last call. Raises
    :class:`search.engine.IndexUnavailableError` when another rebuild is running or the folder cannot be written;
    the index that answers is then left as it is.
    """
    with rebuild_lock(root).held(_REBUILD_TIMEOUT):
        folder = new_folder(root)
        try:
            count = _fill_and_switch(folder, report)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        remove_others(folder)
    return count


def _fill_and_switch(folder: Path, report: Report) -> int:
    writer = EmbeddedWriter(folder, REBUILD_MEMORY)
    try:
        count = sum(_fill(writer, kind, report) for kind in declared_kinds().values())
        writer.commit()
        with batch_lock(folder.parent).held(_SWITCH_TIMEOUT):
            _catch_up(writer)
            writer.commit()
            switch_to(folder)
            SearchOutbox.objects.filter(held=True).delete()
    finally:
        writer.close()
    return count


def _fill(writer: EmbeddedWriter, kind: SearchKind, report: Report) -> int:
    count = 0
    for pks in in_chunks(kind.all_pks()):
        built = build(Key(kind.kind, pk) for pk in pks)
        writer.put_documents(built.documents.items())
        keep_failures(built)
        count += len(built.documents)
        report(kind.kind, len(pks))
    return count


def _catch_up(writer: EmbeddedWriter) -> None:
    """Apply what changed since the rebuild began; the rows stay for the ordinary way, which changes nothing."""
    rows = SearchOutbox.objects.values_list("kind", "object_pk").distinct().order_by()
    keys = [Key(kind, pk) for kind, pk in rows]
    for chunk in in_chunks(keys):
        built = build(chunk)
        writer.put_documents(built.documents.items())
        writer.remove(built.missing)


def in_chunks(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(itertools.islice(iterator, CHUNK)):
        yield chunk
