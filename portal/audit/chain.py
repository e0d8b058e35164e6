"""The chain over the events: what is committed is linked afterwards, by one linker at a time.

An event is inserted without a lock; locking the end of the chain in the transaction of the deed would make all
writers wait for each other, and deadlock when rows and end are taken in another order.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import FilteredRelation, Q

from portal.audit.models import AuditEvent, AuditLink

#: What stands before the first link.
GENESIS = "0" * 64
#: Events linked in one transaction: on SQLite nobody else writes meanwhile.
BATCH = 2000
#: Name of the advisory lock that a linker holds on PostgreSQL (“audit” in hexadecimal).
_LOCK = 0x6175646974


@dataclass(frozen=True, slots=True)
class End:
    """The last link of the chain; position 0 stands for a chain without links."""

    position: int = 0
    hash: str = GENESIS


def link_hash(position: int, event_id: int, previous: str, digest: str) -> str:
    """SHA-256, in hexadecimal, of what a link binds together."""
    return hashlib.sha256(f"{position}:{event_id}:{previous}:{digest}".encode("ascii")).hexdigest()


def end_of_chain() -> End:
    """Where the chain ends now."""
    last = AuditLink.objects.order_by("-position").values_list("position", "hash").first()
    return End(*last) if last else End()


def unlinked_events(after: int = 0) -> Any:
    """Events without a link whose number is higher than ``after``, by number."""
    return (
        AuditEvent.objects.filter(pk__gt=after)
        # The second half of the condition lets the database read both tables from the same place on.
        .annotate(place=FilteredRelation("link", condition=Q(link__event_id__gt=after)))
        .filter(place__position__isnull=True)
        .order_by("pk")
    )


def link_new_events(limit: int = BATCH, after: int = 0) -> int:
    """Link up to ``limit`` events that have no link yet, in the order of their numbers; return how many.

    A transaction that took its numbers early may commit late: its events are linked when they appear, behind those
    with higher numbers. Events up to the number ``after`` are taken to be linked already. Several linkers may run at
    once, one waits for the other; one that is killed leaves nothing half done.
    """
    return _link(limit, after)[0]


def _link(limit: int, after: int) -> tuple[int, int]:
    """See :func:`link_new_events`; returns also the highest number that was linked."""
    if not unlinked_events(after).exists():
        return 0, after
    with transaction.atomic():
        _become_the_linker()
        rows = list(unlinked_events(after).values_list("pk", "digest")[:limit])
        end = end_of_chain()
        position, previous = end.position, end.hash
        links = []
        for event_id, digest in rows:
            position += 1
            current = link_hash(position, event_id, previous, digest)
            links.append((position, event_id, previous, current))
            previous = current
        _insert(links)
    return len(rows), rows[-1][0] if rows else after


def _become_the_linker() -> None:
    """Wait until no other linker is at work; the end of the transaction lets the next one in.

    SQLite has one writer at a time, and transactions begin IMMEDIATE; inside another's transaction the first write
    decides, and the positions are unique.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _insert(links: list[tuple[int, int, str, str]]) -> None:
    table = AuditLink._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = [list(column) for column in zip(*links, strict=True)] or [[], [], [], []]
            cursor.execute(
                f"INSERT INTO {table} (position, event_id, previous, hash) "  # noqa: S608 - a name of ours
                "SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[])",
                columns,
            )
        else:
            cursor.executemany(
                f"INSERT INTO {table} (position, event_id, previous, hash) VALUES (%s, %s, %s, %s)",  # noqa: S608
                links,
            )


class Linker:
    """Links again and again without looking through the whole log each time.

    It remembers up to which number nothing can appear any more. On SQLite that is the highest number seen: there is
    one writer at a time. On PostgreSQL a number below may still be in an open transaction; such a transaction holds
    a lock on the table since before it took the number, so once everybody who held one then has ended, nothing below
    can come.
    """

    #: Every so many rounds the whole log is looked through, whatever is remembered.
    FULL_EVERY = 7200
    #: Seconds of linking, batch after batch, before others have their turn.
    AT_MOST = 1.0

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self.settled = 0
        self._settled_at = End()
        #: Where the last run left a backlog.
        self._reached = 0
        self._waiting: tuple[int, frozenset[str]] | None = None
        self._rounds = 0

    def run(self) -> int:
        """Link what is there now, for a second at the most; return how much that was."""
        self._rounds += 1
        if self._rounds > self.FULL_EVERY or not self._still_stands():
            self._forget()
        total, after, until = 0, max(self.settled, self._reached), time.monotonic() + self.AT_MOST
        self._reached = 0
        while True:
            open_before, begin = _open_writers(), after
            done, after = _link(BATCH, begin)
            total += done
            if done == BATCH:
                if time.monotonic() > until:
                    self._reached = after
                    return total
            elif begin == self.settled:
                self._settle(open_before)
                return total
            else:
                # The backlog is done; once more from where something may have appeared meanwhile.
                after = self.settled

    def _still_stands(self) -> bool:
        """Whether the link seen last is there: a database that was put back from a copy is another one."""
        if not self._settled_at.position:
            # Nothing is remembered but, perhaps, how far a backlog was linked.
            return not self._reached or AuditLink.objects.filter(event_id=self._reached).exists()
        return AuditLink.objects.filter(
            position=self._settled_at.position, hash=self._settled_at.hash
        ).exists()

    def _settle(self, open_before: frozenset[str]) -> None:
        """All that was visible is linked: note what can now be left out, and what the next note waits for."""
        if self._waiting is not None and self._waiting[1].isdisjoint(open_before):
            self.settled, self._waiting = self._waiting[0], None
            self._settled_at = end_of_chain()
        if self._waiting is None:
            # The highest linked number first, then who is still at work: never the other way round.
            highest = AuditLink.objects.order_by("-event_id").values_list("event_id", flat=True).first()
            if highest is not None and highest > self.settled:
                self._waiting = highest, _open_writers()


def _open_writers() -> frozenset[str]:
    """Transactions under way that may have written events; none on SQLite, where they exclude each other."""
    if connection.vendor != "postgresql":
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock' "
            "AND relation = to_regclass(%s) AND pid IS DISTINCT FROM pg_backend_pid()",
            [AuditEvent._meta.db_table],
        )
        return frozenset(row[0] for row in cursor.fetchall())
