"""Three years, the last day to ask for renewal, and where a renewed term begins (Art. 14)."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from portal.regulation.rules import SHIPPED_RULES, RuleBook
from portal.regulation.spans import Span
from portal.regulation.wording import chinese_date
from portal.regulation.working_days import ONE_DAY


class RenewalRefused(ValueError):
    """A renewal that may not be granted now; the Chinese message says why and what has to come first."""


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    month += 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def anniversary(day: date, years: int) -> date:
    """The same date ``years`` later; 29 February has its anniversary on 1 March of a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


def expiry_of(filing_day: date, rules: RuleBook = SHIPPED_RULES) -> date:
    """The last valid day: the third anniversary minus one day (2024-02-29 → 2027-02-28)."""
    return anniversary(filing_day, rules.value("validity_years", filing_day)) - ONE_DAY


def first_term(filing_day: date, rules: RuleBook = SHIPPED_RULES) -> Span:
    """The term that a filing begins with."""
    return Span(filing_day, expiry_of(filing_day, rules))


def renewal_last_day(expiry: date, rules: RuleBook = SHIPPED_RULES) -> date:
    """The last day to ask for renewal: 30 days before the last valid day. Not rolled: a rest day is no
    obstacle to asking online, and rolling forward would leave fewer than 30 days."""
    return expiry - timedelta(days=rules.value("renewal_notice_days", expiry))


@dataclass(frozen=True)
class RenewalTerm:
    """A renewed term: its days, whether days without a filing lie before it, and why."""

    span: Span
    gap: Span | None
    late_request: bool
    explanation: tuple[str, ...]


def renewal_term(
    old_expiry: date,
    requested_on: date,
    decided_on: date,
    rectification: Iterable[Span] = (),
    rules: RuleBook = SHIPPED_RULES,
) -> RenewalTerm:
    """The term granted by a renewal decided on ``decided_on``.

    It follows the old term; when that has already ended it starts on the day of decision, and the days
    between stay without a filing. A late request is accepted with a warning and bridges nothing.
    Raises RenewalRefused during rectification.
    """
    if any(span.covers(decided_on) for span in rectification):
        raise RenewalRefused("整改期内不得延续备案，请待整改结果决定作出后再办理。")
    if decided_on < requested_on:
        raise RenewalRefused("延续决定日早于申请日，请改正其中一个日期。")
    start = max(old_expiry + ONE_DAY, decided_on)
    span = Span(start, expiry_of(start, rules))
    gap = Span(old_expiry + ONE_DAY, start - ONE_DAY) if start > old_expiry + ONE_DAY else None
    late = requested_on > renewal_last_day(old_expiry, rules)
    lines = [f"原有效期至{chinese_date(old_expiry)}，新有效期自{chinese_date(span.start)}起。"]
    if gap is not None and gap.end is not None:
        lines.append(f"{chinese_date(gap.start)}至{chinese_date(gap.end)}没有备案，期间不得开展评价。")
    if late:
        last = chinese_date(renewal_last_day(old_expiry, rules))
        lines.append(f"延续申请晚于应当提出的最后一日{last}，予以接收并提示；逾期不使原备案延长。")
    return RenewalTerm(span, gap, late, tuple(lines))
