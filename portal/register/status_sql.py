"""The public status on any day as a database expression; says the same as ``portal.regulation.status``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
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


def standing_as(statuses: Iterable[str], day: dt.date, path: str = "") -> Q:
    """Filings with one of these public statuses on the day, as a condition made of sets of keys.

    Says the same as filtering on ``public_status``, but asks each span once instead of each filing several times:
    for lists of staff over a hundred thousand filings. ``path`` leads to the filing from another model, with its
    ``__``.
    """
    terms = FilingSpan.objects.filter(track="term")
    renewals = FilingSpan.objects.filter(covers(day), track="renewal")
    bridged = FilingSpan.objects.filter(
        filing=OuterRef("filing"), track="term", last_day__lt=day, last_day__gte=OuterRef("first_day")
    )
    key = f"{path}pk__in" if not path else f"{path.removesuffix('__')}__in"

    def among(spans: QuerySet[FilingSpan]) -> Q:
        return Q(**{key: spans.values("filing")})

    def decided(value: str) -> Q:
        return among(FilingSpan.objects.filter(covers(day), track="status", value=value))

    begun, in_term = among(terms.filter(first_day__lte=day)), among(terms.filter(covers(day)))
    gone, halted = decided("deregistered"), decided("rectification")
    pending = among(renewals.filter(Exists(bridged)))
    conditions = {
        FilingStatus.NOT_YET: ~begun,
        FilingStatus.DEREGISTERED: begun & gone,
        FilingStatus.RENEWAL_PENDING: begun & ~gone & ~in_term & pending,
        FilingStatus.EXPIRED: begun & ~gone & ~in_term & ~pending,
        FilingStatus.RECTIFICATION: in_term & ~gone & halted,
        FilingStatus.ACTIVE: in_term & ~gone & ~halted,
    }
    found = Q(pk__in=[])
    for status in statuses:
        found |= conditions[FilingStatus(status)]
    return found
