"""What pages of the workplace say about events and about what they change, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _, gettext_lazy

from portal.accounts.models import District
from portal.audit.models import AuditEvent
from portal.register.models import Filing, Occupation
from portal.register.models.filing import Audience
from portal.register.services.preview import Days, SpanChange
from portal.register.services.spans import ITEM_LISTS
from portal.register.timeline import CITY_WIDE, Item, Place
from portal.regulation.status import STATUS_LABELS, FilingStatus
from portal.templatetags.portal_format import level_name, zh_day

TRACK_WORDS = {
    "status": gettext_lazy("状态"),
    "term": gettext_lazy("有效期"),
    "renewal": gettext_lazy("延续审查"),
    "scope": gettext_lazy("评价范围"),
    "site": gettext_lazy("评价场地"),
    "area": gettext_lazy("评价区域"),
    "audience": gettext_lazy("评价对象"),
}


@dataclass(frozen=True)
class ChangeWords:
    """One row of the preview: what, before, after."""

    track: str
    what: str
    before: str
    after: str


@dataclass(frozen=True)
class SpanWords:
    """Turns spans into words; names of occupations and districts are read once."""

    occupations: Mapping[str, str]
    districts: Mapping[str, str]

    @classmethod
    def of_items(cls, items: Iterable[Item]) -> SpanWords:
        """With the names that these items need: two queries."""
        codes = {item.occupation for item in items}
        return cls(
            dict(Occupation.objects.filter(code__in=codes).values_list("code", "name")),
            dict(District.objects.values_list("code", "name")),
        )

    @classmethod
    def of_payloads(cls, payloads: Iterable[Mapping[str, Any]]) -> SpanWords:
        """With the names that these payloads need."""
        return cls.of_items(
            Item.from_payload(item)
            for payload in payloads
            for key in ITEM_LISTS
            for item in payload.get(key, ())
        )

    @classmethod
    def of_changes(cls, changes: Iterable[SpanChange]) -> SpanWords:
        """With the names that these changes need."""
        return cls.of_items(change.value for change in changes if isinstance(change.value, Item))

    def item(self, item: Item) -> str:
        """电工（矿井电工）三级/高级工 国家职业标准（2018年版）."""
        name = self.occupations.get(item.occupation, item.occupation)
        name = f"{name}（{item.work_type}）" if item.work_type else name
        basis = " ".join(part for part in (item.standard, item.edition, item.norm) if part)
        return f"{item.occupation} {name} {level_name(item.level)}" + (f"（{basis}）" if basis else "")

    def place(self, place: Place) -> str:
        """Name, address, district, and whether it stands on the receipt."""
        text = f"{place.name}（{self.districts.get(place.district, place.district)} {place.address}）"
        return text + (_("，回执所列") if place.on_receipt else "")

    def value(self, track: str, value: str | Item | Place) -> str:
        """What holds, in words."""
        if isinstance(value, Item):
            return self.item(value)
        if isinstance(value, Place):
            return self.place(value)
        if track == "status":
            return STATUS_LABELS[FilingStatus(value)]
        if track == "area":
            return _("全市") if value == CITY_WIDE else self.districts.get(value, value)
        if track == "audience":
            return str(Audience(value).label)
        return ""

    def change(self, change: SpanChange) -> ChangeWords:
        """A row of the preview."""
        return ChangeWords(
            str(TRACK_WORDS[change.track]),
            self.value(change.track, change.value),
            days_in_words(change.before),
            days_in_words(change.after),
        )


def days_in_words(days: Iterable[Days]) -> str:
    """``2025年3月3日起`` for open days, ``2025年3月3日至2026年1月1日`` for closed ones, 无 for none."""
    words = [
        _("%(first)s至%(last)s") % {"first": zh_day(first), "last": zh_day(last)}
        if last
        else _("%s起") % zh_day(first)
        for first, last in days
    ]
    return "；".join(words) or _("无")


@dataclass(frozen=True)
class RecordedBy:
    """Who recorded an event, at which office, and when."""

    name: str
    office: str
    at: dt.datetime


def audit_of(filing: Filing) -> QuerySet[AuditEvent]:
    """What the log says about a filing, the latest first."""
    return AuditEvent.objects.filter(object_type="register.filing", object_id=str(filing.pk)).order_by("-id")


def recorded_by(filing: Filing) -> tuple[dict[int, RecordedBy], RecordedBy | None]:
    """Who recorded each event, by its key; and who recorded those of an import together. One query."""
    by_event: dict[int, RecordedBy] = {}
    together: RecordedBy | None = None
    for row in audit_of(filing).filter(action__startswith="register.filing."):
        who = RecordedBy(row.actor_name, row.office, row.at)
        key = (row.after or {}).get("event")
        if key is not None:
            by_event[int(key)] = who
        elif row.action == "register.filing.recorded":
            together = who
    return by_event, together
