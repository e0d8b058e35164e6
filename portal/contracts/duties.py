"""What staff have to do: each app names its sources, the staff's home page and the morning digest read them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any


class Consequence(IntEnum):
    """What follows when nobody acts; the order in which duties are shown."""

    #: On a day something happens by itself, by law (deemed acceptance, expiry).
    TAKES_EFFECT = 1
    OVERDUE = 2
    DUE = 3
    #: No day, but somebody waits for it.
    WAITING = 4


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to do. ``what`` names the object, ``action`` is the one next step (a verb) that ``url`` leads to.

    ``why`` says in one sentence what follows, when nobody acts, and under which article; ``due`` is the last day.
    """

    key: str
    what: str
    consequence: Consequence
    action: str
    url: str
    why: str = ""
    due: dt.date | None = None
    office: str = ""


@dataclass(frozen=True, slots=True)
class Duties:
    """The most urgent duties of one source, how many there are in all, and where the rest is listed.

    ``next_day`` is the day on which the source will have something, when it has nothing now and knows it.
    """

    items: Sequence[Duty] = field(default_factory=tuple)
    total: int = 0
    url: str = ""
    next_day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class DutySource:
    """Where duties come from. ``find(user, day, limit)`` gives those of an account on a day, most urgent first,
    with a constant number of queries, and only what the account's posts allow."""

    name: str
    label: str
    find: Callable[[Any, dt.date, int], Duties]


_sources: dict[str, DutySource] = {}


def register_source(source: DutySource) -> None:
    """Add a source (from an app's ``ready``); the same name again replaces it."""
    _sources[source.name] = source


def sources() -> list[DutySource]:
    """All sources."""
    return list(_sources.values())
