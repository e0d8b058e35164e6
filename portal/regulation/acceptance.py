"""Deemed acceptance (Art. 10): no refusal and no correction notice within five working days."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from portal.regulation.deadlines import Deadline, acceptance_deadline
from portal.regulation.rules import SHIPPED_RULES, RuleBook
from portal.regulation.spans import Span
from portal.regulation.working_days import ONE_DAY, WorkCalendar

CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class CorrectionNotice:
    """A notice to correct and, if it was taken back, the day of that."""

    served_on: date
    recalled_on: date | None = None

    def __post_init__(self) -> None:
        if self.recalled_on is not None and self.recalled_on < self.served_on:
            raise ValueError("补正通知的撤回日早于送达日，请改正其中一个日期。")


@dataclass(frozen=True)
class DeemedAcceptance:
    """When an application counts as accepted by itself.

    ``at`` (Asia/Shanghai) is None while ``stopped_by``, a notice that still stands, holds the clock. The
    decision's 90 days run from ``acceptance_day``. ``too_late`` are notices that came after the limit and
    changed nothing.
    """

    limit: Deadline
    at: datetime | None
    stopped_by: CorrectionNotice | None
    too_late: tuple[CorrectionNotice, ...] = ()

    @property
    def acceptance_day(self) -> date | None:
        return self.at.date() if self.at is not None else None


def deemed_acceptance(
    receipt: date,
    calendar: WorkCalendar,
    notices: Iterable[CorrectionNotice] = (),
    rules: RuleBook = SHIPPED_RULES,
) -> DeemedAcceptance:
    """The moment of deemed acceptance: 00:00 after the fifth working day.

    A standing notice stops the clock. When it is recalled the clock goes on: the days after its service
    up to the day of recall do not count. A notice after the limit is refused, so it is only reported.
    """
    limit = acceptance_deadline(receipt, calendar, rules)
    last = limit.due
    late: list[CorrectionNotice] = []
    for notice in sorted(notices, key=lambda item: item.served_on):
        if notice.served_on > last:
            late.append(notice)
        elif notice.recalled_on is None:
            return DeemedAcceptance(limit, None, notice, tuple(late))
        elif notice.recalled_on > notice.served_on:
            pause = Span(notice.served_on + ONE_DAY, notice.recalled_on)
            limit = acceptance_deadline(receipt, calendar, rules, stopped=(*limit.stopped, pause))
            # After a notice on the fifth working day nothing is left to count, but it still stood until recalled.
            last = max(last, limit.due, notice.recalled_on)
    at = datetime.combine(last + ONE_DAY, time.min, tzinfo=CHINA)
    return DeemedAcceptance(limit, at, None, tuple(late))


def correction_notice_allowed(on: date, acceptance: DeemedAcceptance) -> bool:
    """Whether a correction notice may still be served on a day: never after deemed acceptance."""
    day = acceptance.acceptance_day
    return acceptance.stopped_by is None and day is not None and on < day
