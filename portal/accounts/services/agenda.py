"""Somebody's duties from all sources, in the order of what follows when nobody acts."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from portal.accounts.models import Absence, User
from portal.accounts.standing import in_force
from portal.contracts.duties import Consequence, Duties, Duty, DutySource, sources
from portal.regulation.wording import chinese_date

logger = logging.getLogger(__name__)

CONSEQUENCE_WORDS = {
    Consequence.TAKES_EFFECT: gettext_lazy("不办会自动生效"),
    Consequence.OVERDUE: gettext_lazy("已逾期"),
    Consequence.DUE: gettext_lazy("将到期"),
    Consequence.WAITING: gettext_lazy("有人在等"),
}
#: Icon of Wagtail's set beside the words: never colour alone.
CONSEQUENCE_ICONS = {
    Consequence.TAKES_EFFECT: "warning",
    Consequence.OVERDUE: "error",
    Consequence.DUE: "date",
    Consequence.WAITING: "time",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One duty with the words that a list shows beside it."""

    duty: Duty
    source: str
    due_words: str

    @property
    def due_text(self) -> str:
        """The last day and how far away it is; empty without one."""
        return f"{chinese_date(self.duty.due)}，{self.due_words}" if self.duty.due else ""


@dataclass(frozen=True, slots=True)
class Group:
    """The duties of one consequence."""

    consequence: Consequence
    rows: Sequence[Row]

    @property
    def words(self) -> str:
        """The consequence in words."""
        return str(CONSEQUENCE_WORDS[self.consequence])

    @property
    def icon(self) -> str:
        """Name of its icon."""
        return CONSEQUENCE_ICONS[self.consequence]

    @property
    def style(self) -> str:
        """Its style class."""
        return self.consequence.name.lower().replace("_", "-")


@dataclass(frozen=True, slots=True)
class Rest:
    """A source that has more than is shown, and where the whole of it is listed."""

    label: str
    total: int
    url: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """Everything of one person on a day: ``rows`` most urgent first, ``total`` over all sources.

    ``unreadable`` names sources that failed; the others are shown all the same.
    """

    day: dt.date
    rows: Sequence[Row] = ()
    total: int = 0
    rests: Sequence[Rest] = ()
    next_day: dt.date | None = None
    unreadable: Sequence[str] = field(default_factory=tuple)

    @property
    def is_partial(self) -> bool:
        """Whether there are more than ``rows``."""
        return self.total > len(self.rows)

    @property
    def groups(self) -> list[Group]:
        """The rows by consequence; empty groups are left out."""
        found = [
            Group(kind, [row for row in self.rows if row.duty.consequence == kind]) for kind in Consequence
        ]
        return [group for group in found if group.rows]

    def urgent(self) -> Agenda:
        """Only what takes effect by itself or is overdue."""
        rows = [row for row in self.rows if row.duty.consequence <= Consequence.OVERDUE]
        return Agenda(self.day, rows, len(rows), unreadable=self.unreadable)


def agenda_of(user: User, day: dt.date, *, per_source: int, only: str = "") -> Agenda:
    """The agenda of an account: at most ``per_source`` duties of each source, or of the source named ``only``.

    Sources answer by the powers of the day, so that a substitute also gets what the absent person would.
    """
    rows: list[Row] = []
    rests: list[Rest] = []
    unreadable: list[str] = []
    next_days: list[dt.date] = []
    total = 0
    for source in sources():
        if only not in ("", source.name):
            continue
        found = _ask(source, user, day, per_source)
        if found is None:
            unreadable.append(str(source.label))
            continue
        items = found.items[:per_source]
        rows += [Row(duty, str(source.label), days_in_words(duty.due, day)) for duty in items]
        total += found.total
        if found.total > len(items):
            rests.append(Rest(str(source.label), found.total, found.url or list_url(source.name)))
        if found.next_day:
            next_days.append(found.next_day)
    rows.sort(key=_urgency)
    return Agenda(day, rows, total, rests, min(next_days, default=None), unreadable)


def list_url(source: str = "") -> str:
    """Address of the whole list, or of what one source has."""
    return reverse("staff_duties") + (f"?source={source}" if source else "")


def days_in_words(due: dt.date | None, day: dt.date) -> str:
    """How far a last day is away, seen from ``day``."""
    if due is None:
        return ""
    left = (due - day).days
    if left < 0:
        return _("已逾期%s天") % -left
    return {0: _("今天到期"), 1: _("明天到期")}.get(left) or _("还有%s天") % left


def stand_ins(user: User, day: dt.date) -> list[Absence]:
    """Absences of the day in which the account stands in for somebody or somebody for it. One query."""
    return list(
        Absence.objects.filter(
            in_force(day), Q(user=user) | Q(substitute=user), cancelled_at__isnull=True
        ).select_related("user", "substitute")
    )


def stand_in_sentences(user: User, absences: Iterable[Absence]) -> list[str]:
    """Who stands in for whom, said to this account."""
    sentences = []
    for absence in absences:
        until = _("%(month)s月%(day)s日") % {"month": absence.last_day.month, "day": absence.last_day.day}
        if absence.substitute_id == user.pk:
            sentences.append(
                _("您今天替 %(person)s（至%(until)s）办理，其待办列在下面。")
                % {"person": absence.user, "until": until}
            )
        else:
            sentences.append(
                _("您登记为不在岗（至%(until)s），由 %(person)s 替您办理。")
                % {"person": absence.substitute, "until": until}
            )
    return sentences


def _ask(source: DutySource, user: User, day: dt.date, limit: int) -> Duties | None:
    try:
        return source.find(user, day, limit)
    except Exception:
        # One broken source must not hide the duties of the others.
        logger.exception("duties of %s cannot be read", source.name)
        return None


def _urgency(row: Row) -> tuple[int, dt.date, str]:
    return row.duty.consequence, row.duty.due or dt.date.max, row.duty.what
