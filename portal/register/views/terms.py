"""Until when a filing holds, in dates and in words (Art. 14, 30)."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from portal.regulation.snapshot import FilingSnapshot
from portal.regulation.spans import Span
from portal.regulation.status import FilingStatus
from portal.regulation.wording import chinese_date

ONE_DAY = dt.timedelta(days=1)


def term_on(snapshot: FilingSnapshot, day: dt.date) -> Span | None:
    """The term that covers the day, together with those that follow it without a gap; else the last one before."""
    ordered = sorted(snapshot.terms, key=lambda term: term.start)
    found: Span | None = None
    for term in ordered:
        if term.start <= day:
            found = term
        elif found is not None and found.covers(day) and found.end == term.start - ONE_DAY:
            found = Span(found.start, term.end)
    return found


def since(snapshot: FilingSnapshot, status: FilingStatus, day: dt.date) -> dt.date | None:
    """The day from which a status by decision (整改, 注销) holds on ``day``."""
    days = [item.span.start for item in snapshot.statuses if item.status is status and item.span.covers(day)]
    return max(days, default=None)


def when_in_words(snapshot: FilingSnapshot, status: FilingStatus, day: dt.date) -> str:
    """Since or until when the status holds, with the article where it takes something away."""
    if status in (FilingStatus.RECTIFICATION, FilingStatus.DEREGISTERED):
        first = since(snapshot, status, day)
        text = _("%(day)s责令改正，整改期内不得评价（第三十条）")
        if status is FilingStatus.DEREGISTERED:
            text = _("%(day)s注销")
        return text % {"day": chinese_date(first)} if first else ""
    term = term_on(snapshot, day)
    if term is None or term.end is None:
        return ""
    text = _("有效期%(day)s届满")
    if status is FilingStatus.ACTIVE:
        text = _("有效期至%(day)s")
    elif status is FilingStatus.RENEWAL_PENDING:
        text = _("有效期%(day)s届满，延续审查中，暂不得评价（第十四条）")
    return text % {"day": chinese_date(term.end)}
