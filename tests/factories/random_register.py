"""A small random register: many combinations of kinds, sites, scope, dates and statuses, made from a seed."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from django.db import connection

from portal.accounts.models import Authority, District
from portal.register.models import Filing, Institution, Occupation, SkillLevel, WorkType
from portal.register.services.filing_events import EventInput, NewFiling, record_filings_in_bulk

LEVELS = (("5", "五级/初级工"), ("4", "四级/中级工"), ("3", "三级/高级工"))
OCCUPATIONS = (("6-31-01-03", "电工"), ("6-18-02-04", "焊工"), ("4-10-01-02", "育婴员"))
SUCCESSION = dt.date(2025, 11, 6)


def random_register(seed: int, size: int) -> list[Filing]:
    """Make ``size`` filings; the same seed makes the same register."""
    chance = random.Random(seed)
    districts = _districts()
    authority = Authority.objects.create(
        code="CQ-TEST", name="测试备案机关", short_name="测试", kind="district"
    )
    work_types = _occupations()
    new = [
        NewFiling(filing, _events(chance, filing, districts, work_types))
        for filing in (_filing(chance, number, authority, districts) for number in range(size))
    ]
    record_filings_in_bulk(new)
    if connection.vendor == "postgresql":
        # Nobody gathers statistics inside a test's transaction, and plans made without them take minutes.
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return [item.filing for item in new]


def _districts() -> list[District]:
    new = District.objects.create(
        code="500157", name="两江新区", short_name="两江", kind="district", valid_from=SUCCESSION
    )
    old = District.objects.create(
        code="500105", name="江北区", short_name="江北", kind="district", valid_to=SUCCESSION, successor=new
    )
    others = [
        District.objects.create(code=code, name=name, short_name=name[:-1], kind="district")
        for code, name in (("500103", "渝中区"), ("500106", "沙坪坝区"))
    ]
    return [new, old, *others]


def _occupations() -> list[WorkType]:
    for order, (code, name) in enumerate(LEVELS):
        SkillLevel.objects.create(code=code, name=name, order=order)
    texts = {"minor_code": "6-31-01", "minor_name": "小类", "middle_name": "中类", "major_name": "大类"}
    made = [Occupation.objects.create(code=code, name=name, **texts) for code, name in OCCUPATIONS]
    return [WorkType.objects.create(occupation=made[0], name=name) for name in ("烟机电工", "矿井电工")]


def _filing(chance: random.Random, number: int, authority: Authority, districts: list[District]) -> Filing:
    name = chance.choice(("嘉陵", "渝中", "缙云", "巴渝")) + chance.choice(
        ("职业培训学校", "机电公司", "电工评价站")
    )
    institution = Institution.objects.create(
        name=f"（演示）{name}{number % 7}",
        social_credit_code=f"TEST{number:014d}",
        ownership="private",
        district=districts[0],
        registered_address="演示路1号",
    )
    return Filing(
        code=f"S0103500{number:05d}",
        institution=institution,
        kind=chance.choice(("employer", "school", "third_party")),
        authority=authority,
        handled_by=authority,
        issued_in_name_of=authority,
        filed_on=dt.date(2023, 1, 1) + dt.timedelta(days=chance.randrange(1500)),
    )


def _item(chance: random.Random, work_types: list[WorkType]) -> dict[str, str]:
    code = chance.choice(OCCUPATIONS)[0]
    item = {"occupation": code, "level": chance.choice(LEVELS)[0]}
    if code == work_types[0].occupation.code and chance.random() < 0.5:
        item["work_type"] = chance.choice(work_types).name
    return item


def _events(
    chance: random.Random, filing: Filing, districts: list[District], work_types: list[WorkType]
) -> list[EventInput]:
    start = filing.filed_on
    scope = [_item(chance, work_types) for _ in range(chance.randrange(1, 6))]
    sites = [
        {
            "name": f"场地{n}",
            "address": f"{chance.choice('东西')}路{n}号",
            "district": chance.choice(districts).code,
        }
        for n in range(chance.randrange(1, 4))
    ]
    payload: dict[str, Any] = {
        "name": filing.institution.name,
        "term": {"first_day": str(start), "last_day": str(start + dt.timedelta(days=1095))},
        "audiences": chance.sample(["own_staff", "own_students", "public"], chance.randrange(1, 3)),
        "areas": ["*"],
        "scope": scope,
        "sites": sites,
    }
    events = [EventInput("filed", start, 12, payload)]
    later = start + dt.timedelta(days=chance.randrange(50, 900))
    if chance.random() < 0.3:
        events.append(EventInput("changed", later, 13, {"scope_ended": [scope[0]]}))
    if chance.random() < 0.3:
        events.append(EventInput("renewal_requested", start + dt.timedelta(days=1000), 14))
    elif chance.random() < 0.5:
        kind = chance.choice(("rectification_ordered", "deregistered"))
        events.append(EventInput(kind, later + dt.timedelta(days=30), 30, {"ground": "serious"}))
    return events
