"""Which fees are compared: the rows of scope in force, each with the fee published for it or none (Art. 18)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, F, IntegerField, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.http import QueryDict

from portal.register.districts import DistrictBook
from portal.register.models import FeeItem, FilingSpan, Occupation, ReferenceFee, ScopeItem, Site
from portal.register.status_sql import covers
from portal.register.views.directory_rows import asked_occupations
from portal.register.views.parameters import (
    Notes,
    address,
    district_values,
    level_values,
    occupation_values,
    successors_of,
)

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class FeeInForce(TypedDict):
        """What :func:`compared_items` adds to a scope item."""

        fee_id: int | None
        fee_total: int | None

    ComparedItem = WithAnnotations[ScopeItem, FeeInForce]

PATH = "/fees/"


@dataclass(frozen=True)
class FeeQuestion:
    """What is compared; values of one kind are alternatives."""

    day: dt.date
    occupation: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    district: tuple[str, ...] = ()

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The question as parameters, in a fixed order."""
        for name in ("occupation", "level", "district"):
            for value in getattr(self, name):
                yield name, value

    def address(self, path: str = PATH) -> str:
        """The shareable address of the question."""
        return address(path, self.pairs())


def read_fee_question(params: QueryDict, day: dt.date, book: DistrictBook, notes: Notes) -> FeeQuestion:
    """The question in an address; former codes and districts are answered by their successors, with a note."""
    occupations = occupation_values(params, notes)
    if occupations:
        codes = {value.partition(":")[0] for value in occupations}
        known = set(Occupation.objects.filter(code__in=codes).values_list("code", flat=True))
        successors = successors_of(
            [value for value in occupations if value.partition(":")[0] not in known], notes
        )
        occupations = tuple(
            dict.fromkeys(found for value in occupations for found in successors.get(value, (value,)))
        )
    return FeeQuestion(day, occupations, level_values(params, notes), district_values(params, book, notes))


def compared_items(question: FeeQuestion, book: DistrictBook) -> QuerySet[ComparedItem]:
    """Scope items in force whose filing is in its term and not deregistered, with ``fee_id`` and ``fee_total``.

    ``fee_id`` is the fee item in force for the same occupation and level: one for the same work type before one
    for the whole occupation, a later schedule before an earlier one; None when nothing is published.
    """
    day = question.day
    in_term = FilingSpan.objects.filter(covers(day), track="term")
    gone = FilingSpan.objects.filter(covers(day), track="status", value="deregistered")
    items = ScopeItem.objects.filter(covers(day), filing__in=in_term.values("filing")).exclude(
        filing__in=gone.values("filing")
    )
    if question.occupation:
        items = items.filter(asked_occupations(question.occupation))
    if question.level:
        items = items.filter(level__in=question.level)
    if question.district:
        codes = {code for value in question.district for code in book.standing_for(value)}
        sites = Site.objects.filter(covers(day), district__code__in=codes)
        items = items.filter(filing__in=sites.values("filing"))
    fees = (
        FeeItem.objects.filter(
            covers(day, "schedule__"),
            Q(work_type=OuterRef("work_type")) | Q(work_type__isnull=True),
            schedule__filing=OuterRef("filing"),
            occupation=OuterRef("occupation"),
            level=OuterRef("level"),
        )
        # A fee for the work type itself before one for the whole occupation.
        .order_by(F("work_type").asc(nulls_last=True), "-schedule__first_day", "-pk")
    )
    return items.annotate(
        fee_id=Subquery(fees.values("pk")[:1], output_field=IntegerField()),
        fee_total=Subquery(fees.values("total_fen")[:1], output_field=IntegerField()),
    )


def in_order(items: QuerySet[ComparedItem]) -> QuerySet[ComparedItem]:
    """By occupation and level, then from the lowest fee to the highest; what is not published comes last."""
    return items.order_by(
        "occupation__code",
        "level__order",
        F("fee_total").asc(nulls_last=True),
        "filing__institution__name",
        "pk",
    )


@dataclass(frozen=True)
class FeeSummary:
    """How many rows are compared, how many of them are published, and between which totals (fen)."""

    rows: int
    published: int
    lowest: int | None
    highest: int | None

    @property
    def missing(self) -> int:
        """Rows without a published fee."""
        return self.rows - self.published


def summary_of(items: QuerySet[ComparedItem]) -> FeeSummary:
    """One query."""
    found = items.aggregate(
        rows=Count("pk"), published=Count("fee_total"), lowest=Min("fee_total"), highest=Max("fee_total")
    )
    return FeeSummary(found["rows"], found["published"], found["lowest"], found["highest"])


def reference_cases(question: FeeQuestion) -> QuerySet[ReferenceFee]:
    """Published cases for the occupations and levels asked for, all of them when none was asked."""
    cases = ReferenceFee.objects.select_related("level", "occupation")
    if question.occupation:
        codes = {value.partition(":")[0] for value in question.occupation}
        cases = cases.filter(occupation__code__in=codes)
    if question.level:
        cases = cases.filter(level__in=question.level)
    return cases.order_by("occupation_name", "level__order", "publisher", "pk")
