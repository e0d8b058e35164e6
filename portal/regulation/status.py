"""The public status of a filing on any day (Art. 14, 30, 31)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from portal.regulation.spans import Span
from portal.regulation.working_days import ONE_DAY

if TYPE_CHECKING:
    from portal.regulation.snapshot import FilingSnapshot


class FilingStatus(StrEnum):
    """What the public sees. Assessments are allowed only while a filing is ``active``."""

    ACTIVE = "active"
    RECTIFICATION = "rectification"
    RENEWAL_PENDING = "renewal_pending"
    EXPIRED = "expired"
    DEREGISTERED = "deregistered"
    NOT_YET = "not_yet"


STATUS_LABELS: dict[FilingStatus, str] = {
    FilingStatus.ACTIVE: "有效",
    FilingStatus.RECTIFICATION: "整改中",
    FilingStatus.RENEWAL_PENDING: "延续审查中",
    FilingStatus.EXPIRED: "已到期",
    FilingStatus.DEREGISTERED: "已注销",
    FilingStatus.NOT_YET: "尚未备案",
}

#: The legal ground of each status.
STATUS_ARTICLES: dict[FilingStatus, str] = {
    FilingStatus.ACTIVE: "第十二条、第十四条",
    FilingStatus.RECTIFICATION: "第三十条",
    FilingStatus.RENEWAL_PENDING: "第十四条",
    FilingStatus.EXPIRED: "第十四条",
    FilingStatus.DEREGISTERED: "第三十条、第三十一条",
    FilingStatus.NOT_YET: "第二条",
}


def status_on(snapshot: FilingSnapshot, day: date) -> FilingStatus:
    """The status on ``day``, as known now.

    Deregistration ends everything; before the first term there is no filing; outside the terms a filing
    is expired, or pending when renewal was asked for by the last valid day and is undecided; inside them
    an order to correct suspends it.
    """
    if not snapshot.terms or day < min(term.start for term in snapshot.terms):
        return FilingStatus.NOT_YET
    if _decided(snapshot, FilingStatus.DEREGISTERED, day):
        return FilingStatus.DEREGISTERED
    if not any(term.covers(day) for term in snapshot.terms):
        return FilingStatus.RENEWAL_PENDING if _renewal_undecided(snapshot, day) else FilingStatus.EXPIRED
    if _decided(snapshot, FilingStatus.RECTIFICATION, day):
        return FilingStatus.RECTIFICATION
    return FilingStatus.ACTIVE


def next_change(snapshot: FilingSnapshot, after_day: date) -> date | None:
    """The first day after ``after_day`` on which another status holds through time alone, or None."""
    now = status_on(snapshot, after_day)
    return next((day for day in _turning_days(snapshot, after_day) if status_on(snapshot, day) != now), None)


def _decided(snapshot: FilingSnapshot, status: FilingStatus, day: date) -> bool:
    return any(item.status == status and item.span.covers(day) for item in snapshot.statuses)


def _renewal_undecided(snapshot: FilingSnapshot, day: date) -> bool:
    """A request made after the last valid day bridges nothing, so it does not count (Art. 14)."""
    last_valid_day = max((term.end for term in snapshot.terms if term.end and term.end < day), default=None)
    return last_valid_day is not None and any(
        request.covers(day) and request.start <= last_valid_day for request in snapshot.renewals
    )


def _turning_days(snapshot: FilingSnapshot, after_day: date) -> list[date]:
    spans: list[Span] = [*snapshot.terms, *snapshot.renewals, *(item.span for item in snapshot.statuses)]
    days = {span.start for span in spans} | {span.end + ONE_DAY for span in spans if span.end is not None}
    return sorted(day for day in days if day > after_day)
