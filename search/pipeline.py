"""From the outbox to the index, in batches, so that nothing is lost and nothing withdrawn comes back.

One batch: read due rows, build the entries of their objects as they stand now, write, commit, and only then
take the rows off the outbox. A crash at any point leaves rows that are done again, which changes nothing.
The whole batch runs under a lock between processes, so entries are never built from an older state than the
one already indexed: a late write cannot bring back what was withdrawn.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import tantivy
from django.db import InterfaceError, OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from portal.contracts.searchable import SearchEntry, SearchKind, declared_kinds
from search.embedded import EmbeddedReader, EmbeddedWriter
from search.engine import IndexUnavailableError, Key
from search.layout import document_of
from search.models import SearchOutbox
from search.store import Store, batch_lock, current_folder, is_rebuilding

logger = logging.getLogger(__name__)

BATCH = 500
#: Seconds to wait for another process's batch.
_LOCK_TIMEOUT = 30.0
_LONGEST_PAUSE = dt.timedelta(minutes=10)
_ERROR_LENGTH = 2000


@dataclass
class Built:
    """What building brought: documents, keys that have no entry, and what went wrong, by key."""

    documents: dict[Key, tantivy.Document] = field(default_factory=dict)
    missing: list[Key] = field(default_factory=list)
    failed: dict[Key, str] = field(default_factory=dict)


def build(keys: Iterable[Key]) -> Built:
    """Build the documents of these objects; one that fails is set apart and does not stop the others.

    Raises the database's own errors of connection: they are nobody's fault in particular.
    """
    built = Built()
    by_kind: dict[str, list[int]] = {}
    for key in keys:
        by_kind.setdefault(key.kind, []).append(key.pk)
    kinds = declared_kinds()
    for name, pks in by_kind.items():
        kind = kinds.get(name)
        if kind is None:
            built.missing += [Key(name, pk) for pk in pks]
        else:
            _build_kind(kind, pks, built)
    return built


def _build_kind(kind: SearchKind, pks: Sequence[int], built: Built) -> None:
    try:
        found = dict(_documents(kind.build(pks)))
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if len(pks) == 1:
            logger.exception("cannot build the search entry %s:%s", kind.kind, pks[0])
            built.failed[Key(kind.kind, pks[0])] = repr(error)[:_ERROR_LENGTH]
            return
        for pk in pks:
            _build_kind(kind, [pk], built)
        return
    built.documents.update(found)
    built.missing += [key for pk in pks if (key := Key(kind.kind, pk)) not in found]


def _documents(entries: Iterable[SearchEntry]) -> Iterator[tuple[Key, tantivy.Document]]:
    for entry in entries:
        yield Key(entry.kind, entry.pk), document_of(entry)


def keep_failures(built: Built) -> None:
    """Write an outbox row for each object that could not be built, so that it is tried again."""
    for key, error in built.failed.items():
        SearchOutbox.objects.create(kind=key.kind, object_pk=key.pk, error=error)


class Pipeline:
    """Keeps a writer open on the current index and applies changes to it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._writer: EmbeddedWriter | None = None

    def drain(self, limit: int = BATCH) -> int:
        """Apply one batch of the outbox; return how many rows were taken up, failed ones included.

        Raises :class:`search.engine.IndexUnavailableError` when the index cannot be written: all rows stay.
        """
        if not due_rows().exists():
            return 0
        with batch_lock(self.store.root).held(_LOCK_TIMEOUT):
            rows = list(due_rows()[:limit])
            built = self._apply(Key(row.kind, row.object_pk) for row in rows)
            self._take_off(rows, built)
        return len(rows)

    def refresh_stale(self, day: dt.date) -> tuple[Key, ...]:
        """Make those entries anew that time alone has made wrong by that day; return which."""
        keys = EmbeddedReader(self.store).stale(day)
        if keys:
            with batch_lock(self.store.root).held(_LOCK_TIMEOUT):
                built = self._apply(keys)
            keep_failures(built)
        return keys

    def close(self) -> None:
        """Close the writer."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()

    def _apply(self, keys: Iterable[Key]) -> Built:
        built = build(dict.fromkeys(keys))
        writer = self._current_writer()
        try:
            writer.put_documents(built.documents.items())
            writer.remove(built.missing)
            writer.commit()
        except IndexUnavailableError:
            # A writer that has failed is of no more use; the next batch opens another.
            self._writer = None
            raise
        return built

    def _current_writer(self) -> EmbeddedWriter:
        folder = current_folder(self.store.root)
        if self._writer is not None and self._writer.folder != folder:
            self.close()
        if self._writer is None:
            self._writer = EmbeddedWriter(folder)
        return self._writer

    def _take_off(self, rows: list[SearchOutbox], built: Built) -> None:
        """Remove the rows whose objects are in the index. While a rebuild runs they are held for it instead.

        Whether one runs is asked after the rows were read: a rebuild that begins later reads what they announce.
        """
        done = [row.pk for row in rows if Key(row.kind, row.object_pk) not in built.failed]
        if is_rebuilding(self.store.root):
            SearchOutbox.objects.filter(pk__in=done).update(held=True)
        else:
            SearchOutbox.objects.filter(pk__in=done).delete()
            SearchOutbox.objects.filter(held=True).delete()
        now = timezone.now()
        for row in rows:
            error = built.failed.get(Key(row.kind, row.object_pk))
            if error is not None:
                row.attempts += 1
                row.due_at = now + min(dt.timedelta(seconds=2 ** min(row.attempts, 20)), _LONGEST_PAUSE)
                row.error = error
                row.save(update_fields=["attempts", "due_at", "error"])


def due_rows() -> QuerySet[SearchOutbox]:
    """Rows whose time has come, the oldest first."""
    return SearchOutbox.objects.filter(held=False, due_at__lte=timezone.now()).order_by("id")
