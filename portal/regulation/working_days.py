"""The work calendar: rest days and make-up working days as the State Council publishes them.

In a year that is not yet published, weekends and the statutory festival days (全国年节及纪念日放假办法)
count as rest and every verdict is provisional (暂定). The same holds for years before the first shipped
one. Lunar festivals come from a table; after its last year only the fixed-date festivals are known, which
changes nothing in kind: the answer is provisional either way, and no year ever raises an error.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib import resources
from types import MappingProxyType

ONE_DAY = timedelta(days=1)

#: Statutory festival days by month and day since the revision in force from 2025-01-01.
_FIXED_FESTIVALS = {
    (1, 1): "元旦",
    (5, 1): "劳动节",
    (5, 2): "劳动节",
    (10, 1): "国庆节",
    (10, 2): "国庆节",
    (10, 3): "国庆节",
}


@dataclass(frozen=True)
class DayVerdict:
    """Whether a day is worked, why, and whether that may still change.

    ``make_up`` marks a working day on a weekend that makes up for a festival.
    """

    working: bool
    reason: str
    provisional: bool
    make_up: bool = False


@dataclass(frozen=True)
class WorkCalendar:
    """Published rest days and make-up days with the festival's name, and the years they are complete for."""

    off: Mapping[date, str] = field(default_factory=dict)
    work: Mapping[date, str] = field(default_factory=dict)
    published_years: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        both = sorted(set(self.off) & set(self.work))
        if both:
            raise ValueError(f"{both[0].isoformat()} 既标为放假又标为上班，请删去其中一条。")
        object.__setattr__(self, "off", MappingProxyType(dict(self.off)))
        object.__setattr__(self, "work", MappingProxyType(dict(self.work)))

    def with_days(
        self,
        *,
        off: Mapping[date, str] | None = None,
        work: Mapping[date, str] | None = None,
        years: Iterable[int] = (),
    ) -> WorkCalendar:
        """A calendar that also knows these days; a day given here replaces what was known of it.

        A year becomes final only when it is named in ``years``.
        """
        new_off, new_work = dict(off or {}), dict(work or {})
        return WorkCalendar(
            off={day: name for day, name in self.off.items() if day not in new_work} | new_off,
            work={day: name for day, name in self.work.items() if day not in new_off} | new_work,
            published_years=self.published_years | frozenset(years),
        )

    def day_verdict(self, day: date) -> DayVerdict:
        """Whether ``day`` is a working day, with the reason in Chinese."""
        provisional = day.year not in self.published_years
        weekend = day.weekday() >= 5
        if day in self.work:
            # A weekday that the list only confirms makes up for nothing.
            reason = f"{self.work[day]}调休上班" if weekend else "工作日"
            return DayVerdict(True, reason, provisional, make_up=weekend)
        if day in self.off:
            return DayVerdict(False, f"{self.off[day]}放假", provisional)
        if provisional:
            festival = statutory_festival(day)
            if festival is not None:
                return DayVerdict(False, f"{festival}法定节日", True)
        if weekend:
            return DayVerdict(False, "周末休息", provisional)
        return DayVerdict(True, "工作日", provisional)

    def is_working(self, day: date) -> bool:
        return self.day_verdict(day).working

    def next_working_day(self, day: date) -> date:
        """The first working day strictly after ``day``."""
        return next(later for later in days_after(day) if self.is_working(later))

    def first_working_day_from(self, day: date) -> date:
        """``day`` itself when it is worked, otherwise the next working day."""
        return day if self.is_working(day) else self.next_working_day(day)


def days_after(day: date) -> Iterator[date]:
    """Every calendar day after ``day``, without end (the calendar of Python ends with the year 9999)."""
    while True:
        day += ONE_DAY
        yield day


def statutory_festival(day: date) -> str | None:
    """The statutory festival on ``day`` by date or by the table of lunar festivals, or None."""
    return _FIXED_FESTIVALS.get((day.month, day.day)) or lunar_festivals().get(day)


@cache
def lunar_festivals() -> Mapping[date, str]:
    """Festival days of the years in ``data/lunar_festivals.csv`` (春节 four days, 清明, 端午, 中秋)."""
    days: dict[date, str] = {}
    for row in _rows("lunar_festivals.csv"):
        new_year = date.fromisoformat(row["spring_festival"])
        # 除夕 and the first three days of the year (since 2025).
        days |= {new_year + timedelta(days=offset): "春节" for offset in range(-1, 3)}
        days[date.fromisoformat(row["qingming"])] = "清明节"
        days[date.fromisoformat(row["dragon_boat"])] = "端午节"
        days[date.fromisoformat(row["mid_autumn"])] = "中秋节"
    return MappingProxyType(days)


@cache
def load_shipped_calendar() -> WorkCalendar:
    """The calendar that ships with the program: 2018–2026, all published."""
    off: dict[date, str] = {}
    work: dict[date, str] = {}
    years: set[int] = set()
    for row in _rows("calendar.csv"):
        target = off if row["status"] == "off" else work
        target[date.fromisoformat(row["date"])] = row["name"]
        years.add(int(row["source_year"]))
    return WorkCalendar(off, work, frozenset(years))


def _rows(name: str) -> list[dict[str, str]]:
    text = resources.files("portal.regulation").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
