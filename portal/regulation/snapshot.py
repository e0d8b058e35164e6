"""A plain picture of one filing with everything dated: what status and assessment answers are read from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.regulation.kinds import Audience, FilingKind
from portal.regulation.spans import Span
from portal.regulation.status import FilingStatus


@dataclass(frozen=True)
class StatusSpan:
    """A status by decision. Only ``rectification`` and ``deregistered`` are decisions; the rest follows
    from the terms and renewals, so other values are allowed here and change nothing."""

    status: FilingStatus
    span: Span


@dataclass(frozen=True)
class AreaSpan:
    """Where a filing holds: district codes, or None for the whole city."""

    districts: frozenset[str] | None
    span: Span

    def includes(self, district: str) -> bool:
        return self.districts is None or district in self.districts


@dataclass(frozen=True)
class AudienceSpan:
    """Whom a filing covers for a time, as its receipts say."""

    audiences: frozenset[Audience]
    span: Span


@dataclass(frozen=True)
class SiteSpan:
    """A filed site: any stable key, its district code, the days on which it is filed."""

    key: str
    district: str
    span: Span


@dataclass(frozen=True)
class ScopeSpan:
    """One occupation at one level; without a work type it covers all work types of the occupation.

    ``standard`` is the title with its edition; ``standard_superseded`` the day from which a newer
    edition exists (标准已更新), or None.
    """

    occupation: str
    work_type: str | None
    level: str
    span: Span
    standard: str = ""
    standard_superseded: date | None = None

    def matches(self, occupation: str | None, work_type: str | None, level: str | None) -> bool:
        """Whether the item answers a question; None is not asked."""
        return (
            (occupation is None or self.occupation == occupation)
            and (level is None or self.level == level)
            and (not work_type or not self.work_type or self.work_type == work_type)
        )


@dataclass(frozen=True)
class KnownFact:
    """A fact about the filing: the day it holds from and the day the register learned it."""

    effective_on: date
    recorded_on: date
    label: str


@dataclass(frozen=True)
class FilingSnapshot:
    """One filing as known now.

    ``audiences`` holds for every day unless ``audience_spans`` are given. ``areas`` and ``terms`` are
    dated. ``renewals`` are the spans in which a renewal request was open (first day = day it was asked
    for, last day = day before its decision took effect). ``register_first_day`` is the day before which
    the register has no answer.
    """

    code: str
    kind: FilingKind
    audiences: frozenset[Audience]
    areas: tuple[AreaSpan, ...]
    terms: tuple[Span, ...]
    register_first_day: date
    sites: tuple[SiteSpan, ...] = ()
    scope: tuple[ScopeSpan, ...] = ()
    statuses: tuple[StatusSpan, ...] = ()
    renewals: tuple[Span, ...] = ()
    known: tuple[KnownFact, ...] = ()
    audience_spans: tuple[AudienceSpan, ...] = ()

    def audiences_on(self, day: date) -> frozenset[Audience]:
        """Whom the filing covers on ``day``."""
        if not self.audience_spans:
            return self.audiences
        return frozenset().union(*(item.audiences for item in self.audience_spans if item.span.covers(day)))

    def areas_on(self, day: date) -> tuple[AreaSpan, ...]:
        return tuple(item for item in self.areas if item.span.covers(day))

    def sites_on(self, day: date) -> tuple[SiteSpan, ...]:
        return tuple(item for item in self.sites if item.span.covers(day))

    def scope_on(self, day: date) -> tuple[ScopeSpan, ...]:
        return tuple(item for item in self.scope if item.span.covers(day))
