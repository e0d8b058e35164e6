"""Years of the working-day calendar as the State Council published them: added, mended, always with source and reason."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.audit.record import record
from portal.contracts.recomputing import Recomputed, recompute
from portal.register.models import CalendarDay, CalendarYear
from portal.register.services.versions import ChangeRefused, check_version, version_of
from portal.register.tabular.cells import CellError, parse_day, shortened
from portal.register.tabular.limits import what_is_wrong_with
from portal.regulation.working_days import lunar_festivals, statutory_festival

OFF, WORK = CalendarDay.Kind.OFF.value, CalendarDay.Kind.WORK.value
KINDS = {"放假": OFF, "休": OFF, "off": OFF, "调休上班": WORK, "上班": WORK, "班": WORK, "work": WORK}
_SEPARATORS = re.compile("[,，\t;；]")
_RANGE = re.compile(r"(.+?)\s*(?:至|~|—|到)\s*(.+)")
MOST_LINES = 200
#: A year's arrangement may begin in the last days of the year before.
DAYS_BEFORE = 10
FIRST_YEAR, LAST_YEAR = 2018, 2100


@dataclass(frozen=True, slots=True, order=True)
class DayEntry:
    """One day that differs from its weekday."""

    date: dt.date
    kind: str
    name: str


def parse_days(text: str) -> list[DayEntry]:
    """The days of a pasted table: date (or first 至 last), 放假 or 调休上班, festival; a header line may stand first.

    Raises :class:`ChangeRefused` with every line that is wrong.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_LINES:
        raise ChangeRefused(_("超过 %d 行，请只粘贴一年的安排。") % MOST_LINES, "days")
    found: list[DayEntry] = []
    faults: list[str] = []
    for number, line in enumerate(lines, start=1):
        if number == 1 and "日期" in line:
            continue
        try:
            found += _entries(line)
        except CellError as error:
            faults.append(_("第 %(number)d 行：%(message)s") % {"number": number, "message": error})
    if faults:
        raise ChangeRefused(" ".join(faults[:10]), "days")
    return sorted(found)


def _entries(line: str) -> list[DayEntry]:
    if wrong := what_is_wrong_with(line.replace("\t", " ")):
        raise CellError(wrong)
    cells = [cell.strip().strip('"') for cell in _SEPARATORS.split(line)]
    if len(cells) < 3 or any(cells[3:]):
        raise CellError(_("“%s”应为三列：日期，放假或调休上班，节日。") % shortened(line))
    span, kind, name = cells[:3]
    if kind not in KINDS:
        raise CellError(_("“%s”应为“放假”或“调休上班”。") % shortened(kind))
    if not name or len(name) > 20:
        raise CellError(_("请填写节日名称，最多 20 个字。"))
    between = _RANGE.fullmatch(span)
    first = parse_day(between[1] if between else span)
    last = parse_day(between[2]) if between else first
    if not 0 <= (last - first).days <= 15:
        raise CellError(_("“%s”的首末日不合理，请核对。") % shortened(span))
    return [
        DayEntry(first + dt.timedelta(days=offset), KINDS[kind], name)
        for offset in range((last - first).days + 1)
    ]


def check_days(year: int, days: Iterable[DayEntry]) -> None:
    """Raise :class:`ChangeRefused` for days of another year, named twice, make-up work on a weekday, or a statutory
    festival that is missing: such a list is not what the State Council published."""
    days = list(days)
    faults: list[str] = []
    seen: set[dt.date] = set()
    earliest = dt.date(year, 1, 1) - dt.timedelta(days=DAYS_BEFORE)
    for entry in days:
        if not earliest <= entry.date <= dt.date(year, 12, 31):
            faults.append(_("%(day)s 不在 %(year)d 年") % {"day": entry.date, "year": year})
        if entry.date in seen:
            faults.append(_("%s 写了两次") % entry.date)
        seen.add(entry.date)
        if entry.kind == WORK and entry.date.weekday() < 5:
            faults.append(_("%s 是周一至周五，不需要调休上班") % entry.date)
    off = {entry.date for entry in days if entry.kind == OFF}
    for day in statutory_days(year):
        if day not in off:
            faults.append(
                _("%(day)s 是%(name)s法定节日，应列为放假") % {"day": day, "name": statutory_festival(day)}
            )
    if faults:
        raise ChangeRefused("；".join(faults[:10]) + "。", "days")


def statutory_days(year: int) -> list[dt.date]:
    """The statutory festival days of a year, as far as they are known, in the form that holds since 2025."""
    if year < 2025:
        return []
    first = dt.date(year, 1, 1)
    every = (first + dt.timedelta(days=offset) for offset in range(366))
    return [day for day in every if day.year == year and statutory_festival(day) is not None]


def lunar_known(year: int) -> bool:
    """Whether the lunar festivals of the year can be checked."""
    return any(day.year == year for day in lunar_festivals())


def days_of(year: int) -> list[DayEntry]:
    """What is registered for a year."""
    rows = CalendarDay.objects.filter(year=year).values_list("date", "kind", "name")
    return [DayEntry(*row) for row in rows.order_by("date")]


def year_version(year: int) -> str:
    """Version of a year; the same text for one that is not there."""
    source = CalendarYear.objects.filter(pk=year).values_list("source", flat=True).first()
    return version_of(year, source, [(entry.date, entry.kind, entry.name) for entry in days_of(year)])


def publish_year(
    year: int, source: str, days: list[DayEntry], *, actor: User, reason: str, version: str
) -> list[Recomputed]:
    """Make a year final, or mend it; returns what was recomputed by the apps that keep provisional dates.

    The calendar is read anew for every question, so all processes count with it from the end of the transaction.
    Raises :class:`StaleVersion` when somebody was quicker, :class:`ChangeRefused` for days that cannot be right.
    """
    check_days(year, days)
    with transaction.atomic():
        list(CalendarYear.objects.select_for_update())
        check_version(year_version(year), version)
        row = CalendarYear.objects.filter(pk=year).first()
        before = days_of(year)
        if row is not None and row.source == source and before == sorted(days):
            raise ChangeRefused(_("与已登记的安排相同，未保存。"))
        foreign = CalendarDay.objects.filter(date__in=[entry.date for entry in days]).exclude(year=year)
        if other := foreign.first():
            raise ChangeRefused(
                _("%(day)s 已在 %(year)d 年的安排中，请先在那一年删去。")
                % {"day": other.date, "year": other.year_id},
                "days",
            )
        _write(year, source, days)
        record(
            "register.calendar.published" if row is None else "register.calendar.changed",
            CalendarYear(pk=year),
            actor=actor,
            before=None if row is None else {"source": row.source, "days": len(before)},
            after={
                "source": source,
                "days": len(days),
                "removed": [_line(entry) for entry in before if entry not in days],
                "added": [_line(entry) for entry in sorted(days) if entry not in before],
            },
            reason=reason,
        )
        return recompute(year)


def _write(year: int, source: str, days: list[DayEntry]) -> None:
    CalendarYear.objects.update_or_create(pk=year, defaults={"source": source})
    CalendarDay.objects.filter(year=year).delete()
    CalendarDay.objects.bulk_create(
        [CalendarDay(date=entry.date, kind=entry.kind, name=entry.name, year_id=year) for entry in days]
    )


def _line(entry: DayEntry) -> str:
    return f"{entry.date} {CalendarDay.Kind(entry.kind).label} {entry.name}"


def as_text(days: Iterable[DayEntry]) -> str:
    """The days as they are pasted."""
    return "\n".join(f"{entry.date},{CalendarDay.Kind(entry.kind).label},{entry.name}" for entry in days)
