"""Who files, supervises: every case of Art. 6 and the ones on which it is silent."""

from __future__ import annotations

import pytest

from portal.regulation.jurisdiction import JurisdictionError, jurisdiction
from portal.regulation.kinds import FilingKind, Ownership
from portal.regulation.rules import PLATFORM, STATUTORY

WANZHOU, YUZHONG = "500101", "500103"
CITY, DISTRICT = "city", "district"


@pytest.mark.parametrize(
    ("kind", "ownership", "area", "level", "district", "basis"),
    [
        ("employer", "city_owned", None, CITY, None, STATUTORY),
        ("employer", "city_owned", {WANZHOU}, CITY, None, STATUTORY),
        ("employer", "central_branch", None, CITY, None, STATUTORY),
        ("employer", "district_owned", None, DISTRICT, YUZHONG, STATUTORY),
        ("employer", "district_owned", {WANZHOU, YUZHONG}, DISTRICT, YUZHONG, STATUTORY),
        ("employer", "private", None, DISTRICT, YUZHONG, PLATFORM),
        ("employer", "private", {WANZHOU}, DISTRICT, YUZHONG, PLATFORM),
        ("employer", "private", {WANZHOU, YUZHONG}, CITY, None, PLATFORM),
        ("employer", "foreign", None, DISTRICT, YUZHONG, PLATFORM),
        ("employer", "foreign", {WANZHOU, YUZHONG}, CITY, None, PLATFORM),
        ("school", "technical_school", None, CITY, None, STATUTORY),
        ("school", "technical_school", {WANZHOU}, CITY, None, STATUTORY),
        ("school", "private", {WANZHOU}, CITY, None, STATUTORY),
        ("third_party", "training_body", None, CITY, None, STATUTORY),
        ("third_party", "training_body", {WANZHOU}, DISTRICT, WANZHOU, STATUTORY),
        ("third_party", "training_body", {WANZHOU, YUZHONG}, CITY, None, PLATFORM),
        ("third_party", "private", {WANZHOU}, DISTRICT, WANZHOU, STATUTORY),
        ("third_party", "city_owned", {WANZHOU}, DISTRICT, WANZHOU, STATUTORY),
    ],
)
def test_every_case(
    kind: str, ownership: str, area: set[str] | None, level: str, district: str | None, basis: str
) -> None:
    result = jurisdiction(kind, ownership, area, YUZHONG)
    assert (result.level, result.district, result.basis) == (level, district, basis)
    assert result.overridable == (basis == PLATFORM)
    assert result.article == "第三条、第六条"
    assert result.explanation.endswith("。")


def test_city_filings_are_handled_by_the_centre_in_the_name_of_the_bureau() -> None:
    result = jurisdiction("school", "technical_school", None, None)
    assert result.handled_by == "市职业技能鉴定指导中心"
    assert result.issued_in_name_of == "重庆市人力资源和社会保障局"
    assert jurisdiction("school", "technical_school", None, None, bureau="某局").issued_in_name_of == "某局"


@pytest.mark.parametrize(
    ("kind", "ownership", "area", "message"),
    [
        ("employer", "district_owned", None, "没有填写登记地区县"),
        ("employer", "private", None, "没有填写登记地区县"),
        ("employer", "technical_school", None, "不能申请用人单位自主评价"),
        ("employer", "training_body", None, "不能申请用人单位自主评价"),
        ("third_party", "training_body", set(), "没有填写评价地域"),
    ],
)
def test_what_does_not_decide(kind: str, ownership: str, area: set[str] | None, message: str) -> None:
    with pytest.raises(JurisdictionError, match=message):
        jurisdiction(kind, ownership, area, None)


IMPOSSIBLE = {
    (FilingKind.EMPLOYER, Ownership.TECHNICAL_SCHOOL),
    (FilingKind.EMPLOYER, Ownership.TRAINING_BODY),
}


@pytest.mark.parametrize("kind", FilingKind)
@pytest.mark.parametrize("ownership", Ownership)
@pytest.mark.parametrize("area", [None, {WANZHOU}, {WANZHOU, YUZHONG}])
def test_every_pair_is_decided_or_refused_with_words(
    kind: FilingKind, ownership: Ownership, area: set[str] | None
) -> None:
    if (kind, ownership) in IMPOSSIBLE:
        with pytest.raises(JurisdictionError, match="请改选"):
            jurisdiction(kind, ownership, area, YUZHONG)
    else:
        result = jurisdiction(kind, ownership, area, YUZHONG)
        assert (result.level == DISTRICT) == (result.district is not None)
