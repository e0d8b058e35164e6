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


def filings_with_status(keys: Iterable[int | None], day: dt.date | None = None) -> dict[int, Filing]:
    """Filings by key with institution and ``public_status`` on ``day`` (today in Shanghai), in one query."""
    wanted = {key for key in keys if key is not None}
    if not wanted:
        return {}
    filings = Filing.objects.filter(pk__in=wanted).select_related("institution", "authority")
    return {row.pk: row for row in with_public_status(filings, day or timezone.localdate())}


def fact_of(filing: Filing) -> FilingFact:
    """The facts of one filing; fetches its status when it did not come with one."""
    status: str | None = getattr(filing, "public_status", None)
    if status is None:
        return fact_of(filings_with_status([filing.pk])[filing.pk])
    return FilingFact(
        pk=filing.pk,
        name=filing.institution.name,
        code=filing.code,
        kind=filing.get_kind_display(),
        status=status,
        url=filing.get_absolute_url(),
    )
