"""Write the spans that follow from a filing's events. Called in the transaction that adds an event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from portal.accounts.models import District
from portal.register.models import (
    Filing,
    FilingEvent,
    FilingSpan,
    Institution,
    InstitutionName,
    Occupation,
    ScopeItem,
    Site,
    Standard,
    WorkType,
)
from portal.register.timeline import ONE_DAY, Event, Held, Item, Place, TimelineError, fold, names

BATCH = 1000
#: Where payloads name scope items and sites.
ITEM_LISTS = ("scope", "scope_added", "scope_ended")
SITE_LISTS = ("sites", "sites_added", "sites_ended")


@dataclass(frozen=True)
class References:
    """Primary keys by the codes and names that payloads use."""

    occupations: dict[str, int]
    work_types: dict[tuple[str, str], int]
    standards: dict[tuple[str, str, str], int]
    districts: dict[str, int]

    @classmethod
    def load(cls) -> References:
        """Read all references: four queries, whatever the number of filings. For large batches."""
        return cls._read(Q(), Q(), Q())

    @classmethod
    def named_in(cls, payloads: Iterable[dict[str, Any]]) -> References:
        """Read what these payloads name and nothing else: at most four small queries."""
        found = list(payloads)
        items = [item for payload in found for key in ITEM_LISTS for item in payload.get(key, ())]
        codes = {str(item.get("occupation", "")) for item in items}
        districts = {
            str(site.get("district", ""))
            for payload in found
            for key in SITE_LISTS
            for site in payload.get(key, ())
        }
        return cls._read(
            Q(code__in=sorted(codes)), Q(occupation__code__in=sorted(codes)), Q(code__in=sorted(districts))
        )

    @classmethod
    def _read(cls, occupations: Q, of_occupations: Q, districts: Q) -> References:
        return cls(
            occupations=dict(Occupation.objects.filter(occupations).values_list("code", "pk")),
            work_types={
                (code, name): pk
                for code, name, pk in WorkType.objects.filter(of_occupations).values_list(
                    "occupation__code", "name", "pk"
                )
            },
            standards={
                (code, title, edition): pk
                for code, title, edition, pk in Standard.objects.filter(of_occupations).values_list(
                    "occupation__code", "title", "edition", "pk"
                )
            },
            districts=dict(District.objects.filter(districts).values_list("code", "pk")),
        )

    def occupation(self, item: Item) -> int:
        """Key of the item's occupation; raises :class:`TimelineError` for an unknown code."""
        if item.occupation not in self.occupations:
            raise TimelineError(f"没有职业编码 {item.occupation}，请按现行职业分类填写。", "scope_added")
        return self.occupations[item.occupation]

    def work_type(self, item: Item) -> int | None:
        """Key of the item's work type, or None for the whole occupation."""
        if not item.work_type:
            return None
        key = (item.occupation, item.work_type)
        if key not in self.work_types:
            raise TimelineError(f"职业 {item.occupation} 下没有工种“{item.work_type}”。", "scope_added")
        return self.work_types[key]

    def district(self, place: Place) -> int:
        """Key of the site's district."""
        if place.district not in self.districts:
            raise TimelineError(f"没有区县代码 {place.district}。", "sites_added")
        return self.districts[place.district]


def as_timeline_event(event: FilingEvent) -> Event:
    """The event as the fold reads it."""
    return Event(event.pk, event.kind, event.effective_on, event.payload, event.corrects_id)


def rebuild_spans(filings: Iterable[Filing], references: References | None = None) -> None:
    """Make the spans of these filings anew from their events. Constant queries for a batch of filings.

    ``references`` saves reading them again for the next batch; without them only what the events name is read.
    """
    pks = [filing.pk for filing in filings]
    for model in (FilingSpan, ScopeItem, Site):
        model._default_manager.filter(filing__in=pks).delete()
    write_spans(pks, references)


def write_spans(filing_pks: Sequence[int], references: References | None = None) -> None:
    """Write spans for filings that have none yet."""
    events: dict[int, list[Event]] = {pk: [] for pk in filing_pks}
    for event in FilingEvent.objects.filter(filing__in=filing_pks).iterator(chunk_size=2000):
        events[event.filing_id].append(as_timeline_event(event))
    if references is None:
        references = References.named_in(event.payload for own in events.values() for event in own)
    spans: list[FilingSpan] = []
    scope: list[ScopeItem] = []
    sites: list[Site] = []
    for pk, own in events.items():
        for held in fold(own):
            if isinstance(held.value, Item):
                scope.append(_scope_item(pk, held, held.value, references))
            elif isinstance(held.value, Place):
                sites.append(_site(pk, held, held.value, references))
            else:
                spans.append(
                    FilingSpan(
                        filing_id=pk,
                        track=held.track,
                        value=held.value,
                        first_day=held.first_day,
                        last_day=held.last_day,
                        event_id=held.key,
                    )
                )
    FilingSpan.objects.bulk_create(spans, batch_size=BATCH)
    ScopeItem.objects.bulk_create(scope, batch_size=BATCH)
    Site.objects.bulk_create(sites, batch_size=BATCH)


def _scope_item(filing_pk: int, held: Held, item: Item, references: References) -> ScopeItem:
    return ScopeItem(
        filing_id=filing_pk,
        occupation_id=references.occupation(item),
        work_type_id=references.work_type(item),
        level_id=item.level,
        standard_id=references.standards.get((item.occupation, item.standard, item.edition)),
        norm=item.norm,
        edition=item.edition,
        first_day=held.first_day,
        last_day=held.last_day,
        event_id=held.key,
    )


def _site(filing_pk: int, held: Held, place: Place, references: References) -> Site:
    return Site(
        filing_id=filing_pk,
        name=place.name,
        address=place.address,
        district_id=references.district(place),
        on_receipt=place.on_receipt,
        first_day=held.first_day,
        last_day=held.last_day,
        event_id=held.key,
    )


def rebuild_names(institutions: Iterable[Institution], today: dt.date) -> None:
    """Make the name history of these institutions anew from the events of their filings."""
    found = {institution.pk: institution for institution in institutions}
    events: dict[int, list[Event]] = {pk: [] for pk in found}
    rows = FilingEvent.objects.filter(filing__institution__in=found).select_related("filing")
    for event in rows.iterator(chunk_size=2000):
        events[event.filing.institution_id].append(as_timeline_event(event))
    InstitutionName.objects.filter(institution__in=found).delete()
    histories: list[InstitutionName] = []
    changed: list[Institution] = []
    for pk, own in events.items():
        history = names(own)
        following = [first_day - ONE_DAY for _name, first_day in history[1:]] + [None]
        histories += [
            InstitutionName(institution_id=pk, name=name, first_day=first_day, last_day=last_day)
            for (name, first_day), last_day in zip(history, following, strict=True)
        ]
        present = [name for name, first_day in history if first_day <= today] or [
            name for name, _ in history[:1]
        ]
        if present and found[pk].name != present[-1]:
            found[pk].name = present[-1]
            changed.append(found[pk])
    InstitutionName.objects.bulk_create(histories, batch_size=BATCH)
    Institution.objects.bulk_update(changed, ["name"], batch_size=BATCH)
