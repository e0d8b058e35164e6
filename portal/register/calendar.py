"""The working-day calendar in force: the years that ship with the program and those that staff have added."""

from __future__ import annotations

import datetime as dt
import functools

from portal.register.models import CalendarDay, CalendarYear
from portal.regulation.working_days import WorkCalendar, load_shipped_calendar


def current_calendar() -> WorkCalendar:
    """The calendar as recorded now; years not yet published are answered provisionally by the rules."""
    years = frozenset(CalendarYear.objects.values_list("year", flat=True))
    days = tuple(CalendarDay.objects.values_list("date", "kind", "name"))
    return _build(years, days)


@functools.lru_cache(maxsize=4)
def _build(years: frozenset[int], days: tuple[tuple[dt.date, str, str], ...]) -> WorkCalendar:
    off = {date: name for date, kind, name in days if kind == CalendarDay.Kind.OFF}
    work = {date: name for date, kind, name in days if kind == CalendarDay.Kind.WORK}
    return load_shipped_calendar().with_days(off=off, work=work, years=years)
