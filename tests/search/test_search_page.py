"""``/search/`` as a visitor meets it."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from search.rebuild import rebuild
from search.store import Store
from tests.factories.random_register import random_register
from tests.search.conftest import TODAY, Things
from tests.search.test_embedded import ODD

pytestmark = pytest.mark.django_db


def get(client: Client, **query: str) -> Any:
    return client.get(reverse("search:search"), query)


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_hits_tabs_marks_and_pages(built: Store, things: Things, client: Client) -> None:
    for pk in range(45):
        things.put(pk, f"<i>电工</i>评价站{pk}", "收费标准 & <script>alert(1)</script>电工", date=TODAY)
    rebuild(built.root)
    response = get(client, q="電工")
    page = text_of(response)
    assert response.status_code == 200
    assert "找到 <strong>45</strong> 条" in page
    assert "&lt;i&gt;<mark>电工</mark>&lt;/i&gt;" in page
    assert "<script>alert" not in page
    assert "<i>" not in page
    assert 'href="?q=%E9%9B%BB%E5%B7%A5&amp;kind=thing"' in page
    assert len(response.context["hits"]) == 20
    numbers = [
        {item.hit.pk for item in get(client, q="电工", page=page).context["hits"]} for page in ("1", "2", "3")
    ]
    assert [len(pks) for pks in numbers] == [20, 20, 5]
    assert len(set.union(*numbers)) == 45


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999999", "１", "500", "²"])
def test_a_senseless_page_number_still_shows_hits(
    built: Store, things: Things, client: Client, page: str
) -> None:
    things.put(1, "电工")
    rebuild(built.root)
    response = get(client, q="电工", page=page, kind="nonsense", sort="nonsense")
    assert response.status_code == 200
    assert len(response.context["hits"]) == 1


def test_an_exact_code_stands_on_top(built: Store, things: Things, client: Client) -> None:
    things.put(1, "巴渝学校", codes=("S000034110003",))
    things.put(2, "另一学校", "同类机构 S000034110003")
    rebuild(built.root)
    response = get(client, q="ｓ00003411 0003")
    assert [item.hit.pk for item in response.context["direct"]] == [1]
    assert [item.hit.pk for item in response.context["hits"]] == []
    response = get(client, q="S000034110003")
    assert [item.hit.pk for item in response.context["direct"]] == [1]
    assert [item.hit.pk for item in response.context["hits"]] == [2]


def test_nothing_found_leads_to_something(built: Store, things: Things, client: Client) -> None:
    things.put(1, "巴渝职业培训学校", codes=("S000034110003",))
    things.put(2, "电工收费公告")
    rebuild(built.root)
    suggested = get(client, q="电工 宇航员").context["suggested"]
    assert ("电工", 1) in [(text, count) for text, count, _address in suggested]
    for _text, _count, address in suggested:
        assert client.get(reverse("search:search") + address).context["total"]
    assert get(client, q="哪里能看电工收费").context["suggested"][0][0] == "电工收费"
    assert [item.hit.pk for item in get(client, q="S000034110004").context["near"]] == [1]
    assert [item.hit.pk for item in get(client, q="巴榆职业培训学校").context["near"]] == [1]


def test_an_empty_kind_points_to_the_others(
    built: Store, things: Things, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from portal.contracts import searchable

    other = searchable.SearchKind("other", "别的", lambda pks: [], lambda: iter(()))
    monkeypatch.setitem(searchable._kinds, "other", other)
    things.put(1, "电工")
    rebuild(built.root)
    page = text_of(get(client, q="电工", kind="other"))
    assert "这一类里没有" in page
    assert "看其他种类的 1 条" in page


@pytest.mark.parametrize("text", [text for text in ODD if "\ud800" not in text], ids=lambda text: text[:6])
def test_odd_queries_get_a_sensible_page(built: Store, things: Things, client: Client, text: str) -> None:
    for pk in range(100):
        things.put(pk, f"电工评价站{pk}", "职业技能 " * 200)
    rebuild(built.root)
    get(client, q="电工")
    started = time.perf_counter()
    response = get(client, q=text)
    # 10,000 characters are refused at the door, with a sentence.
    assert response.status_code == (400 if len(text) > 2000 else 200)
    assert time.perf_counter() - started < 0.2


def test_only_punctuation_says_what_to_do(built: Store, client: Client) -> None:
    assert "没有可以查找的字词" in text_of(get(client, q="？！"))
    assert "可以搜索已备案的评价机构" in text_of(get(client))


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_only_reading(client: Client, db: None, method: str) -> None:
    assert getattr(client, method)(reverse("search:search")).status_code == 405


def test_without_an_index_the_database_answers(index: Store, client: Client) -> None:
    random_register(seed=4, size=30)
    response = get(client, q="嘉陵")
    page = text_of(response)
    assert response.status_code == 200
    assert "检索索引暂时不可用" in page
    assert response.context["total"] > 0
    code = response.context["hits"][0].hit.codes[0]
    assert get(client, q=code).context["total"] == 1
    assert get(client, q="没有这个").status_code == 200
    assert get(client, q="嘉陵", page="50", kind="institution").status_code == 200


def test_a_broken_index_is_no_error_page(built: Store, things: Things, client: Client) -> None:
    things.put(1, "电工")
    rebuild(built.root)
    folder = next(built.root.glob("v*"))
    for path in folder.iterdir():
        if path.is_file():
            path.write_bytes(b"\x00broken")
    assert get(client, q="电工").status_code == 200


def test_the_number_of_database_queries_is_constant(
    index: Store, client: Client, django_assert_max_num_queries: Any
) -> None:
    random_register(seed=4, size=40)
    rebuild(index.root)
    get(client, q="评价")
    with django_assert_max_num_queries(6):
        response = get(client, q="电工")
    assert response.context["total"] > 5
