"""The fee comparison: components, totals, what is missing, and the reference cases kept apart (Art. 18)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.register.models import FeeItem, Filing, Occupation, ReferenceFee, WorkType
from tests.factories.register import (
    event,
    make_district,
    make_fees,
    make_filing,
    make_institution,
    make_levels,
    make_merged_districts,
    make_occupation,
    scope_item,
    site,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("database_directory", "uncached", "on_the_day")]

ELECTRICIAN = "6-31-01-03"


@pytest.fixture
def on_the_day() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC), tick=False):
        yield


def page_of(client: Client, query: str = "") -> str:
    response = client.get(f"/fees/{query}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def compared(page: str) -> list[str]:
    return re.findall(r'<a href="/institutions/[YS]\d+/">(.*?)</a>', page)


def school(name: str, fen: int | None, **fields: object) -> Filing:
    make_levels()
    make_occupation(ELECTRICIAN, "电工", work_types=["矿井电工"], former=[("6-07-06-05", "维修电工")])
    filing = make_filing(make_institution(name), **fields)  # type: ignore[arg-type]
    if fen is not None:
        make_fees(filing, {(ELECTRICIAN, "3"): fen}, basis=f"{name}的依据")
    return filing


def test_fees_are_compared_from_the_lowest_and_missing_ones_come_last(client: Client) -> None:
    school("演示甲", 46500)
    school("演示乙", None)
    school("演示丙", 30500)
    page = page_of(client, f"?occupation={ELECTRICIAN}&level=3")
    assert compared(page) == ["演示丙", "演示甲", "演示乙"]
    assert page.count("尚未公布（第十八条应公示）") == 1
    assert "已公布 2 项" in page
    assert "1 项尚未公布，不能当作免费" in page
    assert "演示丙的依据" in page
    assert "不含培训费" in page


def test_components_and_their_total_are_shown(client: Client) -> None:
    filing = school("演示甲", 0)
    FeeItem.objects.filter(schedule__filing=filing).update(
        knowledge_fen=4500, skill_fen=26000, material_fen=16000, review_fen=5
    )
    page = page_of(client, f"?occupation={ELECTRICIAN}")
    for value in ("45.00", "260.00", "160.00", "0.05", "465.05"):
        assert f'<data value="{value}">' in page


def test_only_fees_of_filings_in_their_term_are_compared(client: Client) -> None:
    school("演示已到期", 100, filed_on=dt.date(2021, 1, 1))
    school("演示已注销", 100, events=[event("deregistered", dt.date(2026, 11, 1))])
    school("演示整改中", 100, events=[event("rectification_ordered", dt.date(2026, 11, 1))])
    page = page_of(client, f"?occupation={ELECTRICIAN}")
    assert compared(page) == ["演示整改中"]
    assert "整改中</span>" in page


def test_the_schedule_in_force_counts(client: Client) -> None:
    filing = school("演示甲", None)
    make_fees(filing, {(ELECTRICIAN, "3"): 10000}, last_day=dt.date(2026, 6, 30))
    make_fees(filing, {(ELECTRICIAN, "3"): 20000}, first_day=dt.date(2026, 7, 1))
    make_fees(filing, {(ELECTRICIAN, "3"): 30000}, first_day=dt.date(2027, 1, 1))
    page = page_of(client, f"?occupation={ELECTRICIAN}")
    assert "200.00 元" in page
    assert "100.00 元" not in page
    assert "300.00 元" not in page


def test_a_fee_of_the_work_type_goes_before_that_of_the_occupation(client: Client) -> None:
    filing = school("演示甲", 10000, scope=[scope_item(ELECTRICIAN, "3", work_type="矿井电工")])
    FeeItem.objects.create(
        schedule=filing.fee_schedules.get(),
        occupation=Occupation.objects.get(code=ELECTRICIAN),
        work_type=WorkType.objects.get(name="矿井电工"),
        level_id="3",
        skill_fen=77700,
    )
    page = page_of(client, f"?occupation={ELECTRICIAN}")
    assert "电工（矿井电工）" in page
    assert "777.00 元" in page
    assert "100.00 元" not in page


def test_districts_narrow_and_former_ones_are_pointed_on(client: Client) -> None:
    _old, _other, new = make_merged_districts()
    school("演示两江", 100, sites=[site(district="500105")])
    school("演示渝中", 100)
    page = page_of(client, f"?occupation={ELECTRICIAN}&district=江北区")
    assert compared(page) == ["演示两江"]
    assert f"现由{new.name}承继" in page


def test_a_former_occupation_code_is_answered(client: Client) -> None:
    school("演示甲", 100)
    page = page_of(client, "?occupation=6-07-06-05")
    assert compared(page) == ["演示甲"]
    assert "现行编码为6-31-01-03" in page


def test_without_an_occupation_the_common_ones_are_offered(client: Client) -> None:
    school("演示甲", 100)
    page = page_of(client)
    assert f'href="/fees/?occupation={ELECTRICIAN}"' in page
    assert compared(page) == []


def reference_case(**fields: object) -> ReferenceFee:
    make_levels()
    values: dict[str, object] = {
        "publisher": "某学院",
        "occupation_name": "电工",
        "occupation": make_occupation(),
        "level_id": "3",
        "skill_fen": 12345,
        "basis": "某文件",
        "published_on": dt.date(2025, 8, 28),
        "source_url": "https://example.edu.cn/1.htm",
        **fields,
    }
    return ReferenceFee.objects.create(**values)


def test_reference_cases_stand_apart_with_source_date_and_basis(client: Client) -> None:
    reference_case()
    school("演示甲", 50000)
    page = page_of(client, f"?occupation={ELECTRICIAN}&level=3")
    before, _title, after = page.partition("参考案例")
    assert "123.45" not in before
    for fact in (
        "不是现行收费标准",
        "123.45 元",
        "https://example.edu.cn/1.htm",
        "2025年8月28日",
        "某文件",
        "某学院",
    ):
        assert fact in after
    assert "合计均为 <data" in before


def test_reference_cases_are_paged(client: Client) -> None:
    for number in range(25):
        reference_case(source_url=f"https://example.edu.cn/{number}.htm")
    assert page_of(client).count("https://example.edu.cn/") == 20
    assert page_of(client, "?reference_page=2").count("https://example.edu.cn/") == 5
    assert page_of(client, "?reference_page=999").count("https://example.edu.cn/") == 5


@pytest.mark.parametrize(
    "query",
    [
        "?occupation=<script>",
        "?level=9&district=zz",
        "?page=zz",
        "?occupation=6-31-01-03&page=99",
        "?reference_page=-1",
    ],
)
def test_bad_input_is_left_out(client: Client, query: str) -> None:
    school("演示甲", 100)
    assert "<script>" not in page_of(client, query)


def test_the_number_of_queries_does_not_grow(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_district()
    school("演示甲", 100)
    query = f"?occupation={ELECTRICIAN}&level=3"
    page_of(client, query)
    with django_assert_max_num_queries(40) as few:
        page_of(client, query)
    for number in range(20):
        school(f"演示{number}", 100 + number)
    page_of(client, query)  # reads the site's identity again, since the register has changed
    with django_assert_max_num_queries(40) as many:
        page_of(client, query)
    assert len(many) == len(few)
