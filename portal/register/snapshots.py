"""A filing as the rules see it: a plain snapshot, read from spans (and prefetched for whole pages)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.conf import settings
from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from portal.register.models import Filing, FilingEvent, FilingSpan, ScopeItem, Site, Standard
from portal.register.timeline import CITY_WIDE
from portal.regulation.assessment import (
    AreaSpan,
    AudienceSpan,
    FilingSnapshot,
    KnownFact,
    ScopeSpan,
    SiteSpan,
    StatusSpan,
)
from portal.regulation.kinds import Audience, FilingKind
from portal.regulation.spans import Span
from portal.regulation.status import FilingStatus

#: Newest edition (a year) by (occupation, work type).
NewestEditions = Mapping[tuple[int, int | None], str]


def filings_with_everything() -> QuerySet[Filing]:
    """Filings with all that :func:`snapshot_of` reads, in a constant number of queries."""
    return Filing.objects.select_related(
        "institution__district", "authority", "handled_by", "issued_in_name_of"
    ).prefetch_related(
        "spans",
        Prefetch("events", FilingEvent.objects.order_by("effective_on", "id")),
        Prefetch(
            "scope_items",
            ScopeItem.objects.select_related("occupation", "work_type", "level", "standard").order_by(
                "occupation__code", "work_type__name", "level__order", "first_day"
            ),
        ),
        Prefetch("sites", Site.objects.select_related("district")),
    )


def newest_editions(occupation_ids: set[int]) -> dict[tuple[int, int | None], str]:
    """The newest edition of each occupation's (and work type's) standard, in one query."""
    newest: dict[tuple[int, int | None], str] = {}
    rows = Standard.objects.filter(occupation__in=occupation_ids).values_list(
        "occupation_id", "work_type_id", "edition"
    )
    for occupation_id, work_type_id, edition in rows:
        key = (occupation_id, work_type_id)
        newest[key] = max(newest.get(key, ""), edition)
    return newest


def superseded_from(item: ScopeItem, newest: NewestEditions) -> dt.date | None:
    """First day of the year of a newer edition, or None; only the year of an edition is known (Art. 2)."""
    if item.standard is None:
        return None
    edition = newest.get((item.occupation_id, item.standard.work_type_id), "")
    if edition > item.standard.edition and edition.isdigit():
        return dt.date(int(edition), 1, 1)
    return None


def span_of(row: FilingSpan | ScopeItem | Site) -> Span:
    """The days of a row."""
    return Span(row.first_day, row.last_day)


def snapshot_of(filing: Filing, newest: NewestEditions | None = None) -> FilingSnapshot:
    """Build the snapshot of a filing fetched by :func:`filings_with_everything`."""
    spans = list(filing.spans.all())
    scope = list(filing.scope_items.all())
    if newest is None:
        newest = newest_editions({item.occupation_id for item in scope})

    def track(name: str) -> list[FilingSpan]:
        return [span for span in spans if span.track == name]

    return FilingSnapshot(
        code=filing.code,
        kind=FilingKind(filing.kind),
        audiences=frozenset(Audience(span.value) for span in track("audience")),
        audience_spans=tuple(
            AudienceSpan(frozenset({Audience(span.value)}), span_of(span)) for span in track("audience")
        ),
        areas=tuple(
            AreaSpan(None if span.value == CITY_WIDE else frozenset({span.value}), span_of(span))
            for span in track("area")
        ),
        terms=tuple(span_of(span) for span in track("term")),
        register_first_day=settings.REGISTER_FIRST_DAY,
        sites=tuple(SiteSpan(str(site.pk), site.district.code, span_of(site)) for site in filing.sites.all()),
        scope=tuple(
            ScopeSpan(
                item.occupation.code,
                item.work_type.name if item.work_type else None,
                item.level_id,
                span_of(item),
                str(item.standard) if item.standard else item.norm,
                superseded_from(item, newest),
            )
            for item in scope
        ),
        statuses=tuple(StatusSpan(FilingStatus(span.value), span_of(span)) for span in track("status")),
        renewals=tuple(span_of(span) for span in track("renewal")),
        known=tuple(known_fact(event) for event in filing.events.all()),
    )


def known_fact(event: FilingEvent) -> KnownFact:
    """When an event holds from, and when the register learned of it."""
    recorded_on = timezone.localtime(event.recorded_at).date()
    return KnownFact(event.effective_on, recorded_on, event.get_kind_display())
