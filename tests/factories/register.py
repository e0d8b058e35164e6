"""Builders for the register: reference rows are made directly, filings through the service that records them.

Every builder works without arguments and may be called twice: reference rows are found again by their code.
"""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings

from portal.accounts.models import Authority, District
from portal.register.models import (
    FeeItem,
    FeeSchedule,
    Filing,
    FilingEvent,
    Institution,
    Occupation,
    OccupationFormerCode,
    SkillLevel,
    Standard,
    WorkType,
)
from portal.register.services.filing_events import (
    EventInput,
    NewFiling,
    record_filing_event,
    record_filings_in_bulk,
)
from portal.regulation.codes import format_institution_code, social_credit_check_character
from portal.regulation.kinds import code_is_open_to_society, default_audiences
from portal.regulation.validity import expiry_of

LEVELS = (
    ("0", "学徒工"),
    ("5", "五级/初级工"),
    ("4", "四级/中级工"),
    ("3", "三级/高级工"),
    ("2", "二级/技师"),
    ("1", "一级/高级技师"),
    ("T", "特级技师"),
    ("S", "首席技师"),
)
#: Article of each kind of event, as the services give it.
ARTICLES = {
    "filed": 12,
    "changed": 13,
    "renamed": 13,
    "renewal_requested": 14,
    "renewed": 14,
    "renewal_refused": 14,
    "rectification_ordered": 30,
    "restored": 30,
    "deregistered": 30,
    "annulled": 12,
}
_serial = itertools.count(1)


def make_levels() -> dict[str, SkillLevel]:
    """All eight levels by code."""
    for order, (code, name) in enumerate(LEVELS, start=1):
        SkillLevel.objects.get_or_create(
            code=code,
            defaults={"name": name, "order": order, "on_certificate": code.isdigit() and code != "0"},
        )
    return {level.code: level for level in SkillLevel.objects.all()}


def make_district(code: str = "500103", name: str = "渝中区", **fields: Any) -> District:
    """A district; ``valid_from``, ``valid_to``, ``successor`` as needed."""
    fields = {"name": name, "short_name": name.rstrip("区县"), "kind": District.Kind.DISTRICT, **fields}
    return District.objects.get_or_create(code=code, defaults=fields)[0]


def make_merged_districts() -> tuple[District, District, District]:
    """江北区, 渝北区 (abolished on 2025-11-06) and 两江新区, their successor."""
    day = dt.date(2025, 11, 6)
    new = make_district("500157", "两江新区", valid_from=day, short_name="两江新区")
    old = [
        make_district(code, name, valid_to=day, successor=new)
        for code, name in (("500105", "江北区"), ("500112", "渝北区"))
    ]
    return old[0], old[1], new


def make_bureau() -> Authority:
    """The city's bureau."""
    fields = {
        "name": "重庆市人力资源和社会保障局",
        "short_name": "市人力社保局",
        "kind": Authority.Kind.BUREAU,
    }
    return Authority.objects.get_or_create(code=settings.BUREAU_CODE, defaults=fields)[0]


def make_centre() -> Authority:
    """The city's centre, which files for the city (digits 0000)."""
    fields = {
        "name": "重庆市职业技能鉴定指导中心",
        "short_name": "市鉴定指导中心",
        "kind": Authority.Kind.CENTRE,
        "filing_digits": "0000",
    }
    return Authority.objects.get_or_create(code=settings.CENTRE_CODE, defaults=fields)[0]


def make_authority(district: District | None = None, **fields: Any) -> Authority:
    """The authority of a district (渝中区 unless given)."""
    district = district or make_district()
    fields = {
        "name": f"{district.name}人力资源和社会保障局",
        "short_name": f"{district.name}人力社保局",
        "kind": Authority.Kind.DISTRICT,
        "district": district,
        "filing_digits": district.code[-4:],
        "valid_from": district.valid_from,
        "valid_to": district.valid_to,
        "successor": make_authority(district.successor) if district.successor else None,
        **fields,
    }
    return Authority.objects.get_or_create(code=f"CQ-{district.code}", defaults=fields)[0]


def make_occupation(
    code: str = "6-31-01-03",
    name: str = "电工",
    *,
    work_types: Iterable[str] = (),
    editions: Iterable[str] = (),
    former: Iterable[tuple[str, str]] = (),
) -> Occupation:
    """An occupation with work types, editions of its standard, and former (code, name) pairs."""
    occupation, _ = Occupation.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "minor_code": code[:7],
            "minor_name": "机械设备修理人员",
            "middle_name": "生产辅助人员",
            "major_name": "生产制造及有关人员",
        },
    )
    for work_type in work_types:
        WorkType.objects.get_or_create(occupation=occupation, name=work_type)
    for edition in editions:
        Standard.objects.get_or_create(occupation=occupation, title=name, edition=edition)
    for old_code, old_name in former:
        OccupationFormerCode.objects.get_or_create(
            code=old_code, name=old_name, occupation=occupation, defaults={"source": "测试"}
        )
    return occupation


def social_credit_code(number: int, prefix: str = "91500103") -> str:
    """An invented code with a right check character."""
    first17 = f"{prefix}{number:09d}"
    return first17 + social_credit_check_character(first17)


def make_institution(name: str = "", *, district: District | None = None, **fields: Any) -> Institution:
    """An institution that is registered in a district."""
    number = next(_serial)
    fields = {
        "name": name or f"演示培训学校{number}",
        "social_credit_code": social_credit_code(number),
        "ownership": "training_body",
        "district": district or make_district(),
        "registered_address": f"演示路{number}号",
        "is_demo": True,
        **fields,
    }
    return Institution.objects.create(**fields)


def scope_item(occupation: str = "6-31-01-03", level: str = "3", **values: str) -> dict[str, str]:
    """An item of an event's payload: ``work_type``, ``standard``, ``edition``, ``norm`` as needed."""
    return {"occupation": occupation, "level": level, **values}


def site(
    name: str = "第一考场", district: str = "500103", address: str = "演示路1号", *, on_receipt: bool = True
) -> dict[str, Any]:
    """A site of an event's payload."""
    return {"name": name, "address": address, "district": district, "on_receipt": on_receipt}


def event(kind: str, effective_on: dt.date, /, **payload: Any) -> EventInput:
    """An event with the article of its kind and this payload; ``ground`` goes to the event too."""
    ground = str(payload.get("ground", ""))
    return EventInput(kind, effective_on, ARTICLES[kind], payload, ground=ground)


def make_filing(
    institution: Institution | None = None,
    *,
    authority: Authority | None = None,
    kind: str = "third_party",
    filed_on: dt.date = dt.date(2025, 3, 3),
    expires_on: dt.date | None = None,
    scope: Sequence[dict[str, str]] | None = None,
    sites: Sequence[dict[str, Any]] | None = None,
    areas: Sequence[str] | None = None,
    audiences: Sequence[str] | None = None,
    events: Sequence[EventInput] = (),
    code: str = "",
) -> Filing:
    """A filing with its ``filed`` event and whatever followed, recorded by the service.

    By default: a third party filed by the authority of 渝中区 for 电工 三级, one site, in that district. The levels,
    the occupation 电工 and the offices are made when they are missing; other occupations must exist.
    """
    make_levels()
    if scope is None:
        make_occupation()
        scope = [scope_item()]
    institution = institution or make_institution()
    authority = authority or make_authority()
    city = authority.kind in (Authority.Kind.BUREAU, Authority.Kind.CENTRE)
    if areas is None:
        areas = ["*"] if city or authority.district is None else [authority.district.code]
    if sites is None:
        sites = [site(district=institution.district.code)]
    filing = Filing(
        code=code or _filing_code(kind, authority),
        institution=institution,
        kind=kind,
        authority=authority,
        handled_by=make_centre() if city else authority,
        issued_in_name_of=make_bureau() if city else authority,
        filed_on=filed_on,
    )
    payload = {
        "name": institution.name,
        "term": {
            "first_day": filed_on.isoformat(),
            "last_day": (expires_on or expiry_of(filed_on)).isoformat(),
        },
        "audiences": list(audiences or sorted(default_audiences(kind))),
        "areas": list(areas),
        "scope": list(scope),
        "sites": list(sites),
    }
    filed = EventInput("filed", filed_on, ARTICLES["filed"], payload)
    record_filings_in_bulk([NewFiling(filing, [filed, *events])])
    return Filing.objects.get(pk=filing.pk)


def _filing_code(kind: str, authority: Authority) -> str:
    return format_institution_code(
        open_to_society=code_is_open_to_society(kind),
        serial=next(_serial),
        authority_digits=authority.filing_digits or "0000",
    )


def add_event(filing: Filing, kind: str, effective_on: dt.date, /, **payload: Any) -> FilingEvent:
    """Record one more event of a filing."""
    return record_filing_event(filing, event(kind, effective_on, **payload))


def make_fees(
    filing: Filing,
    amounts: dict[tuple[str, str], int],
    *,
    first_day: dt.date | None = None,
    last_day: dt.date | None = None,
    basis: str = "演示收费依据",
) -> FeeSchedule:
    """A fee schedule; ``amounts`` maps (occupation code, level) to the fee in fen (all of it for the skill test)."""
    first_day = first_day or filing.filed_on
    schedule = FeeSchedule.objects.create(
        filing=filing, basis=basis, published_on=first_day, first_day=first_day, last_day=last_day
    )
    for (occupation, level), fen in amounts.items():
        FeeItem.objects.create(
            schedule=schedule,
            occupation=Occupation.objects.get(code=occupation),
            level_id=level,
            skill_fen=fen,
        )
    return schedule
