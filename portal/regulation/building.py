"""Putting a Deadline together from a rule value, a start day and the calendar."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from portal.regulation.counting import count_working_days, roll_off_rest_day
from portal.regulation.explained import APPLICANT, OFFICE, Deadline, Extension
from portal.regulation.rules import WORKING_DAYS, RuleBook, RuleValue
from portal.regulation.spans import Span
from portal.regulation.working_days import ONE_DAY, WorkCalendar


def base_limit(rule: RuleValue, start: date, start_event: str, due: date, *, whose: str = OFFICE) -> Deadline:
    """A limit in calendar days that neither rolls nor depends on the calendar."""
    first = rule.in_force_from
    notes: tuple[str, ...] = ()
    if start < first:
        notes = (f"起算日早于该规则的施行日（{first.isoformat()}），按施行后的规则推算，仅供参考。",)
    return Deadline(
        rule=rule.key,
        title=rule.title,
        article=rule.article,
        basis=rule.basis,
        source=rule.source,
        start=start,
        start_event=start_event,
        length=rule.value,
        unit=rule.unit,
        due=due,
        counted_to=due,
        whose=whose,
        notes=notes,
    )


def working_day_limit(
    key: str,
    start: date,
    start_event: str,
    calendar: WorkCalendar,
    rules: RuleBook,
    *,
    whose: str = OFFICE,
    extensions: tuple[Extension, ...] = (),
    stopped: tuple[Span, ...] = (),
) -> Deadline:
    """A limit in working days; the day after ``start`` is day 1."""
    limit = base_limit(rules.applied(key, start), start, start_event, start, whose=whose)
    return _counted(replace(limit, counted_to=None, extensions=extensions, stopped=stopped), calendar)


def calendar_day_limit(
    key: str,
    start: date,
    start_event: str,
    calendar: WorkCalendar,
    rules: RuleBook,
    extensions: tuple[Extension, ...] = (),
) -> Deadline:
    """An applicant's limit in calendar days; a last day on a rest day rolls."""
    rule = rules.applied(key, start)
    days = rule.value + sum(item.days for item in extensions)
    limit = base_limit(rule, start, start_event, start + timedelta(days=days), whose=APPLICANT)
    return rolled(replace(limit, extensions=extensions), calendar)


def rolled(limit: Deadline, calendar: WorkCalendar) -> Deadline:
    """The limit with its last day moved past the stopped days and off rest days."""
    last = _past_stopped_days(limit.start, limit.counted_to or limit.due, limit.stopped)
    moved = roll_off_rest_day(last, calendar)
    return replace(
        limit,
        due=moved.day,
        rolls=True,
        rolled_from=moved.rolled_from,
        skipped=moved.skipped,
        provisional=moved.provisional,
    )


def with_overdue(limit: Deadline, calendar: WorkCalendar) -> Deadline:
    """An office's limit with the first day on which it shows as overdue to the public: the day after
    the working day that follows the last day."""
    grace = calendar.next_working_day(limit.due)
    provisional = limit.provisional or calendar.day_verdict(grace).provisional
    return replace(limit, publicly_overdue_from=grace + ONE_DAY, publicly_overdue_provisional=provisional)


def standard_extension(key: str, start: date, reason: str, rules: RuleBook) -> tuple[Extension, ...]:
    """The one extension that a standard allows, when a reason for it is given."""
    return (Extension(rules.value(key, start), reason),) if reason else ()


def rebuilt(old: Deadline, calendar: WorkCalendar, stopped: tuple[Span, ...]) -> Deadline:
    """The limit computed again from its own parts; limits that are fixed by date stay as they are."""
    spans = old.stopped + tuple(span for span in stopped if span not in old.stopped)
    if old.unit == WORKING_DAYS:
        new = _counted(replace(old, stopped=spans), calendar)
    elif old.rolls:
        new = rolled(replace(old, stopped=spans), calendar)
    else:
        new = old
    return with_overdue(new, calendar) if old.publicly_overdue_from is not None else new


def _counted(limit: Deadline, calendar: WorkCalendar) -> Deadline:
    days = limit.length + sum(item.days for item in limit.extensions)
    count = count_working_days(limit.start, days, calendar, limit.stopped)
    return replace(
        limit,
        due=count.last,
        skipped=count.skipped,
        make_up_days=count.make_up_days,
        provisional=count.provisional,
    )


def _past_stopped_days(start: date, last: date, stopped: tuple[Span, ...]) -> date:
    """``last`` moved on by one day for each stopped day between ``start`` and it."""
    day, left = start, (last - start).days
    while left:
        day += ONE_DAY
        left -= not any(span.covers(day) for span in stopped)
    return day
