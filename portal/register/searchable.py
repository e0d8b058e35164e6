"""What of the register can be found: one entry a filing, with what the directory filters and counts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence

from django.utils import timezone

from portal.contracts.searchable import FilingFacets, SearchEntry, SearchKind, declare
from portal.register.districts import DistrictBook
from portal.register.models import Filing, FilingSpan, OccupationFormerCode, ScopeItem, Site, WorkType
from portal.register.snapshots import filings_with_everything, snapshot_of
from portal.register.timeline import ONE_DAY
from portal.regulation.status import STATUS_LABELS, FilingStatus, status_on

KIND = "institution"


def declare_kinds() -> None:
    """Declare the kinds of this app."""
    declare(SearchKind(KIND, "评价机构", build_entries, all_pks))


def all_pks() -> Iterator[int]:
    """Keys of every filing."""
    return Filing.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000)


def build_entries(pks: Sequence[int]) -> Iterable[SearchEntry]:
    """Entries of these filings as they stand today, in a constant number of queries."""
    today = timezone.localdate()
    filings = list(filings_with_everything().filter(pk__in=pks).prefetch_related("institution__names"))
    book = DistrictBook.on(today)
    occupations = {item.occupation_id for filing in filings for item in filing.scope_items.all()}
    work_types: dict[int, list[WorkType]] = {}
    for work_type in WorkType.objects.filter(occupation__in=occupations):
        work_types.setdefault(work_type.occupation_id, []).append(work_type)
    former: dict[int, list[str]] = {}
    for row in OccupationFormerCode.objects.filter(occupation__in=occupations):
        former.setdefault(row.occupation_id, []).append(f"{row.name} {row.code}")
    for filing in filings:
        yield _entry(filing, today, book, work_types, former)


def _entry(
    filing: Filing,
    today: dt.date,
    book: DistrictBook,
    work_types: dict[int, list[WorkType]],
    former: dict[int, list[str]],
) -> SearchEntry:
    snapshot = snapshot_of(filing, newest={})
    status = status_on(snapshot, today)
    scope = [item for item in filing.scope_items.all() if _covers(item, today)]
    sites = [site for site in filing.sites.all() if _covers(site, today)]
    districts = tuple(dict.fromkeys(book.current(site.district.code) for site in sites))
    names = tuple(
        dict.fromkeys(
            row.name for row in filing.institution.names.all() if row.name != filing.institution.name
        )
    )
    facets = FilingFacets(
        as_of=today,
        stale_on=_stale_on(filing, book, today),
        status=status.value,
        filing_kind=filing.kind,
        audiences=tuple(sorted(audience.value for audience in snapshot.audiences_on(today))),
        districts=districts,
        scope=tuple(_scope_keys(scope, work_types)),
        expires_on=max((term.end for term in snapshot.terms if term.end), default=None),
        filed_on=filing.filed_on,
        texts=_texts(filing, scope, sites, book, former),
    )
    return SearchEntry(
        kind=KIND,
        pk=filing.pk,
        title=filing.institution.name,
        body=_body(filing, status, scope, sites, book, former),
        url=filing.get_absolute_url(),
        date=filing.filed_on,
        codes=(filing.code, filing.institution.social_credit_code),
        names=names,
        section=filing.get_kind_display(),
        districts=districts,
        occupations=tuple(dict.fromkeys(item.occupation.code for item in scope)),
        status=status.value,
        access="public" if status is not FilingStatus.NOT_YET else "staff",
        filing=facets,
    )


def _texts(
    filing: Filing,
    scope: list[ScopeItem],
    sites: list[Site],
    book: DistrictBook,
    former: dict[int, list[str]],
) -> tuple[str, ...]:
    """What the directory's free text looks through: the same as ``SqlDirectory`` does."""
    institution = filing.institution
    texts = [filing.code, institution.social_credit_code, institution.name]
    texts += [row.name for row in institution.names.all()]
    for site in sites:
        texts += [site.address, site.district.name]
        current = book.by_code.get(book.current(site.district.code))
        texts += [current.name] if current else []
    for item in scope:
        texts += [item.occupation.code, item.occupation.name, *former.get(item.occupation_id, [])]
        texts += [item.work_type.name] if item.work_type else []
    return tuple(dict.fromkeys(texts))


def _covers(row: ScopeItem | Site, day: dt.date) -> bool:
    return row.first_day <= day and (row.last_day is None or day <= row.last_day)


def _scope_keys(
    scope: list[ScopeItem], work_types: dict[int, list[WorkType]]
) -> Iterator[tuple[str, int | None, str]]:
    keys: dict[tuple[str, int | None, str], None] = {}
    for item in scope:
        code, level = item.occupation.code, item.level_id
        keys[code, None, level] = None
        if item.work_type_id is not None:
            keys[code, item.work_type_id, level] = None
        else:
            for work_type in work_types.get(item.occupation_id, []):
                keys[code, work_type.pk, level] = None
    return iter(keys)


def _stale_on(filing: Filing, book: DistrictBook, today: dt.date) -> dt.date | None:
    """First later day on which anything of the entry changes by time alone."""
    days: set[dt.date] = set()
    rows: list[FilingSpan | ScopeItem | Site] = [
        *filing.spans.all(),
        *filing.scope_items.all(),
        *filing.sites.all(),
    ]
    for row in rows:
        days.add(row.first_day)
        if row.last_day is not None:
            days.add(row.last_day + ONE_DAY)
    for name in filing.institution.names.all():
        days.add(name.first_day)
    for district in book.by_code.values():
        days |= {day for day in (district.valid_from, district.valid_to) if day is not None}
    return min((day for day in days if day > today), default=None)


def _body(
    filing: Filing,
    status: FilingStatus,
    scope: list[ScopeItem],
    sites: list[Site],
    book: DistrictBook,
    former: dict[int, list[str]],
) -> str:
    parts = [filing.get_kind_display(), STATUS_LABELS[status], filing.authority.name]
    for site in sites:
        parts += [site.district.name, site.name, site.address]
        successor = book.by_code.get(book.current(site.district.code))
        if successor is not None and successor != site.district:
            parts.append(successor.name)
    seen: dict[str, None] = {}
    for item in scope:
        seen[f"{item.occupation.name} {item.occupation.code}"] = None
        for text in former.get(item.occupation_id, []):
            seen[text] = None
        if item.work_type:
            seen[item.work_type.name] = None
        seen[f"{item.occupation.name}{item.level.name}"] = None
    return "\n".join([*dict.fromkeys(parts), *seen])
