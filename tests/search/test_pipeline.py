"""The outbox: written with the change, emptied only after the index has it."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from portal.contracts import events
from search import pipeline as pipeline_module
from search.consistency import compare
from search.embedded import EmbeddedReader, EmbeddedWriter
from search.engine import IndexUnavailableError, Key
from search.grams import parse
from search.models import SearchOutbox
from search.pipeline import Pipeline
from search.store import Store, current_folder
from tests.search.conftest import Things

pytestmark = pytest.mark.django_db


def titles(index: Store) -> dict[Key, str]:
    return EmbeddedReader(index).digests()


def test_a_change_that_is_rolled_back_leaves_no_row() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():  # noqa: PT012
        events.announce("thing", [1, 2])
        assert SearchOutbox.objects.count() == 2
        raise RuntimeError
    assert SearchOutbox.objects.count() == 0


def test_added_changed_and_removed_things_arrive(built: Store, things: Things) -> None:
    pipeline = Pipeline(built)
    things.put(1, "渝中电工")
    things.put(2, "江北焊工")
    events.announce("thing", [1, 2, 1])
    assert pipeline.drain() == 3
    reader = EmbeddedReader(built)
    assert reader.count(parse("渝中")) == 1
    things.put(1, "万州钳工")
    del things.entries[2]
    events.announce("thing", [1, 2])
    pipeline.drain()
    assert [reader.count(parse(word)) for word in ("渝中", "江北", "万州")] == [0, 0, 1]
    assert SearchOutbox.objects.count() == 0
    assert compare(built).is_clean


def test_a_kind_that_nobody_declares_does_not_stop_the_rest(built: Store, things: Things) -> None:
    things.put(1, "电工")
    events.announce("gone", [7])
    events.announce("thing", [1])
    Pipeline(built).drain()
    assert SearchOutbox.objects.count() == 0
    assert EmbeddedReader(built).count(parse("电工")) == 1


def test_a_crash_after_the_commit_is_made_good(
    built: Store, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    things.put(1, "电工")
    events.announce("thing", [1])
    with monkeypatch.context() as patch:

        def crash(*_args: object) -> None:
            raise KeyboardInterrupt

        patch.setattr(Pipeline, "_take_off", crash)
        first = Pipeline(built)
        with pytest.raises(KeyboardInterrupt):
            first.drain()
        first.close()
    assert SearchOutbox.objects.count() == 1
    assert EmbeddedReader(built).count(parse("电工")) == 1
    Pipeline(built).drain()
    assert SearchOutbox.objects.count() == 0
    assert EmbeddedReader(built).count(parse("电工")) == 1
    assert compare(built).is_clean


def test_when_the_index_cannot_be_written_every_row_stays(
    built: Store, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    things.put(1, "电工")
    events.announce("thing", [1])
    pipeline = Pipeline(built)
    with monkeypatch.context() as patch:

        def full(*_args: object) -> None:
            raise IndexUnavailableError("no space left")

        patch.setattr(EmbeddedWriter, "commit", full)
        with pytest.raises(IndexUnavailableError):
            pipeline.drain()
    assert SearchOutbox.objects.filter(attempts=0).count() == 1


def test_one_that_cannot_be_built_waits_apart_with_its_error(built: Store, things: Things) -> None:
    for pk in range(1, 6):
        things.put(pk, f"电工{pk}号")
    things.broken.add(3)
    events.announce("thing", range(1, 6))
    pipeline = Pipeline(built)
    pipeline.drain()
    row = SearchOutbox.objects.get()
    assert (row.object_pk, row.attempts) == (3, 1)
    assert "thing 3 cannot be built" in row.error
    assert row.due_at > timezone.now()
    assert EmbeddedReader(built).count(parse("电工")) == 4
    assert pipeline.drain() == 0, "it is not due yet"
    first_pause = row.due_at - timezone.now()
    SearchOutbox.objects.update(due_at=timezone.now())
    pipeline.drain()
    row.refresh_from_db()
    assert row.attempts == 2
    assert row.due_at - timezone.now() > first_pause
    things.broken.clear()
    SearchOutbox.objects.update(due_at=timezone.now())
    pipeline.drain()
    assert SearchOutbox.objects.count() == 0
    assert EmbeddedReader(built).count(parse("电工")) == 5


def test_text_that_no_index_can_hold_harms_only_itself(built: Store, things: Things) -> None:
    things.put(1, "电工\ud800", "半个\udfff字符")
    things.put(2, "焊工", "长" * 300_000 + "a" * 100_000)
    things.put(3, "钳工")
    events.announce("thing", [1, 2, 3])
    Pipeline(built).drain()
    reader = EmbeddedReader(built)
    assert reader.count(parse("钳工")) == 1
    assert reader.count(parse("焊工")) == 1
    assert set(SearchOutbox.objects.values_list("object_pk", flat=True)) <= {1}


def test_a_batch_waits_for_the_one_under_way_so_that_nothing_old_is_written_late(
    built: Store, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Built from the old state, written after the withdrawal: must not happen, the batch lock forbids it."""
    things.put(1, "电工")
    events.announce("thing", [1])
    real_build = pipeline_module.build
    order: list[str] = []

    def slow_build(keys: Any) -> Any:
        order.append("build")
        result = real_build(keys)
        if len(order) == 1:
            # Withdrawn while the first batch holds the old state; another process tries to overtake.
            del things.entries[1]
            intruder = threading.Thread(target=lambda: order.append(f"lock {try_lock()}"))
            intruder.start()
            intruder.join()
        return result

    def try_lock() -> bool:
        from search.store import batch_lock

        return batch_lock(built.root).acquire(timeout=0.1)

    monkeypatch.setattr(pipeline_module, "build", slow_build)
    pipeline = Pipeline(built)
    pipeline.drain()
    assert order == ["build", "lock False"]
    events.announce("thing", [1])
    pipeline.drain()
    assert EmbeddedReader(built).count(parse("电工")) == 0


def test_entries_out_of_date_are_renewed(built: Store, things: Things) -> None:
    import datetime as dt

    from portal.contracts.searchable import FilingFacets

    def facets(status: str, stale_on: dt.date | None) -> FilingFacets:
        day = dt.date(2026, 11, 21)
        return FilingFacets(day, stale_on, status, "school", ("public",), (), (), None, None)

    things.put(1, "电工学校", status="active", filing=facets("active", dt.date(2026, 11, 22)))
    things.put(2, "焊工学校", status="active", filing=facets("active", dt.date(2026, 12, 1)))
    events.announce("thing", [1, 2])
    pipeline = Pipeline(built)
    pipeline.drain()
    assert pipeline.refresh_stale(dt.date(2026, 11, 21)) == ()
    things.put(1, "电工学校", status="expired", filing=facets("expired", None))
    assert pipeline.refresh_stale(dt.date(2026, 11, 22)) == (Key("thing", 1),)
    assert pipeline.refresh_stale(dt.date(2026, 11, 22)) == ()
    assert EmbeddedReader(built).with_code("") == ()
    assert compare(built).is_clean


def test_a_change_is_found_within_two_seconds_by_a_reader_that_was_open_before(
    built: Store, things: Things
) -> None:
    reader = EmbeddedReader(built)
    assert reader.count(parse("电工")) == 0
    for pk in range(500):
        things.put(pk, f"电工评价站{pk}", "职业技能等级评价" * 60)
    started = time.monotonic()
    events.announce("thing", range(500))
    Pipeline(built).drain()
    assert reader.count(parse("电工")) == 500
    assert time.monotonic() - started < 2


def test_comparison_names_what_differs(built: Store, things: Things) -> None:
    things.put(1, "电工")
    things.put(2, "焊工")
    events.announce("thing", [1, 2])
    Pipeline(built).drain()
    things.put(1, "电工改名")
    del things.entries[2]
    things.put(3, "新来的")
    result = compare(built)
    assert (result.different, result.surplus, result.missing) == (
        (Key("thing", 1),),
        (Key("thing", 2),),
        (Key("thing", 3),),
    )
    assert current_folder(built.root).is_dir()
