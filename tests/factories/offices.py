"""A small administration: five offices, four filings that stand in every relation to them, one person a role and office."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db import models

from portal.accounts.models import Authority, Role, User
from portal.register.models import CalendarYear, Filing
from tests.factories.people import make_person
from tests.factories.register import (
    make_authority,
    make_bureau,
    make_centre,
    make_district,
    make_fees,
    make_filing,
    make_institution,
    make_occupation,
    site,
)

#: Which 范围 of the table of powers an office has over a filing; written down here by hand, not computed.
RELATIONS: dict[str, dict[str, str]] = {
    "yuzhong": {"yuzhong": "本机关", "bureau": "区县机关", "centre": "区县机关"},
    "wanzhou": {"wanzhou": "本机关", "bureau": "区县机关", "centre": "区县机关"},
    "city_in_yuzhong": {"centre": "本机关", "bureau": "本机关署名", "yuzhong": "属地"},
    "city_in_wanzhou": {"centre": "本机关", "bureau": "本机关署名", "wanzhou": "属地"},
}
#: Words of the column 任职机关 by office.
SEATS: dict[str, frozenset[str]] = {
    "bureau": frozenset({"任何", "市级", "市局"}),
    "centre": frozenset({"任何", "市级", "市中心"}),
    "yuzhong": frozenset({"任何", "区县"}),
    "wanzhou": frozenset({"任何", "区县"}),
    "other": frozenset({"任何", "其他"}),
}


@dataclass
class Administration:
    """Offices and filings by the names of :data:`RELATIONS`; ``objects`` are found by (word, name)."""

    offices: dict[str, Authority]
    filings: dict[str, Filing]
    people: dict[tuple[Role, str], User] = field(default_factory=dict)

    def person(self, role: Role, office: str) -> User:
        """Somebody with this role at this office, made when first asked for."""
        key = (role, office)
        if key not in self.people:
            self.people[key] = make_person(f"{role}-{office}", role, office=self.offices[office])
        return self.people[key]

    def hanging_on(self, name: str) -> dict[str, models.Model]:
        """What hangs on one filing, by the words of the table of powers."""
        filing = self.filings[name]
        found: dict[str, models.Model | None] = {
            "评价机构": filing.institution,
            "备案": filing,
            "备案范围": filing.scope_items.first(),
            "评价场地": filing.sites.first(),
            "收费标准": filing.fee_schedules.first(),
            "备案事项": filing.events.first(),
        }
        return {thing: target for thing, target in found.items() if target is not None}


def make_administration() -> Administration:
    """Bureau, centre, 渝中, 万州 and another department, with filings in every relation to them."""
    yuzhong, wanzhou = make_district(), make_district("500101", "万州区")
    offices = {
        "bureau": make_bureau(),
        "centre": make_centre(),
        "yuzhong": make_authority(yuzhong),
        "wanzhou": make_authority(wanzhou),
        "other": Authority.objects.create(
            code="CQ-SCJG", name="演示市场监管局", short_name="演示市场监管局", kind=Authority.Kind.OTHER
        ),
    }
    filings = {}
    for name, (office, district) in {
        "yuzhong": ("yuzhong", yuzhong),
        "wanzhou": ("wanzhou", wanzhou),
        "city_in_yuzhong": ("centre", yuzhong),
        "city_in_wanzhou": ("centre", wanzhou),
    }.items():
        institution = make_institution(f"演示{name}评价中心", district=district)
        filings[name] = make_filing(
            institution,
            authority=offices[office],
            sites=[site(district=district.code)],
            filed_on=dt.date(2025, 3, 3),
        )
        make_fees(filings[name], {("6-31-01-03", "3"): 30500})
    make_occupation(editions=["2018"])
    CalendarYear.objects.get_or_create(year=2026, defaults={"source": "演示"})
    return Administration(offices, filings)
