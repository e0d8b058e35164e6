"""What happened to a filing, in words: the dated events with their articles, corrections included."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import District
from portal.register.models import Filing, FilingEvent
from portal.register.models.filing import Audience
from portal.register.timeline import CITY_WIDE
from portal.register.views.scope_words import occupation_title, scope_in_words
from portal.regulation.wording import chinese_date


@dataclass
class Happening:
    """One event as the page tells it. ``late_by`` is the day of recording when that was after the event's day."""

    event: FilingEvent
    title: str
    details: list[str] = field(default_factory=list)
    recorded_on: dt.date | None = None
    corrected_by: FilingEvent | None = None
    corrects: FilingEvent | None = None


def happenings(filing: Filing, day: dt.date, districts: Mapping[str, District]) -> list[Happening]:
    """Events that had taken effect by the day, the latest first. Reads only what was fetched with the filing."""
    events = {event.pk: event for event in filing.events.all()}
    corrections = {event.corrects_id: event for event in events.values() if event.corrects_id}
    words = EventWords(
        {item.occupation.code: item.occupation.name for item in filing.scope_items.all()},
        {code: district.name for code, district in districts.items()},
    )
    found = []
    for event in sorted(events.values(), key=lambda one: (one.effective_on, one.pk), reverse=True):
        if event.effective_on > day:
            continue
        recorded_on = timezone.localtime(event.recorded_at).date()
        found.append(
            Happening(
                event,
                event.get_kind_display(),
                words.details(event),
                recorded_on if recorded_on > event.effective_on else None,
                corrections.get(event.pk),
                events.get(event.corrects_id) if event.corrects_id else None,
            )
        )
    return found


@dataclass(frozen=True)
class EventWords:
    """Turns the payload of an event into sentences; ``occupations`` and ``districts`` give names by code."""

    occupations: Mapping[str, str]
    districts: Mapping[str, str]

    def details(self, event: FilingEvent) -> list[str]:
        """What the event brought, a sentence each; nothing for what its title says already."""
        payload = event.payload
        lines = []
        if event.kind in ("filed", "renewed") and "term" in payload:
            lines.append(self._term(payload["term"]))
        if event.kind == "renamed" and payload.get("name"):
            lines.append(_("更名为“%(name)s”") % {"name": payload["name"]})
        if event.kind == "changed":
            lines += self._changes(payload)
        if event.ground:
            lines.append(_("事由：%(ground)s") % {"ground": event.ground})
        return lines

    def _term(self, term: Mapping[str, str]) -> str:
        days = {name: chinese_date(dt.date.fromisoformat(term[name])) for name in ("first_day", "last_day")}
        return _("有效期自%(first_day)s至%(last_day)s") % days

    def _changes(self, payload: Mapping[str, Any]) -> list[str]:
        lines = []
        for key, text in (("scope_added", _("新增%(what)s")), ("scope_ended", _("不再评价%(what)s"))):
            if payload.get(key):
                lines.append(text % {"what": self._scope(payload[key])})
        for key, text in (("sites_added", _("新增场地：%(what)s")), ("sites_ended", _("停用场地：%(what)s"))):
            if payload.get(key):
                places = "、".join(
                    f"{site.get('name', '')}（{site.get('address', '')}）" for site in payload[key]
                )
                lines.append(text % {"what": places})
        if payload.get("areas"):
            lines.append(_("评价区域：%(what)s") % {"what": self.areas(payload["areas"])})
        if payload.get("audiences"):
            labels = dict(Audience.choices)
            words = "、".join(str(labels.get(value, value)) for value in payload["audiences"])
            lines.append(_("评价对象：%(what)s") % {"what": words})
        return lines

    def _scope(self, items: Iterable[Mapping[str, str]]) -> str:
        pairs = [
            (
                occupation_title(
                    self.occupations.get(item.get("occupation", ""), item.get("occupation", "")),
                    item.get("work_type"),
                ),
                item.get("level", ""),
            )
            for item in items
        ]
        return scope_in_words(pairs, most=8)

    def areas(self, codes: Iterable[str]) -> str:
        """全市, or the names of the districts."""
        found = list(codes)
        if CITY_WIDE in found:
            return _("全市")
        return "、".join(self.districts.get(code, code) for code in found)
