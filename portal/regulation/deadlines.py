"""Every limit of the regulation and of our own standards, as a Deadline that explains itself.

The last day of a limit belongs to it (until 24:00). A limit counted in calendar days that binds an
applicant or a citizen rolls off a rest day; a limit that binds an office does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from portal.regulation.building import (
    base_limit,
    calendar_day_limit,
    rebuilt,
    rolled,
    standard_extension,
    with_overdue,
    working_day_limit,
)
from portal.regulation.explained import APPLICANT, OFFICE, PUBLIC, DayReason, Deadline, Extension
from portal.regulation.rules import SHIPPED_RULES, RuleBook
from portal.regulation.spans import Span
from portal.regulation.validity import add_months, expiry_of, renewal_last_day
from portal.regulation.wording import chinese_date
from portal.regulation.working_days import ONE_DAY, WorkCalendar

__all__ = [
    "APPLICANT",
    "EXPLAINABLE_RULES",
    "OFFICE",
    "PUBLIC",
    "DayReason",
    "Deadline",
    "DeadlineError",
    "Extension",
    "Recomputed",
    "acceptance_deadline",
    "announcement_deadline",
    "complaint_acceptance_deadline",
    "complaint_completion_deadline",
    "correction_deadline",
    "decision_deadline",
    "expiry_deadline",
    "explain",
    "litigation_deadline",
    "recompute",
    "reconsideration_deadline",
    "renewal_deadline",
    "renewal_decision_deadline",
    "report_opening_deadline",
    "selection_notice_deadline",
    "suggestion_reply_deadline",
]

#: Outside these years a start day is a slip of the pen, and Python's calendar ends with 9999.
_FIRST_YEAR, _LAST_YEAR = 1949, 9900

_KEPT = "按新的放假安排推算为"


class DeadlineError(ValueError):
    """A limit that cannot be computed; the message is Chinese and names the remedy."""


def acceptance_deadline(
    receipt: date,
    calendar: WorkCalendar,
    rules: RuleBook = SHIPPED_RULES,
    *,
    stopped: Iterable[Span] = (),
) -> Deadline:
    """Art. 10: five working days from receipt to name every defect or to refuse.

    ``stopped`` are days on which a correction notice that was later recalled stood open.
    """
    return working_day_limit("acceptance", receipt, "收到申请", calendar, rules, stopped=tuple(stopped))


def correction_deadline(
    served: date,
    calendar: WorkCalendar,
    extensions: Iterable[Extension] = (),
    rules: RuleBook = SHIPPED_RULES,
) -> Deadline:
    """Art. 10: 30 calendar days to correct from the day after service, extendable, rolled off rest days."""
    return calendar_day_limit("correction", served, "补正通知送达", calendar, rules, tuple(extensions))


def decision_deadline(accepted: date, calendar: WorkCalendar, rules: RuleBook = SHIPPED_RULES) -> Deadline:
    """Art. 11: 90 calendar days from acceptance, evaluation, selection and public notice included."""
    rule = rules.applied("decision", accepted)
    due = accepted + timedelta(days=rule.value)
    return with_overdue(base_limit(rule, accepted, "受理", due), calendar)


def expiry_deadline(filed: date, calendar: WorkCalendar, rules: RuleBook = SHIPPED_RULES) -> Deadline:
    """Art. 14: the last valid day, the third anniversary minus one day. The calendar plays no part."""
    rule = rules.applied("validity_years", filed)
    last = expiry_of(filed, rules)
    note = f"周年日是{chinese_date(last + ONE_DAY)}，其前一日{chinese_date(last)}是最后一个有效日。"
    deadline = base_limit(rule, filed, "备案", last, whose=APPLICANT)
    return replace(
        deadline,
        rule="expiry",
        title="备案有效期最后一日",
        start_day_counts=True,
        notes=(*deadline.notes, note),
    )


def renewal_deadline(filed: date, calendar: WorkCalendar, rules: RuleBook = SHIPPED_RULES) -> Deadline:
    """Art. 14: the last day to ask for renewal of a term begun on ``filed``: 30 days before its last day."""
    expiry = expiry_of(filed, rules)
    rule = rules.applied("renewal_notice_days", filed)
    deadline = base_limit(rule, filed, "备案", renewal_last_day(expiry, rules), whose=APPLICANT)
    notes = (
        f"有效期最后一日是{chinese_date(expiry)}。",
        "这一天是休息日也不顺延；逾期申请仍予接收并提示，但有效期不因此延长。",
    )
    return replace(
        deadline,
        rule="renewal",
        title="申请延续备案的最后一日",
        counted_back_from=expiry,
        notes=(*deadline.notes, *notes),
    )


def renewal_decision_deadline(
    accepted: date, expiry: date, calendar: WorkCalendar, rules: RuleBook = SHIPPED_RULES
) -> Deadline:
    """Art. 11 and 14: the earlier of acceptance + 90 days and the last valid day."""
    plain = decision_deadline(accepted, calendar, rules)
    deadline = replace(plain, rule="renewal_decision", title="延续备案决定期限", article="第十一条、第十四条")
    if not accepted <= expiry < plain.due:
        return deadline
    note = f"受理后 {plain.length} 日在有效期届满之后，应在最后一个有效日{chinese_date(expiry)}前决定。"
    return with_overdue(replace(deadline, due=expiry, notes=(*deadline.notes, note)), calendar)


def selection_notice_deadline(
    published: date, calendar: WorkCalendar, rules: RuleBook = SHIPPED_RULES
) -> Deadline:
    """Art. 11: the last day of the public notice of a selection (five working days, ours)."""
    return working_day_limit("selection_notice", published, "公示发布", calendar, rules, whose=PUBLIC)


def announcement_deadline(decided: date, calendar: WorkCalendar, rules: RuleBook = SHIPPED_RULES) -> Deadline:
    """Art. 30: a deregistration is announced promptly, by our standard within two working days."""
    return with_overdue(working_day_limit("announcement", decided, "作出决定", calendar, rules), calendar)


def reconsideration_deadline(
    informed: date, calendar: WorkCalendar, rules: RuleBook = SHIPPED_RULES
) -> Deadline:
    """60 days from learning of a decision to ask for administrative reconsideration (行政复议)."""
    return calendar_day_limit("reconsideration", informed, "知道决定", calendar, rules)


def litigation_deadline(informed: date, calendar: WorkCalendar, rules: RuleBook = SHIPPED_RULES) -> Deadline:
    """Six months from learning of a decision to bring an administrative suit (行政诉讼)."""
    rule = rules.applied("litigation", informed)
    return rolled(
        base_limit(rule, informed, "知道决定", add_months(informed, rule.value), whose=APPLICANT), calendar
    )


def complaint_acceptance_deadline(
    received: date, calendar: WorkCalendar, rules: RuleBook = SHIPPED_RULES
) -> Deadline:
    """投诉: accept or refuse (our standard, Art. 27 sets no limit)."""
    return working_day_limit("complaint_acceptance", received, "收到投诉", calendar, rules)


def complaint_completion_deadline(
    accepted: date, calendar: WorkCalendar, rules: RuleBook = SHIPPED_RULES, *, extension_reason: str = ""
) -> Deadline:
    """投诉: finish; a reason (approved, and told to the complainant) adds the standard's extension."""
    rule = rules.applied("complaint_completion", accepted)
    extensions = standard_extension("complaint_completion_extension", accepted, extension_reason, rules)
    due = accepted + timedelta(days=rule.value + sum(item.days for item in extensions))
    return with_overdue(replace(base_limit(rule, accepted, "受理投诉", due), extensions=extensions), calendar)


def report_opening_deadline(
    received: date, calendar: WorkCalendar, rules: RuleBook = SHIPPED_RULES, *, extension_reason: str = ""
) -> Deadline:
    """举报: decide on opening a case; extended once with an approver's reason."""
    extensions = standard_extension("report_opening_extension", received, extension_reason, rules)
    return working_day_limit("report_opening", received, "收到举报", calendar, rules, extensions=extensions)


def suggestion_reply_deadline(
    received: date, calendar: WorkCalendar, rules: RuleBook = SHIPPED_RULES
) -> Deadline:
    """Art. 28: reply to a department's suggestion to inspect (our standard)."""
    return working_day_limit("suggestion_reply", received, "收到监督检查建议", calendar, rules)


#: The rules that ``explain`` answers; the start day of each is named in its function.
EXPLAINABLE_RULES: dict[str, Callable[[date, WorkCalendar, RuleBook], Deadline]] = {
    "acceptance": acceptance_deadline,
    "correction": lambda start, calendar, rules: correction_deadline(start, calendar, (), rules),
    "decision": decision_deadline,
    "expiry": expiry_deadline,
    "renewal": renewal_deadline,
    "announcement": announcement_deadline,
}


def explain(rule: str, start: date, calendar: WorkCalendar, rules: RuleBook = SHIPPED_RULES) -> Deadline:
    """The limit ``rule`` for a start day; DeadlineError lists the rules when there is no such one."""
    builder = EXPLAINABLE_RULES.get(rule)
    if builder is None:
        raise DeadlineError(f"没有名为“{rule}”的规则，可用的有：{'、'.join(EXPLAINABLE_RULES)}。")
    if not _FIRST_YEAR <= start.year <= _LAST_YEAR:
        raise DeadlineError(
            f"起算日 {start.isoformat()} 不在可计算的范围内，"
            f"请填写 {_FIRST_YEAR} 至 {_LAST_YEAR} 年之间的日期。"
        )
    return builder(start, calendar, rules)


@dataclass(frozen=True)
class Recomputed:
    """A limit computed again. ``kept`` marks an applicant's limit that would have become shorter."""

    deadline: Deadline
    previous_due: date
    kept: bool

    @property
    def moved_days(self) -> int:
        """Calendar days by which the last day moved; negative for an office's limit that came nearer."""
        return (self.deadline.due - self.previous_due).days

    @property
    def message(self) -> str:
        """What moved, in Chinese."""
        title, new = self.deadline.title, chinese_date(self.deadline.due)
        if self.kept:
            return f"{title}：按新的放假安排应提前，为不缩短已告知的期限，仍为{new}。"
        if self.moved_days == 0:
            return f"{title}：重新计算后仍为{new}。"
        word = "推迟" if self.moved_days > 0 else "提前"
        return f"{title}：由{chinese_date(self.previous_due)}{word} {abs(self.moved_days)} 日至{new}。"


def recompute(old: Deadline, calendar: WorkCalendar, *, stopped: Iterable[Span] = ()) -> Recomputed:
    """The same limit under another calendar, or with outages of the portal taken out.

    Length, extensions and rule version stay those of ``old``. Days inside ``stopped`` do not count for a
    limit of an applicant or of the public. Such a limit never becomes shorter: it then keeps its day and
    says so. An office's limit may move either way.
    """
    protected = old.whose != OFFICE
    new = rebuilt(old, calendar, tuple(stopped) if protected else ())
    if protected and new.due < old.due:
        note = f"{_KEPT}{chinese_date(new.due)}，为不缩短已告知的期限，保留原定日期。"
        notes = (*(line for line in old.notes if not line.startswith(_KEPT)), note)
        return Recomputed(replace(new, due=old.due, notes=notes), old.due, kept=True)
    return Recomputed(new, old.due, kept=False)
