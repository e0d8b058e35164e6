"""The directory from the database against a brute-force count over snapshots."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from typing import Any

import pytest

from portal.contracts.directory import FACETS, DirectoryQuery
from portal.register.districts import DistrictBook
from portal.register.models import Filing, WorkType
from portal.register.services.directory_sql import SqlDirectory
from portal.register.snapshots import filings_with_everything, snapshot_of
from portal.regulation.status import FilingStatus, status_on
from tests.factories.random_register import LEVELS, OCCUPATIONS, random_register

pytestmark = pytest.mark.django_db
DAYS = (dt.date(2024, 6, 1), dt.date(2025, 11, 5), dt.date(2026, 11, 22))


def scope_values(filing: Filing, day: dt.date, work_types: list[WorkType]) -> set[tuple[str, str]]:
    """(occupation value, level) pairs that a filing answers to, work types spelt out."""
    pairs = set()
    for item in filing.scope_items.all():
        if item.first_day <= day and (item.last_day is None or day <= item.last_day):
            code = item.occupation.code
            pairs.add((code, item.level_id))
            for work_type in work_types:
                if work_type.occupation_id == item.occupation_id and item.work_type_id in (
                    None,
                    work_type.pk,
                ):
                    pairs.add((f"{code}:{work_type.pk}", item.level_id))
    return pairs


def picture(day: dt.date) -> dict[int, dict[str, Any]]:
    """Every filing that had begun by the day, in plain values."""
    book = DistrictBook.on(day)
    result = {}
    work_types = list(WorkType.objects.all())
    for filing in filings_with_everything():
        snapshot = snapshot_of(filing, newest={})
        status = status_on(snapshot, day)
        if status is FilingStatus.NOT_YET:
            continue
        result[filing.pk] = {
            "status": {status.value},
            "kind": {filing.kind},
            "audience": {audience.value for audience in snapshot.audiences_on(day)},
            "district": {book.current(site.district) for site in snapshot.sites_on(day)},
            "scope": scope_values(filing, day, work_types),
        }
    return result


def matches(row: dict[str, Any], query: DirectoryQuery, leave_out: str = "") -> bool:
    for facet in ("status", "kind", "audience", "district"):
        wanted = set(getattr(query, facet))
        if facet != leave_out and wanted and not wanted & row[facet]:
            return False
    occupations = set() if leave_out == "occupation" else set(query.occupation)
    levels = set() if leave_out == "level" else set(query.level)
    return not (occupations or levels) or any(
        (not occupations or value in occupations) and (not levels or level in levels)
        for value, level in row["scope"]
    )


def values_of(row: dict[str, Any], facet: str, query: DirectoryQuery) -> set[str]:
    if facet == "level":
        return {level for value, level in row["scope"] if not query.occupation or value in query.occupation}
    if facet == "occupation":
        return {value for value, level in row["scope"] if not query.level or level in query.level}
    found: set[str] = row[facet]
    return found


def random_query(chance: random.Random, day: dt.date) -> DirectoryQuery:
    work_types = list(WorkType.objects.all())
    occupations = [code for code, _name in OCCUPATIONS] + [f"{OCCUPATIONS[0][0]}:{w.pk}" for w in work_types]
    pools = {
        "district": ["500157", "500103", "500106"],
        "occupation": occupations,
        "level": [code for code, _name in LEVELS],
        "status": [status.value for status in FilingStatus],
        "kind": ["employer", "school", "third_party"],
        "audience": ["own_staff", "own_students", "public"],
    }
    chosen: dict[str, Any] = {
        facet: tuple(chance.sample(pool, chance.randrange(1, 3)))
        for facet, pool in pools.items()
        if chance.random() < 0.35
    }
    return DirectoryQuery(day=day, limit=200, **chosen)


@pytest.mark.parametrize("day", DAYS)
def test_totals_and_facets_equal_a_brute_force_count(day: dt.date) -> None:
    random_register(seed=7, size=60)
    rows = picture(day)
    chance = random.Random(day.toordinal())
    for _ in range(25):
        query = random_query(chance, day)
        result = SqlDirectory().search(query)
        expected = {pk for pk, row in rows.items() if matches(row, query)}
        assert set(result.pks) == expected
        assert result.total == len(expected)
        for facet in FACETS:
            counted = Counter(
                value
                for row in rows.values()
                if matches(row, query, leave_out=facet)
                for value in values_of(row, facet, query)
            )
            assert result.facets[facet] == dict(counted), (facet, query)


def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    random_register(seed=3, size=45)
    day = dt.date(2026, 11, 22)
    for sort in ("relevance", "name", "expiry", "filed", "fee"):
        whole = SqlDirectory().search(DirectoryQuery(day=day, sort=sort, limit=100)).pks
        parts = [
            pk
            for offset in range(0, 45, 10)
            for pk in SqlDirectory().search(DirectoryQuery(day=day, sort=sort, offset=offset, limit=10)).pks
        ]
        assert parts == list(whole)
        assert len(set(whole)) == len(whole)


def test_text_finds_former_names_codes_addresses_and_occupations() -> None:
    random_register(seed=5, size=40)
    day = dt.date(2026, 11, 22)
    known = set(SqlDirectory().search(DirectoryQuery(day=day, limit=100)).pks)
    for word in ("嘉陵", "S0103", "西路", "育婴", "江北"):
        found = set(SqlDirectory().search(DirectoryQuery(day=day, q=word, limit=100)).pks)
        assert found, word
        assert found <= known


def test_the_number_of_queries_does_not_depend_on_the_number_of_filings(
    django_assert_max_num_queries: Any,
) -> None:
    random_register(seed=1, size=30)
    query = DirectoryQuery(day=dt.date(2026, 11, 22), q="电工", district=("500157",), level=("5",))
    with django_assert_max_num_queries(12):
        SqlDirectory().search(query)
