"""Fees in force: the lowest for a set of filings, and the order that follows from it (Art. 18)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db.models import Min

from portal.contracts.directory import DirectoryQuery
from portal.register.models import FeeItem
from portal.register.status_sql import covers


def fees_in_force(day: dt.date, query: DirectoryQuery | None = None) -> dict[int, int]:
    """Filing key → lowest total in fen in force on ``day``, for the occupations and levels asked for."""
    items = FeeItem.objects.filter(covers(day, "schedule__"))
    if query is not None and query.occupation:
        items = items.filter(occupation__code__in={value.split(":")[0] for value in query.occupation})
    if query is not None and query.level:
        items = items.filter(level__in=query.level)
    rows = items.values_list("schedule__filing").annotate(lowest=Min("total_fen"))
    return {filing: lowest for filing, lowest in rows if filing is not None}


def order_by_fee(pks: Sequence[int], query: DirectoryQuery) -> list[int]:
    """The filings by their lowest fee; those without a published fee last, otherwise in the order given."""
    fees = fees_in_force(query.day, query)
    return sorted(pks, key=lambda pk: fees.get(pk, 10**12))
