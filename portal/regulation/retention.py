"""Floors for keeping assessment records (Art. 19): paper three years, electronic five."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from portal.regulation.rules import SHIPPED_RULES, RuleBook
from portal.regulation.validity import add_months


class Medium(StrEnum):
    PAPER = "paper"
    ELECTRONIC = "electronic"


class RetentionShortened(ValueError):
    """An attempt to keep something for less time than before."""


def retain_until_floor(medium: Medium | str, trigger_day: date, rules: RuleBook = SHIPPED_RULES) -> date:
    """The last day on which the record must still be kept; the trigger is the end of the assessment.

    The years run from the day after the trigger, so 29 February ends on 28 February of a common year:
    the three or five years are then complete.
    """
    years = rules.value(f"retention_{Medium(medium).value}", trigger_day)
    return add_months(trigger_day, 12 * years)


def lengthened(current: date | None, *candidates: date) -> date | None:
    """The latest of the days; what a record already has is never shortened. None only without any day."""
    days = [day for day in (current, *candidates) if day is not None]
    return max(days, default=None)


def refuse_shortening(current: date, proposed: date) -> date:
    """``proposed`` unless it is earlier than ``current``: then RetentionShortened."""
    if proposed < current:
        raise RetentionShortened(
            f"保管期限至 {current.isoformat()}，不能改早为 {proposed.isoformat()}，请填写不早于原期限的日期。"
        )
    return proposed
