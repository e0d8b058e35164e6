"""Facts of the register about filings that a page names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from portal.register.models import Filing
from portal.register.status_sql import with_public_status


@dataclass(frozen=True, slots=True)
class FilingFact:
    """Name, code and status of a filing on a day; ``url`` is its public page."""

    pk: int
    name: str
    code: str
    kind: str
    status: str
    url: str


def filing_facts(keys: Iterable[int], day: dt.date | None = None) -> dict[int, FilingFact]:
    """Facts by key on ``day`` (today in Shanghai unless told), in one query. Unknown keys are left out."""
    wanted = set(keys)
    if not wanted:
        return {}
    filings = Filing.objects.filter(pk__in=wanted).select_related("institution")
    rows = with_public_status(filings, day or timezone.localdate())
    return {
        row.pk: FilingFact(
            pk=row.pk,
            name=row.institution.name,
            code=row.code,
            kind=row.get_kind_display(),
            status=row.public_status,
            url=row.get_absolute_url(),
        )
        for row in rows
    }
