"""What an event that staff record needs beside its place in the timeline, and what they should know about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.register.calendar import current_calendar
from portal.register.services.preview import open_values, state_on, up_to
from portal.register.timeline import Event, Held, fold
from portal.regulation.deadlines import announcement_deadline
from portal.regulation.spans import Span
from portal.regulation.transitions import TransitionRefused, check_ground
from portal.regulation.validity import RenewalRefused, renewal_last_day, renewal_term
from portal.regulation.wording import chinese_date

#: How far ahead an event may take effect; a later day is taken for a slip of the pen (ours).
AHEAD = dt.timedelta(days=366)


class EntryRefused(ValueError):
    """The entry cannot be recorded; ``field`` names the field, the Chinese text the remedy."""

    def __init__(self, message: str, field: str = "effective_on") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody wants to record; ``payload`` has the form given in :mod:`portal.register.timeline`."""

    kind: str
    effective_on: dt.date
    article: int
    reason: str
    payload: dict[str, Any] = field(default_factory=dict)
    ground: str = ""
    document_number: str = ""


def completed(entry: Entry, events: Sequence[Event]) -> tuple[dict[str, Any], list[str]]:
    """The payload with what follows from the rules, and what to know about it.

    ``events`` are those of the filing as they stand without the event that is corrected. Raises
    :class:`EntryRefused` with the field and the remedy.
    """
    before = up_to(events, entry.effective_on)
    handler = _HANDLERS.get(entry.kind)
    return handler(entry, before, fold(before)) if handler else (entry.payload, [])


def day_notes(entry: Entry, today: dt.date) -> list[str]:
    """What an earlier or a later day means. Raises :class:`EntryRefused` for one too far ahead."""
    if entry.effective_on > today + AHEAD:
        raise EntryRefused(_("生效日期最晚可填%(day)s，请核对年份。") % {"day": chinese_date(today + AHEAD)})
    if entry.kind == "annulled":
        return []
    if entry.effective_on < today:
        return [_("生效日早于今天，作为补登：以前日期的查询随之更正，公开页注明登记日期。")]
    if entry.effective_on > today:
        return [_("生效日在今天之后：到那一天才生效，此前仍按现在的情况公开。")]
    return []


def _last_term(held: Sequence[Held]) -> Held | None:
    return max((one for one in held if one.track == "term"), key=lambda one: one.first_day, default=None)


def _expiry(held: Sequence[Held]) -> dt.date:
    term = _last_term(held)
    if term is None or term.last_day is None:
        raise EntryRefused(_("这一天备案尚未成立，没有可以延续的有效期。"))
    return term.last_day


def _renewal_requested(
    entry: Entry, events: Sequence[Event], held: Sequence[Held]
) -> tuple[dict[str, Any], list[str]]:
    if open_values(held, "renewal"):
        raise EntryRefused(_("已有一件延续申请尚未决定，请先登记对它的决定。"))
    expiry = _expiry(held)
    last = renewal_last_day(expiry)
    if entry.effective_on > expiry:
        return entry.payload, [
            _("申请日在有效期届满（%(day)s）之后：予以接收，但不使原备案延长（第十四条）。")
            % {"day": chinese_date(expiry)}
        ]
    if entry.effective_on > last:
        return entry.payload, [
            _("应在%(day)s前申请（届满30日前，第十四条）：予以接收并提示，逾期不使原备案延长。")
            % {"day": chinese_date(last)}
        ]
    return entry.payload, []


def _renewal_decision(
    entry: Entry, events: Sequence[Event], held: Sequence[Held]
) -> tuple[dict[str, Any], list[str]]:
    asked = open_values(held, "renewal")
    if not asked:
        raise EntryRefused(_("这一天没有待决定的延续申请，请先登记“申请延续备案”。"))
    if entry.kind == "renewal_refused":
        if not entry.ground:
            raise EntryRefused(_("不予延续应当书面说明理由和依据（第十一条），请填写事由。"), "ground")
        return entry.payload, [_("决定书应写明理由和依据，并告知复议和诉讼的途径（第十一条）。")]
    try:
        term = renewal_term(_expiry(held), asked[0].first_day, entry.effective_on, _orders(held))
    except RenewalRefused as refusal:
        raise EntryRefused(str(refusal)) from refusal
    span = term.span
    payload = {"term": {"first_day": str(span.start), "last_day": str(span.end)}}
    return {**entry.payload, **payload}, list(term.explanation)


def _orders(held: Sequence[Held]) -> list[Span]:
    return [
        Span(one.first_day, one.last_day)
        for one in held
        if one.track == "status" and one.value == "rectification"
    ]


def _deregistered(
    entry: Entry, events: Sequence[Event], held: Sequence[Held]
) -> tuple[dict[str, Any], list[str]]:
    try:
        check_ground(state_on(events, entry.effective_on), entry.payload["ground"])
    except TransitionRefused as refusal:
        raise EntryRefused(str(refusal), "deregistration_ground") from refusal
    limit = announcement_deadline(entry.effective_on, current_calendar())
    return entry.payload, [
        _("注销应及时向社会公告（第三十条）：请在%(day)s前发布公告（本平台标准：2个工作日）。")
        % {"day": chinese_date(limit.due)},
        _("注销后不能恢复，只能重新备案；登记有误可由负责人撤回。"),
    ]


def _rectification_ordered(
    entry: Entry, events: Sequence[Event], held: Sequence[Held]
) -> tuple[dict[str, Any], list[str]]:
    if not entry.ground:
        raise EntryRefused(_("责令改正应写明违反了什么，请填写事由。"), "ground")
    return entry.payload, [_("整改期内不得开展评价活动（第三十条），不会自动恢复，须另行决定。")]


_HANDLERS = {
    "renewal_requested": _renewal_requested,
    "renewed": _renewal_decision,
    "renewal_refused": _renewal_decision,
    "deregistered": _deregistered,
    "rectification_ordered": _rectification_ordered,
}
