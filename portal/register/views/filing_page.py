"""Everything that the page of a filing shows, for one day, gathered in a constant number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from portal.contracts.related import RelatedItem, related_to
from portal.register.districts import DistrictBook
from portal.register.models import FeeItem, FeeSchedule, Filing, FilingEvent, InstitutionName, ScopeItem, Site
from portal.register.snapshots import NewestEditions, newest_editions, snapshot_of, superseded_from
from portal.register.status_sql import covers
from portal.register.timeline import CITY_WIDE
from portal.register.views.asked_day import AskedDay
from portal.register.views.directory_rows import Row, district_in_words, filing_rows
from portal.register.views.history import Happening, happenings
from portal.register.views.scope_words import level_place, occupation_title, scope_in_words
from portal.register.views.terms import term_on
from portal.register.views.verdict import Verdict, verdict_of
from portal.regulation.assessment import may_assess
from portal.regulation.snapshot import FilingSnapshot, KnownFact
from portal.regulation.spans import Span
from portal.regulation.status import FilingStatus, status_on
from portal.regulation.validity import renewal_last_day


@dataclass
class ScopeRow:
    """One level of an occupation with its standard and fee."""

    item: ScopeItem
    standard: str
    superseded_by: str
    fee: FeeItem | None
    basis: str
    source_url: str

    @property
    def total_fen(self) -> int | None:
        """The fee in fen, None while it is not published (Art. 18)."""
        return self.fee.total_fen if self.fee else None


@dataclass
class ScopeGroup:
    """The levels of one occupation or work type."""

    title: str
    value: str
    directory_value: str
    rows: list[ScopeRow] = field(default_factory=list)


@dataclass
class FilingPage:
    """What the templates of a filing read."""

    filing: Filing
    asked: AskedDay
    snapshot: FilingSnapshot
    status: FilingStatus | None
    name: str
    verdict: Verdict
    term: Span | None
    area: str
    scope: list[ScopeGroup]
    sites: list[tuple[Site, str]]
    history: list[Happening]
    later_events: int
    later_recorded: tuple[KnownFact, ...]
    others: list[Row]
    names: list[InstitutionName]
    related: list[RelatedItem]
    book: DistrictBook

    @property
    def address(self) -> Site | None:
        """The site on the receipt (Art. 12)."""
        return next((site for site, _words in self.sites if site.on_receipt), None)

    @property
    def invalid_from(self) -> dt.date | None:
        """The day after the last valid day."""
        return self.term.end + dt.timedelta(days=1) if self.term and self.term.end else None

    @property
    def renew_by(self) -> dt.date | None:
        """The last day to ask for renewal (Art. 14), while it can still matter."""
        if self.status is not FilingStatus.ACTIVE or self.term is None or self.term.end is None:
            return None
        return renewal_last_day(self.term.end)


def gather(filing: Filing, asked: AskedDay) -> FilingPage:
    """Gather the page of a filing fetched by :func:`portal.register.snapshots.filings_with_everything`."""
    day = asked.day
    items = list(filing.scope_items.all())
    newest = newest_editions({item.occupation_id for item in items})
    snapshot = snapshot_of(filing, newest)
    status = None if asked.before_register else status_on(snapshot, day)
    book = DistrictBook.on(day)
    held = [item for item in items if item.holds_on(day)] if status else []
    names = list(filing.institution.names.all())
    area = area_in_words(snapshot, book)
    history = happenings(filing, day, book.by_code)
    return FilingPage(
        filing=filing,
        asked=asked,
        snapshot=snapshot,
        status=status,
        name=name_on(filing, names, asked),
        verdict=verdict_of(snapshot, status, asked, _scope_words(held), area, _ground(filing, status, day)),
        term=term_on(snapshot, day),
        area=area,
        scope=scope_groups(held, newest, fees_of(filing, day)),
        sites=[(site, _district_words(site, book)) for site in filing.sites.all() if site.holds_on(day)],
        history=history,
        later_events=len(filing.events.all()) - len(history),
        later_recorded=may_assess(snapshot, day=day).later_recorded,
        others=other_filings(filing, asked.today),
        names=names,
        related=related_to(filing.code),
        book=book,
    )


def name_on(filing: Filing, names: Iterable[InstitutionName], asked: AskedDay) -> str:
    """The name that the institution bore on the day."""
    if not asked.is_past:
        return filing.institution.name
    borne = [row.name for row in names if row.first_day <= asked.day]
    return borne[-1] if borne else filing.institution.name


def area_in_words(snapshot: FilingSnapshot, book: DistrictBook) -> str:
    """全市, or the districts in which the filing holds, as they stand on the day."""
    areas = snapshot.areas_on(book.day)
    if any(area.districts is None for area in areas):
        return _("全市")
    codes = sorted({code for area in areas for code in area.districts or ()} - {CITY_WIDE})
    words: dict[str, set[str]] = {}
    for code in codes:
        words.setdefault(book.current(code), set()).add(code)
    return "、".join(
        district_in_words(current, own, book) for current, own in words.items() if current in book.by_code
    )


def _district_words(site: Site, book: DistrictBook) -> str:
    code = site.district.code
    return district_in_words(book.current(code), {code}, book)


def _scope_words(items: Iterable[ScopeItem]) -> str:
    return scope_in_words(
        [
            (
                occupation_title(item.occupation.name, item.work_type.name if item.work_type else None),
                item.level_id,
            )
            for item in items
        ]
    )


def _ground(filing: Filing, status: FilingStatus | None, day: dt.date) -> FilingEvent | None:
    """The event by which a status of decision holds on the day."""
    if status not in (FilingStatus.RECTIFICATION, FilingStatus.DEREGISTERED):
        return None
    spans = [span for span in filing.spans.all() if span.track == "status" and span.value == status.value]
    keys = {span.event_id for span in spans if span.holds_on(day)}
    return next((event for event in filing.events.all() if event.pk in keys), None)


def fees_of(filing: Filing, day: dt.date) -> dict[tuple[int, int | None, str], FeeItem]:
    """The published fees in force on the day by (occupation, work type, level); a later schedule goes first."""
    items = FeeItem.objects.filter(covers(day, "schedule__"), schedule__filing=filing).select_related(
        "schedule"
    )
    found: dict[tuple[int, int | None, str], FeeItem] = {}
    for item in items.order_by("schedule__first_day", "pk"):
        found[item.occupation_id, item.work_type_id, item.level_id] = item
    return found


def scope_groups(
    items: Iterable[ScopeItem],
    newest: NewestEditions,
    fees: dict[tuple[int, int | None, str], FeeItem],
) -> list[ScopeGroup]:
    """Scope items by occupation (work type), each level with its standard and fee (Art. 2, 12, 18)."""
    groups: dict[tuple[int, int | None], ScopeGroup] = {}
    for item in sorted(items, key=lambda one: level_place(one.level_id)):
        key = (item.occupation_id, item.work_type_id)
        group = groups.get(key)
        if group is None:
            work_type = item.work_type.name if item.work_type else ""
            group = groups[key] = ScopeGroup(
                occupation_title(item.occupation.name, work_type),
                f"{item.occupation.code}|{work_type}" if work_type else item.occupation.code,
                f"{item.occupation.code}:{item.work_type_id}" if work_type else item.occupation.code,
            )
        fee = fees.get((*key, item.level_id)) or fees.get((item.occupation_id, None, item.level_id))
        group.rows.append(_scope_row(item, newest, fee))
    return sorted(groups.values(), key=lambda group: group.value)


def _scope_row(item: ScopeItem, newest: NewestEditions, fee: FeeItem | None) -> ScopeRow:
    superseded = superseded_from(item, newest)
    schedule: FeeSchedule | None = fee.schedule if fee else None
    return ScopeRow(
        item,
        standard_in_words(item),
        str(superseded.year) if superseded else "",
        fee,
        schedule.basis if schedule else "",
        schedule.source_url if schedule else "",
    )


def standard_in_words(item: ScopeItem) -> str:
    """The national standard or the norm, with its edition (Art. 2)."""
    if item.standard is not None:
        return _("国家职业标准（%(edition)s年版）") % {"edition": item.standard.edition}
    if item.norm:
        return (
            _("%(norm)s（%(edition)s）") % {"norm": item.norm, "edition": item.edition}
            if item.edition
            else item.norm
        )
    return _("国家职业标准（%(edition)s年版）") % {"edition": item.edition} if item.edition else ""


def other_filings(filing: Filing, today: dt.date) -> list[Row]:
    """The institution's other filings with their status today: one query when there is none, three otherwise."""
    others = Filing.objects.filter(institution=filing.institution_id).exclude(pk=filing.pk)
    pks = list(others.order_by("code").values_list("pk", flat=True))
    if not pks:
        return []
    rows = filing_rows(pks, today, DistrictBook.on(today))
    return [rows[pk] for pk in pks if pk in rows]
