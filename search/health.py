"""How the search is: for ``/readyz`` and for whoever looks after the portal."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Min
from django.utils import timezone

from search.engine import IndexUnavailableError
from search.models import SearchOutbox
from search.store import store

#: A change that has waited longer than this means that no worker is at work, or that it cannot write.
LATE_AFTER = dt.timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class SearchHealth:
    """``state`` is ``ok`` or ``degraded``, with the reason; counts are of the outbox."""

    state: str
    reason: str
    waiting: int
    failing: int


def search_health() -> SearchHealth:
    """Look at the index and the outbox. Raises only what the database raises."""
    rows = SearchOutbox.objects.filter(held=False)
    waiting, failing = rows.count(), rows.filter(attempts__gt=0).count()
    oldest = rows.aggregate(oldest=Min("created_at"))["oldest"]
    try:
        store().view()
    except IndexUnavailableError as error:
        return SearchHealth("degraded", f"no index: {error}", waiting, failing)
    if oldest is not None and timezone.now() - oldest > LATE_AFTER:
        return SearchHealth("degraded", "changes wait to be indexed", waiting, failing)
    return SearchHealth("ok", "", waiting, failing)
