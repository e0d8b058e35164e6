"""Counting days forward: the day after the start is day 1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.regulation.explained import DayReason
from portal.regulation.spans import Span
from portal.regulation.working_days import WorkCalendar, days_after


@dataclass(frozen=True)
class WorkingDayCount:
    """The last of the counted working days and what was met on the way."""

    last: date
    skipped: tuple[DayReason, ...]
    make_up_days: tuple[DayReason, ...]
    provisional: bool


@dataclass(frozen=True)
class RolledDay:
    """A last day after it was moved off rest days; ``rolled_from`` is None when nothing moved."""

    day: date
    rolled_from: date | None
    skipped: tuple[DayReason, ...]
    provisional: bool


def count_working_days(
    start: date, length: int, calendar: WorkCalendar, stopped: Iterable[Span] = ()
) -> WorkingDayCount:
    """The ``length``-th working day after ``start``; days inside ``stopped`` do not count.

    Raises ValueError when ``length`` is below 1.
    """
    if length < 1:
        raise ValueError(f"期限应至少为 1 个工作日，收到 {length}。")
    pauses = tuple(stopped)
    skipped: list[DayReason] = []
    make_up: list[DayReason] = []
    provisional, left, day = False, length, start
    days = days_after(start)
    while left:
        day = next(days)
        verdict = calendar.day_verdict(day)
        provisional |= verdict.provisional
        if any(pause.covers(day) for pause in pauses):
            skipped.append(DayReason(day, "期限中止"))
        elif not verdict.working:
            skipped.append(DayReason(day, verdict.reason))
        else:
            left -= 1
            if verdict.make_up:
                make_up.append(DayReason(day, verdict.reason))
    return WorkingDayCount(day, tuple(skipped), tuple(make_up), provisional)


def roll_off_rest_day(day: date, calendar: WorkCalendar) -> RolledDay:
    """``day``, or the next working day when it is a rest day."""
    skipped: list[DayReason] = []
    provisional, rolled = False, day
    while True:
        verdict = calendar.day_verdict(rolled)
        provisional |= verdict.provisional
        if verdict.working:
            return RolledDay(rolled, day if rolled != day else None, tuple(skipped), provisional)
        skipped.append(DayReason(rolled, verdict.reason))
        rolled = next(days_after(rolled))
