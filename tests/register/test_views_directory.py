"""The directory page: what it finds, what it says about what it could not understand, what it costs."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from html import unescape

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.register.models import Filing, Occupation, WorkType
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
NURSE = "4-10-01-02"


@pytest.fixture
def on_the_day() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC), tick=False):
        yield


def page_of(client: Client, query: str = "") -> str:
    response = client.get(f"/institutions/{query}")
    assert response.status_code == 200
    return response.content.decode()


def names_in(page: str) -> list[str]:
    return [unescape(name) for name in re.findall(r"<a href=\"/institutions/[YS]\d+/\"><b>(.*?)</b>", page)]


def counts_in(page: str, facet: str) -> dict[str, int]:
    found = re.findall(rf'name="{facet}" value="([^"]*)"[^>]*>[^<]*<span class="count">([\d,]+)</span>', page)
    return {value: int(number.replace(",", "")) for value, number in found}


def small_register() -> dict[str, Filing]:
    make_levels()
    make_occupation(ELECTRICIAN, "电工", work_types=["矿井电工"], former=[("6-07-06-05", "维修电工")])
    make_occupation(NURSE, "育婴员")
    _old, _other, new = make_merged_districts()
    return {
        "valid": make_filing(
            make_institution("演示甲职业培训学校", district=new),
            scope=[scope_item(ELECTRICIAN, "5"), scope_item(ELECTRICIAN, "4"), scope_item(ELECTRICIAN, "3")],
            sites=[site(district="500105")],
        ),
        "halted": make_filing(
            make_institution("演示乙电力评价中心"),
            scope=[scope_item(ELECTRICIAN, "3")],
            events=[event("rectification_ordered", dt.date(2026, 11, 10), ground="超范围评价")],
        ),
        "employer": make_filing(
            make_institution("演示丙制造公司"), kind="employer", scope=[scope_item(NURSE, "5")]
        ),
        "gone": make_filing(
            make_institution("演示丁技工学校"),
            kind="school",
            scope=[scope_item(NURSE, "4")],
            events=[event("deregistered", dt.date(2026, 11, 20))],
        ),
        "later": make_filing(make_institution("演示戊尚未生效学校"), filed_on=dt.date(2026, 12, 1), scope=[]),
    }


def test_everything_that_has_begun_is_listed_with_its_state_in_words(client: Client) -> None:
    small_register()
    page = page_of(client)
    assert names_in(page) == ["演示丙制造公司", "演示甲职业培训学校", "演示乙电力评价中心", "演示丁技工学校"]
    assert "<b>4</b> 家机构" in " ".join(page.split())
    assert "有效期至2028年3月2日（周四）" in page
    assert "2026年11月10日（周二）责令改正，整改期内不得评价（第三十条）" in page
    assert "2026年11月20日（周五）注销" in page
    assert "面向社会人员" in page
    assert "电工五至三级" in page


def test_facets_narrow_and_are_counted(client: Client) -> None:
    small_register()
    page = page_of(client, f"?occupation={ELECTRICIAN}&level=3")
    assert names_in(page) == ["演示甲职业培训学校", "演示乙电力评价中心"]
    assert counts_in(page, "occupation")[ELECTRICIAN] == 2
    assert counts_in(page, "level") == {"5": 1, "4": 1, "3": 2}
    assert counts_in(page, "status") == {"active": 1, "rectification": 1}
    assert counts_in(page, "district") == {"500157": 1, "500103": 1}
    assert 'href="/institutions/?level=3"' in page.replace("&amp;", "&")


def test_a_work_type_is_offered_under_its_occupation(client: Client) -> None:
    small_register()
    work_type = WorkType.objects.get(name="矿井电工")
    assert f'value="{ELECTRICIAN}:{work_type.pk}"' not in page_of(client)
    page = page_of(client, f"?occupation={ELECTRICIAN}")
    assert counts_in(page, "occupation")[f"{ELECTRICIAN}:{work_type.pk}"] == 2
    narrowed = page_of(client, f"?occupation={ELECTRICIAN}:{work_type.pk}")
    assert "演示甲职业培训学校" in narrowed
    assert "电工：矿井电工" in narrowed


@pytest.mark.parametrize("asked", ["500105", "江北区", "５００１０５", "500112"])
def test_a_former_district_is_answered_by_its_successor_and_said(client: Client, asked: str) -> None:
    small_register()
    page = page_of(client, f"?district={asked}")
    assert names_in(page) == ["演示甲职业培训学校"]
    assert "已于2025年11月6日（周四）撤销，现由两江新区承继" in page
    assert "两江新区（原江北区）" in page
    assert 'value="500157" checked' in page


def test_a_former_occupation_code_is_answered_and_pointed_on(client: Client) -> None:
    small_register()
    page = page_of(client, "?occupation=6-07-06-05")
    assert names_in(page) == ["演示甲职业培训学校", "演示乙电力评价中心"]
    assert "6-07-06-05是“维修电工”的原编码，现行编码为6-31-01-03（电工）" in page
    assert f'value="{ELECTRICIAN}" checked' in page


@pytest.mark.parametrize("asked", ["电工", "维修电工", "６-３１-０１-０３"])
def test_an_occupation_is_understood_by_name_too(client: Client, asked: str) -> None:
    small_register()
    assert names_in(page_of(client, f"?occupation={asked}")) == ["演示甲职业培训学校", "演示乙电力评价中心"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?district=火星", "没有叫“火星”的区县"),
        ("?occupation=9-99-99-99", "没有编码为“9-99-99-99”的职业"),
        ("?occupation=6-31-01-03:99999999999999999999", "没有叫“6-31-01-03:9999999999999999999…”的职业"),
        ("?level=9", "“等级”中没有“9”这一项"),
        ("?status=closed", "“状态”中没有“closed”这一项"),
        ("?status=not_yet", "“状态”中没有“not_yet”这一项"),
        ("?kind=x", "“类型”中没有“x”这一项"),
        ("?audience=x", "“面向”中没有“x”这一项"),
        ("?sort=price", "“排序”中没有“price”这一项"),
        ("?page=0", "页码“0”不是从1起的数字"),
        ("?page=-3", "页码“-3”不是从1起的数字"),
        ("?page=abc", "页码“abc”不是从1起的数字"),
        ("?page=9999999999999", "页码"),
        ("?page=77", "没有第77页，已显示最后一页（第1页）"),
    ],
)
def test_what_is_not_understood_is_left_out_and_named(client: Client, query: str, words: str) -> None:
    small_register()
    page = page_of(client, query)
    assert words in page
    assert len(names_in(page)) == 4


def test_an_unknown_work_type_is_answered_for_its_occupation(client: Client) -> None:
    small_register()
    page = page_of(client, f"?occupation={ELECTRICIAN}:999999")
    assert "“电工”下没有编号为999999的工种，以下按整个职业查询" in page
    assert names_in(page) == ["演示甲职业培训学校", "演示乙电力评价中心"]


@pytest.mark.parametrize(
    "query",
    [
        "?q=<script>alert(1)</script>",
        '?district="><script>alert(1)</script>',
        "?occupation=<script>alert(1)</script>",
        "?sort={{ 7|add:7 }}<script>",
        "?q=' OR 1=1 --",
        "?q=%25_%5C",
        "?q=" + "电" * 600,
        "?" + "&".join(f"district={n}" for n in range(90)),
    ],
)
def test_hostile_input_is_inert(client: Client, query: str) -> None:
    small_register()
    page = page_of(client, query)
    assert "<script>" not in page


def test_words_find_names_occupations_and_codes(client: Client) -> None:
    register = small_register()
    assert names_in(page_of(client, "?q=乙电力")) == ["演示乙电力评价中心"]
    assert names_in(page_of(client, "?q=育婴员")) == ["演示丙制造公司", "演示丁技工学校"]
    assert names_in(page_of(client, f"?q={register['valid'].code}")) == ["演示甲职业培训学校"]


def test_nothing_found_says_why_and_what_next(client: Client) -> None:
    small_register()
    page = page_of(client, "?q=没有这家&level=3")
    assert "没有符合条件的机构" in page
    assert 'href="/institutions/?q=%E6%B2%A1%E6%9C%89%E8%BF%99%E5%AE%B6"' in page
    assert "/search/?q=" in page


def test_the_fee_asked_for_is_shown_and_a_missing_one_is_named(client: Client) -> None:
    register = small_register()
    make_fees(register["valid"], {(ELECTRICIAN, "3"): 46500, (ELECTRICIAN, "5"): 30500})
    page = page_of(client, f"?occupation={ELECTRICIAN}&level=3&sort=fee")
    assert names_in(page) == ["演示甲职业培训学校", "演示乙电力评价中心"]
    assert "三级收费：465.00 元" in page
    assert "三级收费：尚未公布（第十八条应公示）" in page
    assert "收费：305.00 元起" in page_of(client, f"?occupation={ELECTRICIAN}")
    assert "收费：" not in page_of(client)


def test_no_price_is_named_for_what_no_longer_stands(client: Client) -> None:
    small_register()
    page = page_of(client, f"?occupation={NURSE}&status=deregistered")
    assert names_in(page) == ["演示丁技工学校"]
    assert "收费：" not in page


def test_chips_lead_to_the_question_without_them(client: Client) -> None:
    small_register()
    page = unescape(page_of(client, "?q=演示&district=500103&level=3&level=5&sort=name"))
    assert "?q=%E6%BC%94%E7%A4%BA&district=500103&level=3&sort=name" in page
    assert "?district=500103&level=3&level=5&sort=name" in page


def test_pages_keep_the_question(client: Client) -> None:
    for _number in range(25):
        make_filing()
    first = unescape(page_of(client, "?level=3"))
    assert len(names_in(first)) == 20
    assert 'href="?level=3&page=2"' in first
    second = page_of(client, "?level=3&page=2")
    assert len(names_in(second)) == 5
    assert not set(names_in(first)) & set(names_in(second))
    assert '<ol class="list panel" start="21">' in second


def fill(number: int) -> None:
    work_types = list(make_occupation(ELECTRICIAN, "电工", work_types=["矿井电工"]).work_types.all())
    make_occupation(NURSE, "育婴员")
    for _ in range(number):
        make_filing(
            scope=[
                *(scope_item(ELECTRICIAN, level) for level in "543"),
                scope_item(NURSE, "5"),
                scope_item(ELECTRICIAN, "2", work_type=work_types[0].name),
            ],
            sites=[site(), site("第二考场", make_district("500106", "沙坪坝区").code, on_receipt=False)],
        )


@pytest.mark.parametrize("query", ["", f"?occupation={ELECTRICIAN}&level=3&district=500106&sort=name"])
def test_the_number_of_queries_does_not_grow(
    client: Client, query: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_levels()
    fill(2)
    client.get("/institutions/")
    with django_assert_max_num_queries(40) as few:
        page_of(client, query)
    fill(23)
    page_of(client, query)  # reads the site's identity again, since the register has changed
    with django_assert_max_num_queries(40) as many:
        page_of(client, query)
    assert len(many) == len(few)


def test_besides_the_engine_a_page_costs_six_queries(
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    make_levels()
    fill(25)
    from portal.contracts import directory
    from portal.contracts.directory import DirectoryQuery, DirectoryResult
    from portal.register.services.directory_sql import SqlDirectory

    query = f"?occupation={ELECTRICIAN}&level=3"
    answer = SqlDirectory().search(
        DirectoryQuery(day=dt.date(2026, 11, 22), occupation=(ELECTRICIAN,), level=("3",))
    )

    class Ready(SqlDirectory):
        def search(self, query: DirectoryQuery) -> DirectoryResult:
            return answer

    monkeypatch.setattr(directory, "_engines", [(0, Ready)])
    page_of(client, query)
    with django_assert_max_num_queries(7) as queries:
        page_of(client, query)
    own = [query for query in queries.captured_queries if "content_stamp" not in query["sql"].lower()]
    assert len(own) <= 7
    assert Occupation.objects.count() == 2
