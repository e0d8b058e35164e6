"""Reading and advancing the content stamp.

The stamp (highest id, number of rows) never comes back to an earlier value: between two clearings rows are
only added, so for one highest id the number only grows, also when a transaction with a lower id commits
late; a clearing adds a row of its own first, so its highest id was never seen before.
"""

from __future__ import annotations

from django.db import connection, transaction

from portal.contracts.events import Changed
from portal.notices.models.stamp import ContentStamp

#: Counting more rows than this on every request would be felt; the worker clears the older ones.
CLEAR_ABOVE = 200

_READ = f"SELECT MAX(id), COUNT(*) FROM {ContentStamp._meta.db_table}"  # noqa: S608 - a constant of ours


def read_stamp() -> str:
    """The present stamp, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_READ)
        highest, rows = cursor.fetchone()
    return f"{highest or 0}.{rows}"


def bump() -> None:
    """Say that public content changed. Belongs into the transaction of the change."""
    ContentStamp.objects.create()


def bump_on_event(event: Changed) -> None:
    """Subscriber of domain events."""
    bump()


def clear_old_stamps() -> int:
    """Remove old rows when there are many; returns how many. Called by the worker."""
    if ContentStamp.objects.count() <= CLEAR_ABOVE:
        return 0
    with transaction.atomic():
        newest = ContentStamp.objects.create()
        removed, _details = ContentStamp.objects.filter(pk__lt=newest.pk).delete()
    return removed
