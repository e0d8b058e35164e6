"""How the register's objects belong to offices (Art. 3, 4, 6): who files supervises.

``authority`` filed and ``handled_by`` does the work; the bureau, in whose name the city decides, reads; the city
guides the districts; a district reads what the city filed on its territory.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from portal.accounts.models import Authority
from portal.accounts.powers import Reach
from portal.accounts.scoping import ReachRule, Scope, declare_scope, owned_through
from portal.accounts.standing import Standing
from portal.register.models import (
    CalendarYear,
    FeeSchedule,
    FileNote,
    Filing,
    FilingEvent,
    ImportRun,
    Institution,
    Occupation,
    ScopeItem,
    Site,
    Standard,
)
from portal.register.status_sql import covers

#: A set of about fifty keys instead of a join: a join would be made for every row.
_DISTRICT_OFFICES = Authority.objects.filter(kind=Authority.Kind.DISTRICT).values("pk")


def declare() -> None:
    """Declare the scopes of this app."""
    for thing, model, path in (
        ("评价机构", Institution, "filings"),
        ("备案", Filing, ""),
        ("备案范围", ScopeItem, "filing"),
        ("评价场地", Site, "filing"),
        ("收费标准", FeeSchedule, "filing"),
        ("备案事项", FilingEvent, "filing"),
    ):
        declare_scope(Scope(thing, model, rules_through(path)))
    declare_scope(Scope("批注", FileNote, {Reach.OWN: _notes}))
    declare_scope(Scope("导入", ImportRun, {Reach.OWN: owned_through("office")}))
    for thing, reference in (("职业", Occupation), ("职业标准", Standard), ("节假日", CalendarYear)):
        declare_scope(Scope(thing, reference))


def rules_through(path: str) -> dict[Reach, ReachRule]:
    """The rules for a model from which ``path`` leads to the filing, or which is the filing's; empty for filings."""
    return {
        Reach.OWN: _of_filings(path, owned_through("authority", "handled_by")),
        Reach.SIGNED: _of_filings(path, owned_through("issued_in_name_of")),
        Reach.DISTRICTS: _of_filings(path, _districts),
        Reach.HOSTED: _of_filings(path, _hosted),
    }


def _of_filings(path: str, rule: ReachRule) -> ReachRule:
    """The rule about filings, asked of what hangs on them.

    Asked row by row (``EXISTS``): a page of a long list then costs its own rows and not the whole table, and no
    row comes twice.
    """
    if not path:
        return rule
    link = {"institution": OuterRef("pk")} if path == "filings" else {"pk": OuterRef(f"{path}_id")}

    def through(offices: frozenset[int], standing: Standing) -> Q:
        return Q(Exists(Filing.objects.filter(rule(offices, standing), **link)))

    return through


def _notes(offices: frozenset[int], standing: Standing) -> Q:
    """Written at the office, or sent to it as the filing's authority."""
    written = owned_through("office")(offices, standing)
    filings = Filing.objects.filter(owned_through("authority", "handled_by")(offices, standing))
    return written | Q(sent_at__isnull=False, filing__in=filings.values("pk"))


def _districts(offices: frozenset[int], standing: Standing) -> Q:
    return Q(authority__in=_DISTRICT_OFFICES)


def _hosted(offices: frozenset[int], standing: Standing) -> Q:
    """City-filed, with a site that is open today in the office's district (Art. 3: 属地)."""
    districts = {pk for office in offices for pk in standing.territories.get(office, frozenset())}
    sites = Site.objects.filter(covers(timezone.localdate()), district__in=sorted(districts))
    return Q(pk__in=sites.values("filing")) & ~Q(authority__in=_DISTRICT_OFFICES)
