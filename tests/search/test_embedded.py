"""What the index finds, in what order, and for whom."""

from __future__ import annotations

import datetime as dt
import random
import time

import pytest

from search.embedded import EmbeddedReader
from search.engine import SearchAnswer, SearchRequest
from search.grams import parse
from search.normalise import normalise
from search.rebuild import rebuild
from search.store import Store
from tests.search.conftest import TODAY, Things

CHARACTERS = "重庆慶市渝中區区江北职业職技能等级評评价机构機电工焊，。、 （）\nAb3"
CODES = [f"S{n:04d}50{n * 7:06d}" for n in range(60)]


def ask(index: Store, text: str, **more: object) -> SearchAnswer:
    request = SearchRequest(query=parse(text), today=TODAY, limit=1000, **more)  # type: ignore[arg-type]
    return EmbeddedReader(index).search(request)


def found(index: Store, text: str, **more: object) -> list[int]:
    return [hit.pk for hit in ask(index, text, **more).hits]


def random_text(chance: random.Random, length: int) -> str:
    return "".join(chance.choice(CHARACTERS) for _ in range(length))


def test_every_query_of_chinese_finds_whatever_contains_it(built: Store, things: Things) -> None:
    chance = random.Random(11)
    for pk, code in enumerate(CODES):
        names = (random_text(chance, 8),)
        things.put(pk, random_text(chance, 12), random_text(chance, 150), codes=(code,), names=names)
    rebuild(built.root)
    texts = {
        pk: [normalise(text) for text in (entry.title, entry.body, *entry.codes, *entry.names)]
        for pk, entry in things.entries.items()
    }
    chinese = [character for character in CHARACTERS if "\u4e00" <= character <= "\u9fff"]
    queries = [a + b for a in chinese for b in chinese] + chinese
    hits = 0
    for query in queries:
        wanted = {pk for pk, parts in texts.items() if any(normalise(query) in part for part in parts)}
        assert set(found(built, query)) == wanted, query
        hits += len(wanted)
    assert hits > len(queries), "the texts are too thin to prove anything"


def test_longer_queries_miss_nothing(built: Store, things: Things) -> None:
    chance = random.Random(5)
    for pk in range(80):
        things.put(pk, random_text(chance, 10), random_text(chance, 200))
    rebuild(built.root)
    for entry in things.entries.values():
        body = normalise(entry.body).split()
        word = max(body, key=len)[:6]
        assert entry.pk in found(built, word), word


@pytest.mark.parametrize("query", ["渝中區 電工", "渝中区　电工", "电工 渝中区", "渝中区,电工"])
def test_traditional_and_full_width_input_find_the_same(built: Store, things: Things, query: str) -> None:
    things.put(1, "（演示）渝中区电工评价站")
    things.put(2, "（演示）渝中区焊工评价站")
    rebuild(built.root)
    assert found(built, query) == [1]


def test_order_code_then_title_then_name_then_body(built: Store, things: Things) -> None:
    things.put(1, "某评价站", "本站评价电工")
    things.put(2, "某学校", names=("电工学校",))
    things.put(3, "电工评价站")
    things.put(4, "某厂", codes=("电工",))
    rebuild(built.root)
    assert found(built, "电工") == [4, 3, 2, 1]


def test_a_phrase_outranks_scattered_characters(built: Store, things: Things) -> None:
    things.put(1, "职业技能等级认定收费", "电梯 梯工")
    things.put(2, "收费", "电梯工")
    rebuild(built.root)
    assert found(built, "电梯工") == [2, 1]


def test_active_and_fresh_entries_come_first(built: Store, things: Things) -> None:
    things.put(1, "电工评价站", status="deregistered")
    things.put(2, "电工评价站", status="active")
    things.put(3, "电工公告", date=TODAY - dt.timedelta(days=3000))
    things.put(4, "电工公告", date=TODAY - dt.timedelta(days=3))
    rebuild(built.root)
    order = found(built, "电工")
    assert order.index(2) < order.index(1)
    assert order.index(4) < order.index(3)


def test_newest_first(built: Store, things: Things) -> None:
    for pk, days in ((1, 10), (2, 1), (3, 100)):
        things.put(pk, "电工公告", date=TODAY - dt.timedelta(days=days))
    things.put(4, "电工公告")
    rebuild(built.root)
    assert found(built, "电工", sort="newest") == [2, 1, 3, 4]


def test_codes_are_found_by_their_beginning_and_in_any_writing(built: Store, things: Things) -> None:
    things.put(1, "甲", codes=("S000034110003",))
    things.put(2, "乙", codes=("S000034119999",), occupations=("6-31-01-03",))
    rebuild(built.root)
    assert found(built, "s0000 3411-0003") == [1]
    assert set(found(built, "S00003411")) == {1, 2}
    assert found(built, "6310103") == [2]
    assert [hit.pk for hit in EmbeddedReader(built).with_code("s000034110003")] == [1]


def test_what_may_not_be_seen_is_in_no_answer(built: Store, things: Things) -> None:
    things.put(1, "电工评价站", codes=("S000034110003",))
    things.put(2, "电工评价站内部材料", codes=("S000034110004",), access="staff")
    rebuild(built.root)
    reader = EmbeddedReader(built)
    answer = ask(built, "电工")
    assert ([hit.pk for hit in answer.hits], answer.total, answer.kinds) == ([1], 1, {"thing": 1})
    assert reader.count(parse("内部材料")) == 0
    assert reader.with_code("s000034110004") == ()
    assert [hit.pk for hit in reader.near(parse("S000034110005"))] == [1]
    assert set(found(built, "电工", access=("public", "staff"))) == {1, 2}


def test_pages_follow_each_other_without_gap_or_repeat(built: Store, things: Things) -> None:
    for pk in range(95):
        things.put(pk, f"电工评价站{pk % 7}", "正文")
    rebuild(built.root)
    reader = EmbeddedReader(built)
    pages = [
        [hit.pk for hit in reader.search(SearchRequest(parse("电工"), TODAY, offset=start)).hits]
        for start in range(0, 100, 20)
    ]
    assert sorted(pk for page in pages for pk in page) == list(range(95))
    assert reader.search(SearchRequest(parse("电工"), TODAY, offset=200)).hits == ()


ODD = [
    "",
    "   ",
    "，。！？",
    "😀😀",
    "*",
    '"电工',
    "title:电工 AND (NOT",
    "a" * 10_000,
    "电" * 10_000,
    "电工 " * 2_000,
    "(" * 500,
    "\\",
    "电工~2^5",
    "\u202e电工\u202c",
    "[* TO *]",
    ".*.*.*.*$",
    "\ud800",
]


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_any_text_is_answered_quickly(built: Store, things: Things, text: str) -> None:
    for pk in range(300):
        things.put(pk, f"电工评价站{pk}", "电工职业技能等级评价 " * 40)
    rebuild(built.root)
    reader = EmbeddedReader(built)
    started = time.perf_counter()
    query = parse(text)
    reader.search(SearchRequest(query, TODAY))
    reader.near(query)
    assert time.perf_counter() - started < 0.2


def test_syntax_characters_are_only_separators(built: Store, things: Things) -> None:
    things.put(1, "电工评价站")
    rebuild(built.root)
    assert found(built, '"电工" -(评价站)') == [1]
