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
    shipped = load_shipped_calendar()
    # Of a year that is recorded nothing else counts: a day that staff took out is out.
    base = WorkCalendar(
        off={date: name for date, name in shipped.off.items() if date.year not in years},
        work={date: name for date, name in shipped.work.items() if date.year not in years},
        published_years=shipped.published_years,
    )
    return base.with_days(off=off, work=work, years=years)
