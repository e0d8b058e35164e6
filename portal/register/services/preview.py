"""What an event would change: the spans of a filing before and after, without writing anything."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from portal.register.timeline import Event, Held, Item, Place, fold
from portal.regulation.transitions import FilingState

#: Key of an event that is not written yet: later than any other of its day.
NOT_WRITTEN = 2**62
Days = tuple[dt.date, dt.date | None]
TRACKS = ("status", "term", "renewal", "scope", "site", "area", "audience")


@dataclass(frozen=True, slots=True)
class SpanChange:
    """One thing whose days differ; days are (first, last), the last being None while open."""

    track: str
    value: str | Item | Place
    before: tuple[Days, ...]
    after: tuple[Days, ...]


def days_by_value(held: Iterable[Held]) -> dict[tuple[str, str | Item | Place], tuple[Days, ...]]:
    """The days on which each thing holds, in order, neighbouring ones joined."""
    found: dict[tuple[str, str | Item | Place], list[Days]] = {}
    for one in sorted(held, key=lambda each: each.first_day):
        days = found.setdefault((one.track, one.value), [])
        previous = days[-1] if days else None
        if previous and previous[1] and previous[1] + dt.timedelta(days=1) == one.first_day:
            if one.track != "term":
                days[-1] = (previous[0], one.last_day)
                continue
        days.append((one.first_day, one.last_day))
    return {key: tuple(days) for key, days in found.items()}


def span_changes(before: Iterable[Held], after: Iterable[Held]) -> list[SpanChange]:
    """What differs between two states of a filing, by track."""
    old, new = days_by_value(before), days_by_value(after)
    changes = [
        SpanChange(track, value, old.get((track, value), ()), new.get((track, value), ()))
        for track, value in {**old, **new}
        if old.get((track, value)) != new.get((track, value))
    ]
    return sorted(changes, key=lambda one: (TRACKS.index(one.track), str(one.value)))


def without(events: Iterable[Event], corrected: int | None) -> list[Event]:
    """The events as they stand when one of them is taken away; what that one had corrected stays corrected."""
    found = list(events)
    if corrected is not None:
        found.append(Event(NOT_WRITTEN - 1, "annulled", dt.date.max, {}, corrected))
    return found


def up_to(events: Iterable[Event], day: dt.date) -> list[Event]:
    """The events that have taken effect by the day. Later ones only take away what they correct."""
    return [
        event if event.effective_on <= day else replace(event, kind="annulled")
        for event in events
        if event.effective_on <= day or event.corrects is not None
    ]


def state_on(events: Iterable[Event], day: dt.date) -> FilingState:
    """The state of decision at the end of a day (Art. 30, 31)."""
    for held in fold(up_to(events, day)):
        if held.track == "status" and held.first_day <= day and (not held.last_day or day <= held.last_day):
            return FilingState(str(held.value))
    return FilingState.NONE


def open_values(held: Iterable[Held], track: str) -> list[Held]:
    """What a track still holds without an end."""
    return [one for one in held if one.track == track and one.last_day is None]
