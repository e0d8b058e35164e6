"""Who files, supervises: the authority competent for an application (Art. 3, 4, 6, 15, 23)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from portal.regulation.kinds import KIND_LABELS, OWNERSHIP_LABELS, FilingKind, Ownership
from portal.regulation.rules import PLATFORM, STATUTORY

#: Art. 3: the centre is commissioned by the bureau, in whose name orders and deregistrations are issued.
CITY_CENTRE = "市职业技能鉴定指导中心"
BUREAU = "重庆市人力资源和社会保障局"
DISTRICT_AUTHORITY = "区县（自治县）人力资源和社会保障行政部门"


class JurisdictionError(ValueError):
    """What was given does not decide; the Chinese message names what is missing."""


class AuthorityLevel(StrEnum):
    CITY = "city"
    DISTRICT = "district"


@dataclass(frozen=True)
class Jurisdiction:
    """Who is competent. ``overridable``: an officer may decide otherwise, with a reason.

    ``handled_by`` is the office that does the work, ``issued_in_name_of`` the one that signs; at the
    district both are the district's authority, whose name the register knows by ``district``.
    """

    level: AuthorityLevel
    district: str | None
    handled_by: str
    issued_in_name_of: str
    article: str
    basis: str
    overridable: bool
    explanation: str


def jurisdiction(
    kind: FilingKind | str,
    ownership: Ownership | str,
    area: Collection[str] | None,
    registration_district: str | None,
    *,
    centre: str = CITY_CENTRE,
    bureau: str = BUREAU,
) -> Jurisdiction:
    """The competent authority for an application.

    ``area``: codes of the districts in which the applicant wants to assess, None for the whole city.
    ``registration_district``: where it is registered. A third party is decided by its area, an enterprise
    by its owner, a technical school always belongs to the city. Raises JurisdictionError when a district
    is needed and none was given, or when kind and ownership do not go together.
    """
    kind, ownership = FilingKind(kind), Ownership(ownership)
    if kind is FilingKind.SCHOOL:
        return _city(f"{KIND_LABELS[kind]}由市级备案和管理。", centre, bureau)
    if kind is FilingKind.THIRD_PARTY:
        return _third_party(area, centre, bureau)
    return _employer(ownership, area, registration_district, centre, bureau)


def _third_party(area: Collection[str] | None, centre: str, bureau: str) -> Jurisdiction:
    if area is None:
        return _city("在全市范围内开展第三方评价的，由市级备案和管理。", centre, bureau)
    districts = set(area)
    if not districts:
        raise JurisdictionError("没有填写评价地域，请选择全市或至少一个区县。")
    if len(districts) > 1:
        text = f"评价地域涉及 {len(districts)} 个区县，超出单个区县的管理范围，由市级备案和管理。"
        return _city(text, centre, bureau, ours=True)
    return _district(districts.pop(), "在一个区县范围内开展第三方评价的，由该区县备案和管理。")


def _employer(
    ownership: Ownership,
    area: Collection[str] | None,
    registration_district: str | None,
    centre: str,
    bureau: str,
) -> Jurisdiction:
    label = OWNERSHIP_LABELS[ownership]
    if ownership in {Ownership.CITY_OWNED, Ownership.CENTRAL_BRANCH}:
        return _city(f"{label}开展用人单位自主评价的，由市级备案和管理。", centre, bureau)
    if ownership in {Ownership.TECHNICAL_SCHOOL, Ownership.TRAINING_BODY}:
        raise JurisdictionError(f"“{label}”不能申请用人单位自主评价，请改选备案类别或单位性质。")
    if ownership is Ownership.DISTRICT_OWNED:
        district = _required(registration_district)
        return _district(district, f"{label}开展用人单位自主评价的，由该区县备案和管理。")
    if area is not None and len(set(area)) > 1:
        text = f"{label}的评价地域涉及 {len(set(area))} 个区县，第六条未作规定，由市级备案和管理。"
        return _city(text, centre, bureau, ours=True)
    text = f"{label}开展用人单位自主评价的，第六条未作规定，由登记地区县备案和管理。"
    return _district(_required(registration_district), text, ours=True)


def _required(registration_district: str | None) -> str:
    if not registration_district:
        raise JurisdictionError("没有填写登记地区县，无法确定备案管理机构，请选择登记地所在区县。")
    return registration_district


def _city(text: str, centre: str, bureau: str, *, ours: bool = False) -> Jurisdiction:
    return Jurisdiction(
        level=AuthorityLevel.CITY,
        district=None,
        handled_by=centre,
        issued_in_name_of=bureau,
        article="第三条、第六条",
        basis=PLATFORM if ours else STATUTORY,
        overridable=ours,
        explanation=text,
    )


def _district(district: str, text: str, *, ours: bool = False) -> Jurisdiction:
    return Jurisdiction(
        level=AuthorityLevel.DISTRICT,
        district=district,
        handled_by=DISTRICT_AUTHORITY,
        issued_in_name_of=DISTRICT_AUTHORITY,
        article="第三条、第六条",
        basis=PLATFORM if ours else STATUTORY,
        overridable=ours,
        explanation=text,
    )
