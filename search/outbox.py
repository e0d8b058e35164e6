"""The outbox's door: a change announces itself in its own transaction."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from portal.contracts.events import Changed
from search.models import SearchOutbox

_BATCH = 1000


def note_change(event: Changed) -> None:
    """Write one row per changed object; it stands or falls with the transaction of the change."""
    SearchOutbox.objects.bulk_create(
        [SearchOutbox(kind=event.kind, object_pk=pk) for pk in event.ids], batch_size=_BATCH
    )


def oldest_pending(kind: str) -> dt.datetime | None:
    """When the oldest change of that kind was written that the index does not show yet."""
    return (
        SearchOutbox.objects.filter(kind=kind, held=False)
        .order_by("created_at")
        .values_list("created_at", flat=True)
        .first()
    )


def age_of_oldest(kind: str) -> dt.timedelta:
    """How long the oldest change of that kind has been waiting; zero when nothing waits."""
    oldest = oldest_pending(kind)
    return timezone.now() - oldest if oldest else dt.timedelta(0)
