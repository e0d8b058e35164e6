"""The figures of the home page: how many institutions may assess, where, and of which kind."""

from __future__ import annotations

import datetime as dt
from typing import TypedDict

from django.db.models import Count

from portal.register.districts import DistrictBook
from portal.register.models import Filing, ScopeItem, Site
from portal.register.models.filing import FilingKind
from portal.register.status_sql import covers, with_public_status
from portal.regulation.status import FilingStatus


class HomeFigures(TypedDict):
    """Counts of filings in force (``active``) and under order to correct; what the former cover, where, which kind.

    ``by_district`` counts a filing once in each district where it has a site, abolished districts under their
    successor; ``by_kind`` has every kind, also those without a filing.
    """

    active: int
    rectification: int
    occupations: int
    districts: int
    by_district: list[tuple[str, str, int]]
    by_kind: list[tuple[str, str, int]]


def home_figures(day: dt.date) -> HomeFigures:
    """The figures on ``day``: four queries."""
    filings = with_public_status(Filing.objects.order_by(), day)
    kinds: dict[str, int] = {}
    rectification = 0
    for kind, status, count in filings.values_list("kind", "public_status").annotate(count=Count("pk")):
        if status == FilingStatus.ACTIVE.value:
            kinds[kind] = count
        elif status == FilingStatus.RECTIFICATION.value:
            rectification += count
    active = filings.filter(public_status=FilingStatus.ACTIVE.value).values("pk")
    occupations = ScopeItem.objects.filter(covers(day), filing__in=active).aggregate(
        count=Count("occupation", distinct=True)
    )["count"]
    book = DistrictBook.on(day)
    sites: dict[str, set[int]] = {}
    rows = (
        Site.objects.filter(covers(day), filing__in=active).order_by().values_list("district__code", "filing")
    )
    for code, filing in rows.distinct():
        sites.setdefault(book.current(code), set()).add(filing)
    by_district = [(book.by_code[code].name, code, len(found)) for code, found in sites.items()]
    by_district.sort(key=lambda item: (-item[2], item[1]))
    return HomeFigures(
        active=sum(kinds.values()),
        rectification=rectification,
        occupations=occupations,
        districts=len(by_district),
        by_district=by_district,
        by_kind=[(str(label), value, kinds.get(value, 0)) for value, label in FilingKind.choices],
    )
