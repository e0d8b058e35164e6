"""The directory from the index against the one from the database, over random registers and questions."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from portal.contracts import events
from portal.contracts.directory import FACETS, DirectoryQuery, Sort, directory_engine
from portal.register.models import Filing, Occupation, OccupationFormerCode
from portal.register.services.directory_sql import SqlDirectory
from search.directory import BEHIND_AFTER, IndexDirectory
from search.models import SearchOutbox
from search.pipeline import Pipeline
from search.rebuild import rebuild
from search.store import Store
from tests.factories.random_register import random_register
from tests.register.test_directory_sql import random_query

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 22)
QUESTIONS = 2000 if os.environ.get("SOAK") else 60
SORTS: tuple[Sort, ...] = ("relevance", "name", "expiry", "filed", "fee")
WORDS = (
    "",
    "",
    "电工",
    "嘉陵",
    "S0103",
    "东路2号",
    "渝中 电工",
    "两江",
    "江北",
    "6-31",
    "维修",
    "工",
    "（演示）",
    "3",
    "没有这个",
)


@pytest.fixture
def register(index: Store) -> Iterator[Store]:
    """A random register, indexed as of the day."""
    random_register(seed=23, size=120)
    electrician = Occupation.objects.get(code="6-31-01-03")
    OccupationFormerCode.objects.create(
        code="6-07-06-05", name="维修电工", occupation=electrician, source="2015"
    )
    with time_machine.travel(dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC), tick=False):
        rebuild(index.root)
        SearchOutbox.objects.all().delete()
        yield index


def questions(count: int) -> list[DirectoryQuery]:
    chance = random.Random(99)
    made = []
    for _ in range(count):
        query = random_query(chance, DAY)
        made.append(replace(query, q=chance.choice(WORDS), sort=chance.choice(SORTS)))
    return made


def test_both_engines_give_the_same_answers(register: Store) -> None:
    found = 0
    for query in questions(QUESTIONS):
        expected, answer = SqlDirectory().search(query), IndexDirectory().search(query)
        assert answer.engine == "index"
        assert answer.total == expected.total, query
        assert set(answer.pks) == set(expected.pks), query
        if query.sort != "fee":
            assert answer.pks == expected.pks, query
        for facet in FACETS:
            assert answer.facets[facet] == expected.facets[facet], (facet, query)
        found += answer.total
    assert found > 200, "the questions are too narrow to prove anything"


def test_the_same_question_again_gives_the_same_facets_after_a_change(register: Store) -> None:
    query = DirectoryQuery(day=DAY, limit=500)
    before = IndexDirectory().search(query)
    assert IndexDirectory().search(query) == before
    gone = Filing.objects.get(pk=before.pks[0])
    gone.kind = next(kind for kind in ("employer", "school") if kind != gone.kind)
    gone.save()
    events.announce("institution", [gone.pk])
    Pipeline(register).drain()
    after = IndexDirectory().search(query)
    assert after.facets["kind"] != before.facets["kind"]
    assert after.facets == SqlDirectory().search(query).facets


def test_pages_follow_each_other(register: Store) -> None:
    whole = IndexDirectory().search(DirectoryQuery(day=DAY, limit=500)).pks
    parts = [
        pk
        for offset in range(0, 140, 20)
        for pk in IndexDirectory().search(DirectoryQuery(day=DAY, offset=offset)).pks
    ]
    assert tuple(parts) == whole


def test_full_width_and_traditional_words(register: Store) -> None:
    plain = IndexDirectory().search(DirectoryQuery(day=DAY, q="渝中区 S0103", limit=500))
    written = IndexDirectory().search(DirectoryQuery(day=DAY, q="渝中區　ｓ０１０３", limit=500))
    assert plain.total
    assert set(written.pks) == set(plain.pks)


def test_a_former_occupation_name_finds_the_present_one(register: Store) -> None:
    former = IndexDirectory().search(DirectoryQuery(day=DAY, q="维修电工", limit=500))
    present = IndexDirectory().search(DirectoryQuery(day=DAY, occupation=("6-31-01-03",), limit=500))
    assert former.total
    assert set(former.pks) == set(present.pks)


def test_odd_words_are_answered(register: Store) -> None:
    for text in ("，", "😀", "*", '"', "a" * 3000, "电 " * 3000, "\ud800"):
        IndexDirectory().search(DirectoryQuery(day=DAY, q=text))


def test_fit_only_for_today_and_only_when_nothing_is_behind(register: Store) -> None:
    engine = IndexDirectory()
    assert engine.fit_for(DAY)
    assert not engine.fit_for(DAY - dt.timedelta(days=1))
    row = SearchOutbox.objects.create(kind="institution", object_pk=1)
    assert engine.fit_for(DAY), "only just written"
    row.created_at = timezone.now() - BEHIND_AFTER - dt.timedelta(seconds=1)
    row.save()
    assert not engine.fit_for(DAY)
    chosen, degraded = directory_engine(DAY)
    assert (chosen.name, degraded) == ("database", True)
    SearchOutbox.objects.update(kind="notice")
    assert engine.fit_for(DAY), "another kind does not matter to the directory"


def test_not_fit_once_a_day_has_made_an_entry_wrong(register: Store) -> None:
    stale = min(
        filing
        for filing in (entry.filing.stale_on for entry in entries() if entry.filing is not None)
        if filing is not None
    )
    with time_machine.travel(dt.datetime.combine(stale, dt.time(1)), tick=False):
        today = timezone.localdate()
        assert today == stale
        assert not IndexDirectory().fit_for(today)
        Pipeline(register).refresh_stale(today)
        assert IndexDirectory().fit_for(today)
        query = DirectoryQuery(day=today, limit=500)
        answer, expected = IndexDirectory().search(query), SqlDirectory().search(query)
        assert (answer.pks, answer.facets) == (expected.pks, expected.facets)


def entries() -> list[Any]:
    from portal.contracts.searchable import declared_kinds

    kind = declared_kinds()["institution"]
    return list(kind.build(list(kind.all_pks())))


def test_without_an_index_the_database_answers(index: Store) -> None:
    random_register(seed=2, size=10)
    chosen, degraded = directory_engine(timezone.localdate())
    assert (chosen.name, degraded) == ("database", True)


def test_an_index_that_breaks_on_the_way_is_passed_over(register: Store) -> None:
    folder = next(register.root.glob("v*"))
    for path in folder.iterdir():
        if path.suffix in (".fast", ".term", ".idx", ".pos"):
            path.write_bytes(b"broken")
    (folder / "meta.json").write_text("{")
    engine = IndexDirectory()
    assert not engine.fit_for(DAY)
    answer = engine.search(DirectoryQuery(day=DAY))
    assert (answer.engine, answer.degraded) == ("database", True)
    assert answer.total == SqlDirectory().search(DirectoryQuery(day=DAY)).total


def test_few_database_queries(register: Store, django_assert_max_num_queries: Any) -> None:
    with django_assert_max_num_queries(1):
        engine, _degraded = directory_engine(DAY)
        engine.search(DirectoryQuery(day=DAY, q="电工", level=("5",), district=("500103",)))
    assert engine.name == "index"
