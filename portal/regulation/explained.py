"""A computed date together with everything that explains it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.regulation.spans import Span
from portal.regulation.wording import chinese_date

#: Whose time a limit measures. What an applicant or the public was told is never shortened afterwards.
APPLICANT = "applicant"
PUBLIC = "public"
OFFICE = "office"


@dataclass(frozen=True)
class DayReason:
    """A day and why it was skipped or, on a weekend, counted."""

    day: date
    reason: str

    def to_dict(self) -> dict[str, str]:
        return {"date": self.day.isoformat(), "reason": self.reason}

    def __str__(self) -> str:
        return f"{chinese_date(self.day)}{self.reason}"


@dataclass(frozen=True)
class Extension:
    """Days added to a limit for a stated reason, in the unit of the limit."""

    days: int
    reason: str
    granted_on: date | None = None

    def __post_init__(self) -> None:
        if self.days < 1:
            raise ValueError(f"延长天数应为正整数，收到 {self.days}。")
        if not self.reason.strip():
            raise ValueError("延长期限应当写明理由，请填写后再提交。")

    def to_dict(self) -> dict[str, Any]:
        granted = self.granted_on.isoformat() if self.granted_on else None
        return {"days": self.days, "reason": self.reason, "granted_on": granted}


@dataclass(frozen=True)
class Deadline:
    """A limit: its last day (``due``, Asia/Shanghai, until 24:00) and how it was found.

    ``skipped`` are days that did not count, ``make_up_days`` weekend days that did. ``counted_to`` is the
    last day by plain counting in calendar days, ``rolled_from`` the last day before it moved off a rest day
    (only limits with ``rolls`` do), ``stopped`` the spans in which the limit stood still.
    ``start_day_counts`` marks a term, whose first day is the start itself. ``provisional`` (暂定): a year
    that is not yet published was touched. ``publicly_overdue_from`` is set for an office's limits: the
    first day on which a missing decision shows as overdue to the public.
    """

    rule: str
    title: str
    article: str
    basis: str
    start: date
    start_event: str
    length: int
    unit: str
    due: date
    whose: str = OFFICE
    source: str = ""
    skipped: tuple[DayReason, ...] = ()
    make_up_days: tuple[DayReason, ...] = ()
    extensions: tuple[Extension, ...] = ()
    rolled_from: date | None = None
    provisional: bool = False
    publicly_overdue_from: date | None = None
    publicly_overdue_provisional: bool = False
    counted_back_from: date | None = None
    start_day_counts: bool = False
    counted_to: date | None = None
    rolls: bool = False
    stopped: tuple[Span, ...] = ()
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; days are ISO dates."""
        overdue = self.publicly_overdue_from
        return {
            "rule": self.rule,
            "title": self.title,
            "article": self.article,
            "basis": self.basis,
            "source": self.source,
            "start": self.start.isoformat(),
            "start_event": self.start_event,
            "length": self.length,
            "unit": self.unit,
            "due": self.due.isoformat(),
            "provisional": self.provisional,
            "skipped": [item.to_dict() for item in self.skipped],
            "make_up_days": [item.to_dict() for item in self.make_up_days],
            "extensions": [item.to_dict() for item in self.extensions],
            "rolled_from": self.rolled_from.isoformat() if self.rolled_from else None,
            "publicly_overdue_from": overdue.isoformat() if overdue else None,
            "publicly_overdue_provisional": self.publicly_overdue_provisional,
            "stopped": [
                {"start": span.start.isoformat(), "end": span.end.isoformat() if span.end else None}
                for span in self.stopped
            ],
            "notes": list(self.notes),
        }

    def explanation_lines(self) -> tuple[str, ...]:
        """The calculation in plain Chinese, one sentence a line."""
        ground = f"依据：{self.article}（{self.basis}；{self.source}）。"
        lines = [self._result_line(), ground, self._count_line()]
        if self.skipped:
            lines.append(f"不计入的日子 {len(self.skipped)} 天：{_listed(self.skipped)}。")
        if self.make_up_days:
            lines.append(f"计入的调休工作日 {len(self.make_up_days)} 天：{_listed(self.make_up_days)}。")
        lines += [
            f"{chinese_date(span.start)}至{chinese_date(span.end) if span.end else '今'}期限停止计算。"
            for span in self.stopped
            if span.overlaps(Span(self.start, self.due))
        ]
        lines += [f"延长 {item.days} {self.unit}，理由：{item.reason}。" for item in self.extensions]
        if self.rolled_from is not None:
            lines.append(f"按日计算的最后一日{chinese_date(self.rolled_from)}是休息日，顺延至下一个工作日。")
        if self.provisional:
            lines.append("暂定：涉及年份的放假安排未收录，按周末和法定节日推算，安排公布后重新计算。")
        if self.publicly_overdue_from is not None:
            mark = "（暂定）" if self.publicly_overdue_provisional else ""
            lines.append(f"自{chinese_date(self.publicly_overdue_from)}起对外显示为逾期{mark}。")
        return (*lines, *self.notes)

    def _result_line(self) -> str:
        return f"{self.title}：{chinese_date(self.due)}{'（暂定）' if self.provisional else ''}。"

    def _count_line(self) -> str:
        start = f"{self.start_event}：{chinese_date(self.start)}"
        length = f"{self.length} {self.unit}"
        if self.counted_back_from is not None:
            return f"{start}；自{chinese_date(self.counted_back_from)}往前推算 {length}。"
        if self.start_day_counts:
            return f"{start}，当日起算 {length}。"
        return f"{start}，次日起算 {length}。"


def _listed(days: tuple[DayReason, ...]) -> str:
    return "、".join(str(item) for item in days)
