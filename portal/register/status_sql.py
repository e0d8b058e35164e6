"""The public status on any day as a database expression; says the same as ``portal.regulation.status``."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Value, When

from portal.register.models import Filing, FilingSpan
from portal.regulation.status import FilingStatus

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class PublicStatus(TypedDict):
        """What :func:`with_public_status` adds to a filing."""

        public_status: str

    FilingWithStatus = WithAnnotations[Filing, PublicStatus]


def covers(day: dt.date, prefix: str = "") -> Q:
    """Rows whose days include ``day``; ``prefix`` is the path to them, with its ``__``."""
    return Q(**{f"{prefix}first_day__lte": day}) & (
        Q(**{f"{prefix}last_day__isnull": True}) | Q(**{f"{prefix}last_day__gte": day})
    )


def _span(track: str, **conditions: object) -> QuerySet[FilingSpan]:
    return FilingSpan.objects.filter(filing=OuterRef("pk"), track=track, **conditions)


def with_public_status(filings: QuerySet[Filing], day: dt.date) -> QuerySet[FilingWithStatus]:
    """Annotate ``public_status`` (Art. 14, 30, 31): see :func:`portal.regulation.status.status_on`."""
    begun = _span("term", first_day__lte=day)
    in_term = _span("term").filter(covers(day))
    bridged_term = FilingSpan.objects.filter(
        filing=OuterRef("filing"), track="term", last_day__lt=day, last_day__gte=OuterRef("first_day")
    )
    pending = _span("renewal").filter(covers(day)).filter(Exists(bridged_term))
    return filings.annotate(
        public_status=Case(
            When(~Exists(begun), then=Value(FilingStatus.NOT_YET.value)),
            When(
                Exists(_span("status", value="deregistered").filter(covers(day))),
                then=Value(FilingStatus.DEREGISTERED.value),
            ),
            When(~Exists(in_term) & Exists(pending), then=Value(FilingStatus.RENEWAL_PENDING.value)),
            When(~Exists(in_term), then=Value(FilingStatus.EXPIRED.value)),
            When(
                Exists(_span("status", value="rectification").filter(covers(day))),
                then=Value(FilingStatus.RECTIFICATION.value),
            ),
            default=Value(FilingStatus.ACTIVE.value),
            output_field=CharField(),
        )
    )


def publicly_known(filings: QuerySet[Filing], day: dt.date) -> QuerySet[FilingWithStatus]:
    """Filings that had begun by that day, with ``public_status``."""
    return with_public_status(filings, day).exclude(public_status=FilingStatus.NOT_YET.value)
