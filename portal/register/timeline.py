"""From dated events to spans of days: what held when.

The fold is a pure function of a filing's events, so that spans can be thrown away and made anew at any time.

Payloads by kind (codes and names, never primary keys, so that they mean the same in every database):

- ``filed``: ``name``, ``term`` {first_day, last_day}, ``audiences`` [value], ``areas`` [district code or ``*``],
  ``scope`` [item], ``sites`` [site]
- ``changed``: any of ``scope_added``, ``scope_ended`` [item], ``sites_added``, ``sites_ended`` [site],
  ``areas``, ``audiences`` (the two replace what held)
- ``renewed``: ``term`` · ``renamed``: ``name`` · ``deregistered``: ``ground``
- item: ``occupation`` (code), ``work_type`` (name or ""), ``level``, ``standard`` (title or ""), ``edition``, ``norm``
- site: ``name``, ``address``, ``district`` (code), ``on_receipt``
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from portal.regulation.transitions import FilingState, TransitionRefused, state_after

ONE_DAY = dt.timedelta(days=1)
CITY_WIDE = "*"
#: Names under which payloads end what a track holds.
ENDED_FIELDS = {"scope": "scope_ended", "site": "sites_ended"}


class TimelineError(ValueError):
    """An event does not fit what came before; the message says why and what to do, in Chinese.

    ``field`` is the part of the event that does not fit, as payloads name it, or ``effective_on``.
    """

    def __init__(self, message: str, field: str = "effective_on") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Event:
    """An event as the fold sees it. ``key`` orders events of one day and names the event in the answer."""

    key: int
    kind: str
    effective_on: dt.date
    payload: dict[str, Any]
    corrects: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A scope item by codes and names."""

    occupation: str
    level: str
    work_type: str = ""
    standard: str = ""
    edition: str = ""
    norm: str = ""

    @classmethod
    def from_payload(cls, data: dict[str, Any]) -> Item:
        """Read an item from a payload."""
        return cls(**{name: str(data.get(name) or "") for name in cls.__slots__})

    def to_payload(self) -> dict[str, str]:
        """Write an item to a payload, without empty values."""
        return {name: value for name in self.__slots__ if (value := getattr(self, name))}


@dataclass(frozen=True, slots=True)
class Place:
    """A site by its texts and the code of its district."""

    name: str
    address: str
    district: str
    on_receipt: bool = False

    @classmethod
    def from_payload(cls, data: dict[str, Any]) -> Place:
        """Read a site from a payload."""
        return cls(
            str(data["name"]), str(data["address"]), str(data["district"]), bool(data.get("on_receipt"))
        )

    def to_payload(self) -> dict[str, Any]:
        """Write a site to a payload."""
        return {
            "name": self.name,
            "address": self.address,
            "district": self.district,
            "on_receipt": self.on_receipt,
        }


@dataclass(frozen=True, slots=True)
class Held:
    """Something that held from ``first_day`` to ``last_day`` (inclusive; None while open), since event ``key``."""

    track: str
    value: str | Item | Place
    first_day: dt.date
    last_day: dt.date | None
    key: int


@dataclass(slots=True)
class Fold:
    """The state of the fold: what is open, what is done, and the state that decides what may come next."""

    state: FilingState = FilingState.NONE
    open: dict[tuple[str, str | Item | Place], tuple[dt.date, int]] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)

    def begin(self, track: str, value: str | Item | Place, event: Event) -> None:
        """Something begins to hold on the event's day; what holds already goes on."""
        self.open.setdefault((track, value), (event.effective_on, event.key))

    def end(self, track: str, value: str | Item | Place, event: Event) -> None:
        """Something holds for the last time on the day before the event."""
        if (track, value) not in self.open:
            raise TimelineError(
                f"{event.effective_on} 的事项要结束的内容当时并不存在：{describe(value)}。",
                ENDED_FIELDS.get(track, "effective_on"),
            )
        first_day, key = self.open.pop((track, value))
        if first_day < event.effective_on:
            self.held.append(Held(track, value, first_day, event.effective_on - ONE_DAY, key))

    def end_track(self, track: str, event: Event) -> None:
        """Everything open in a track ends."""
        for open_track, value in [pair for pair in self.open if pair[0] == track]:
            self.end(open_track, value, event)

    def replace(self, track: str, values: Iterable[str], event: Event) -> None:
        """The track holds exactly these values from the event's day on."""
        wanted = list(values)
        for _track, value in [pair for pair in self.open if pair[0] == track and pair[1] not in wanted]:
            self.end(track, value, event)
        for value in wanted:
            self.begin(track, value, event)


def describe(value: str | Item | Place) -> str:
    """A value in words, for messages."""
    if isinstance(value, Item):
        return " ".join(part for part in (value.occupation, value.work_type, value.level) if part)
    if isinstance(value, Place):
        return f"{value.name} {value.address}"
    return value


def effective(events: Iterable[Event]) -> list[Event]:
    """The events that count, in order: those that no later event corrects or annuls (both stay on record)."""
    ordered = sorted(events, key=lambda event: (event.effective_on, event.key))
    corrected = {event.corrects for event in ordered if event.corrects is not None}
    return [event for event in ordered if event.key not in corrected and event.kind != "annulled"]


def fold(events: Iterable[Event]) -> list[Held]:
    """Return everything that held, from the events of one filing.

    Raises :class:`TimelineError` when an event does not fit what came before it.
    """
    state = Fold()
    for event in effective(events):
        try:
            following = state_after(state.state, event.kind)
        except TransitionRefused as refusal:
            raise TimelineError(f"{event.effective_on}：{refusal}") from refusal
        HANDLERS[event.kind](state, event)
        state.state = following
    for (track, value), (first_day, key) in state.open.items():
        state.held.append(Held(track, value, first_day, None, key))
    return state.held


def _term(state: Fold, event: Event) -> None:
    term = event.payload["term"]
    first_day, last_day = (dt.date.fromisoformat(term[name]) for name in ("first_day", "last_day"))
    if last_day < first_day:
        raise TimelineError(f"有效期末日 {last_day} 早于首日 {first_day}。", "term")
    state.held.append(Held("term", "", first_day, last_day, event.key))


def _filed(state: Fold, event: Event) -> None:
    state.begin("status", "active", event)
    _term(state, event)
    state.replace("audience", event.payload.get("audiences", []), event)
    state.replace("area", event.payload.get("areas", []), event)
    for item in event.payload.get("scope", []):
        state.begin("scope", Item.from_payload(item), event)
    for site in event.payload.get("sites", []):
        state.begin("site", Place.from_payload(site), event)


def _changed(state: Fold, event: Event) -> None:
    payload = event.payload
    for item in payload.get("scope_ended", []):
        state.end("scope", Item.from_payload(item), event)
    for item in payload.get("scope_added", []):
        state.begin("scope", Item.from_payload(item), event)
    for site in payload.get("sites_ended", []):
        state.end("site", Place.from_payload(site), event)
    for site in payload.get("sites_added", []):
        state.begin("site", Place.from_payload(site), event)
    for track, name in (("area", "areas"), ("audience", "audiences")):
        if name in payload:
            state.replace(track, payload[name], event)


def _renewal_requested(state: Fold, event: Event) -> None:
    state.begin("renewal", "", event)


def _renewal_refused(state: Fold, event: Event) -> None:
    state.end_track("renewal", event)


def _renewed(state: Fold, event: Event) -> None:
    state.end_track("renewal", event)
    _term(state, event)


def _status(value: str) -> Callable[[Fold, Event], None]:
    def handle(state: Fold, event: Event) -> None:
        state.replace("status", [value], event)

    return handle


def _deregistered(state: Fold, event: Event) -> None:
    state.end_track("renewal", event)
    _status("deregistered")(state, event)


def _renamed(state: Fold, event: Event) -> None:
    """Names belong to the institution; its names are read from the events of all its filings."""


HANDLERS: dict[str, Callable[[Fold, Event], None]] = {
    "filed": _filed,
    "changed": _changed,
    "renewal_requested": _renewal_requested,
    "renewal_refused": _renewal_refused,
    "renewed": _renewed,
    "rectification_ordered": _status("rectification"),
    "restored": _status("active"),
    "deregistered": _deregistered,
    "renamed": _renamed,
}


def names(events: Iterable[Event]) -> list[tuple[str, dt.date]]:
    """The names an institution bore with their first days, from the events of all its filings."""
    result: list[tuple[str, dt.date]] = []
    for event in effective(events):
        name = event.payload.get("name")
        if event.kind in ("filed", "renamed") and name:
            if result and result[-1][1] == event.effective_on:
                result[-1] = (name, event.effective_on)
            elif not result or result[-1][0] != name:
                result.append((name, event.effective_on))
    return result
