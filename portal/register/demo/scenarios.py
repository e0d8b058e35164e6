"""What happened to an invented filing: each scenario gives its first day and the events after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from portal.register.services.filing_events import EventInput
from portal.regulation.validity import expiry_of

DAY = dt.timedelta(days=1)
#: First day of the register, before which nothing was filed.
EARLIEST = dt.date(2021, 1, 4)

#: Article, code and words of the grounds of deregistration (Art. 30, 31).
GROUNDS = (
    (30, "failed_rectification", "演示：整改期满后仍不符合要求"),
    (30, "serious", "演示：违反管理办法，情节严重"),
    (31, "voluntary", "演示：自愿终止评价工作，申请注销备案"),
    (31, "entity_ended", "演示：主体终止，办理法人注销登记"),
)


@dataclass(slots=True)
class History:
    """First day of the filing, and later events; ``wants`` names changes that need its scope and sites to be known."""

    filed_on: dt.date
    events: list[EventInput] = field(default_factory=list)
    wants: tuple[str, dt.date] | None = None


def event(kind: str, day: dt.date, article: int, ground: str = "", /, **payload: Any) -> EventInput:
    """An event of the register, recorded on its own day."""
    return EventInput(kind, day, article, payload, ground=ground, reason="演示数据", recorded_at=morning(day))


def morning(day: dt.date) -> dt.datetime:
    """Nine o'clock of that day in Chongqing."""
    return dt.datetime.combine(day, dt.time(9), tzinfo=dt.timezone(dt.timedelta(hours=8)))


def term(first_day: dt.date) -> dict[str, str]:
    """A term of three years."""
    return {"first_day": first_day.isoformat(), "last_day": expiry_of(first_day).isoformat()}


def filed_so_that_it_ends(last_day: dt.date) -> dt.date:
    """The day of a filing whose first term ends about then."""
    day = last_day.replace(day=min(last_day.day, 28))
    return day.replace(year=day.year - 3) + DAY


def active(today: dt.date, random: Random) -> History:
    """In force, nothing happened."""
    return History(max(EARLIEST, today - random.randint(40, 1000) * DAY))


def expiring(today: dt.date, random: Random) -> History:
    """In force for a few weeks more."""
    return History(filed_so_that_it_ends(today + random.randint(8, 55) * DAY))


def renewal_open(today: dt.date, random: Random) -> History:
    """Renewal asked for in time and still in force."""
    history = History(filed_so_that_it_ends(today + random.randint(8, 25) * DAY))
    asked = expiry_of(history.filed_on) - 40 * DAY
    history.events = [event("renewal_requested", asked, 14)]
    return history


def renewal_pending(today: dt.date, random: Random) -> History:
    """The term has ended, the renewal is not decided yet."""
    history = History(filed_so_that_it_ends(today - random.randint(5, 30) * DAY))
    asked = expiry_of(history.filed_on) - random.randint(31, 45) * DAY
    history.events = [event("renewal_requested", asked, 14)]
    return history


def renewed(today: dt.date, random: Random) -> History:
    """Renewed once, the new term following the old one."""
    history = History(max(EARLIEST, today - random.randint(1130, 1750) * DAY))
    first_end = expiry_of(history.filed_on)
    asked, decided = first_end - random.randint(50, 80) * DAY, first_end - random.randint(5, 25) * DAY
    history.events = [
        event("renewal_requested", asked, 14),
        event("renewed", decided, 14, term=term(first_end + DAY)),
    ]
    return history


def renewed_after_gap(today: dt.date, random: Random) -> History:
    """Decided after the old term had ended: some days without a filing lie between."""
    history = History(today - random.randint(1150, 1400) * DAY)
    first_end = expiry_of(history.filed_on)
    decided = first_end + random.randint(10, 30) * DAY
    history.events = [
        event("renewal_requested", first_end - 33 * DAY, 14),
        event("renewed", decided, 14, term=term(decided)),
    ]
    return history


def expired(today: dt.date, random: Random) -> History:
    """The term has ended, nobody asked for renewal."""
    return History(max(EARLIEST, today - random.randint(1110, 1800) * DAY))


def renewal_refused(today: dt.date, random: Random) -> History:
    """Renewal was asked for and refused."""
    history = History(max(EARLIEST, today - random.randint(1150, 1600) * DAY))
    first_end = expiry_of(history.filed_on)
    ground = "演示：复核时不再具备第七条规定的条件"
    history.events = [
        event("renewal_requested", first_end - 35 * DAY, 14),
        event("renewal_refused", first_end - 2 * DAY, 14, ground),
    ]
    return history


def rectification(today: dt.date, random: Random) -> History:
    """Under an order to correct."""
    history = History(today - random.randint(200, 900) * DAY)
    ordered = today - random.randint(5, 45) * DAY
    history.events = [event("rectification_ordered", ordered, 30, "演示：评价场地视频监控设备缺失")]
    return history


def restored(today: dt.date, random: Random) -> History:
    """Corrected and in force again."""
    history = History(today - random.randint(500, 1000) * DAY)
    ordered = history.filed_on + random.randint(120, 250) * DAY
    history.events = [
        event("rectification_ordered", ordered, 30, "演示：考务管理制度不完善"),
        event("restored", ordered + random.randint(20, 60) * DAY, 30, "演示：复查合格"),
    ]
    return history


def _deregister(
    history: History, today: dt.date, random: Random, article: int, code: str, words: str
) -> History:
    ended = today - random.randint(10, 180) * DAY
    if code == "failed_rectification":
        history.events.append(
            event("rectification_ordered", ended - 60 * DAY, 30, "演示：未按备案范围开展评价")
        )
    history.events.append(event("deregistered", ended, article, words, ground=code))
    return history


def deregistered_for(index: int) -> Callable[[dt.date, Random], History]:
    """The scenario for one ground."""
    article, code, words = GROUNDS[index]

    def scenario(today: dt.date, random: Random) -> History:
        history = History(max(EARLIEST, today - random.randint(400, 1000) * DAY))
        return _deregister(history, today, random, article, code, words)

    return scenario


def changing(what: str) -> Callable[[dt.date, Random], History]:
    """Something of the filing changes: ``scope``, ``sites``, ``area`` or ``name``."""

    def scenario(today: dt.date, random: Random) -> History:
        history = History(today - random.randint(400, 1000) * DAY)
        history.wants = (what, history.filed_on + random.randint(90, 300) * DAY)
        return history

    return scenario


#: How many filings of each scenario there are; the rest are simply in force.
SCENARIOS: tuple[tuple[Callable[[dt.date, Random], History], int], ...] = (
    (expiring, 4),
    (renewal_open, 3),
    (renewal_pending, 4),
    (renewed, 9),
    (renewed_after_gap, 2),
    (expired, 7),
    (renewal_refused, 2),
    (rectification, 6),
    (restored, 5),
    (deregistered_for(0), 2),
    (deregistered_for(1), 2),
    (deregistered_for(2), 3),
    (deregistered_for(3), 2),
    (changing("scope"), 6),
    (changing("sites"), 4),
    (changing("area"), 2),
    (changing("name"), 5),
)
