"""Districts and authorities in time."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.models import Authority, District
from portal.register.districts import DistrictBook

pytestmark = pytest.mark.django_db
CHANGE = dt.date(2025, 11, 6)


@pytest.fixture
def districts() -> dict[str, District]:
    new = District.objects.create(
        code="500157", name="两江新区", short_name="两江", kind="district", valid_from=CHANGE
    )
    old = District.objects.create(
        code="500105", name="江北区", short_name="江北", kind="district", valid_to=CHANGE, successor=new
    )
    other = District.objects.create(code="500103", name="渝中区", short_name="渝中", kind="district")
    return {"new": new, "old": old, "other": other}


@pytest.mark.parametrize(
    ("day", "there"),
    [
        (dt.date(2025, 11, 5), {"江北区", "渝中区"}),
        (CHANGE, {"两江新区", "渝中区"}),
        (dt.date(2030, 1, 1), {"两江新区", "渝中区"}),
    ],
)
def test_what_exists_on_a_day(districts: dict[str, District], day: dt.date, there: set[str]) -> None:
    assert {district.name for district in District.objects.on(day)} == there
    assert {district.name for district in District.objects.all() if district.exists_on(day)} == there


def test_an_old_code_or_name_answers_and_points_on(districts: dict[str, District]) -> None:
    today = DistrictBook.on(dt.date(2026, 11, 22))
    assert today.current("500105") == "500157"
    assert today.current("500103") == "500103"
    assert today.standing_for("500157") == {"500105", "500157"}
    assert today.find("江北区") == today.find(" 江北 ") == today.find("500105") == districts["old"]
    assert today.find("没有的区") is None
    assert DistrictBook.on(dt.date(2025, 1, 1)).current("500105") == "500105"


def test_a_circle_of_successors_ends(districts: dict[str, District]) -> None:
    districts["new"].successor = districts["old"]
    districts["new"].valid_to = dt.date(2026, 1, 1)
    districts["new"].save()
    assert DistrictBook.on(dt.date(2026, 11, 22)).current("500105") in {"500105", "500157"}


def test_the_database_refuses_a_district_that_ends_before_it_begins() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        District.objects.create(
            code="1", name="a", short_name="a", kind="district", valid_from=CHANGE, valid_to=CHANGE
        )


def test_authorities_live_in_time_too(districts: dict[str, District]) -> None:
    new = Authority.objects.create(
        code="CQ-500157",
        name="两江新区社会保障局",
        short_name="两江",
        kind="district",
        district=districts["new"],
        valid_from=CHANGE,
    )
    old = Authority.objects.create(
        code="CQ-500105",
        name="江北区人力资源和社会保障局",
        short_name="江北",
        kind="district",
        district=districts["old"],
        valid_to=CHANGE,
        successor=new,
    )
    assert list(Authority.objects.on(dt.date(2024, 1, 1))) == [old]
    assert list(Authority.objects.on(dt.date(2026, 1, 1))) == [new]
