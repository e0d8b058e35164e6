"""Write the spans that follow from a filing's events. Called in the transaction that adds an event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class References:
    """Primary keys by the codes and names that payloads use."""

    occupations: dict[str, int]
    work_types: dict[tuple[str, str], int]
    standards: dict[tuple[str, str, str], int]
    districts: dict[str, int]

    @classmethod
    def load(cls) -> References:
        """Read all references: four queries, whatever the number of filings."""
        return cls(
            occupations=dict(Occupation.objects.values_list("code", "pk")),
            work_types={
                (code, name): pk
                for code, name, pk in WorkType.objects.values_list("occupation__code", "name", "pk")
            },
            standards={
                (code, title, edition): pk
                for code, title, edition, pk in Standard.objects.values_list(
                    "occupation__code", "title", "edition", "pk"
                )
            },
            districts=dict(District.objects.values_list("code", "pk")),
        )

    def occupation(self, item: Item) -> int:
        """Key of the item's occupation; raises :class:`TimelineError` for an unknown code."""
        if item.occupation not in self.occupations:
            raise TimelineError(f"没有职业编码 {item.occupation}，请按现行职业分类填写。")
        return self.occupations[item.occupation]

    def work_type(self, item: Item) -> int | None:
        """Key of the item's work type, or None for the whole occupation."""
        if not item.work_type:
            return None
        key = (item.occupation, item.work_type)
        if key not in self.work_types:
            raise TimelineError(f"职业 {item.occupation} 下没有工种“{item.work_type}”。")
        return self.work_types[key]

    def district(self, place: Place) -> int:
        """Key of the site's district."""
        if place.district not in self.districts:
            raise TimelineError(f"没有区县代码 {place.district}。")
        return self.districts[place.district]


def as_timeline_event(event: FilingEvent) -> Event:
    """The event as the fold reads it."""
    return Event(event.pk, event.kind, event.effective_on, event.payload, event.corrects_id)


def rebuild_spans(filings: Iterable[Filing], references: References | None = None) -> None:
    """Make the spans of these filings anew from their events. Constant queries for a batch of filings."""
    references = references or References.load()
    pks = [filing.pk for filing in filings]
    for model in (FilingSpan, ScopeItem, Site):
        model._default_manager.filter(filing__in=pks).delete()
    write_spans(pks, references)


def write_spans(filing_pks: Sequence[int], references: References) -> None:
    """Write spans for filings that have none yet."""
    events: dict[int, list[Event]] = {pk: [] for pk in filing_pks}
    for event in FilingEvent.objects.filter(filing__in=filing_pks).iterator(chunk_size=2000):
        events[event.filing_id].append(as_timeline_event(event))
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
