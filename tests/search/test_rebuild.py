"""A rebuild beside the index that answers: nothing lost, never half an answer, never a half-made index."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from portal.contracts import events
from search import layout, rebuild as rebuild_module, store as store_module
from search.consistency import compare
from search.embedded import EmbeddedReader
from search.engine import IndexUnavailableError
from search.grams import parse
from search.models import SearchOutbox
from search.pipeline import Pipeline
from search.rebuild import rebuild
from search.store import Store, current_folder, rebuild_lock
from tests.search.conftest import Things

pytestmark = pytest.mark.django_db


def test_changes_during_a_rebuild_reach_the_new_index(built: Store, things: Things) -> None:
    for pk in range(450):
        things.put(pk, f"电工评价站第{pk}号")
    rebuild(built.root)
    pipeline = Pipeline(built)
    reader = EmbeddedReader(built)
    seen: list[int] = []
    changed: list[int] = []

    def report(kind: str, count: int) -> None:
        """Between chunks: edit what the rebuild has already read, and let the worker drain at once."""
        pk = len(changed)
        things.put(pk, f"已改名第{pk}号")
        del things.entries[400 + pk]
        things.put(1000 + pk, f"新增电工第{pk}号")
        changed.append(pk)
        events.announce("thing", [pk, 400 + pk, 1000 + pk])
        assert pipeline.drain() == 3
        seen.append(reader.count(parse("电工")))

    rebuild(built.root, report)
    assert len(changed) >= 3
    # One renamed, one gone, one new at each step; readers always had the whole index before them.
    assert seen == [450 - step for step in range(1, len(seen) + 1)]
    assert compare(built).is_clean
    assert reader.count(parse("已改名")) == len(changed)
    assert SearchOutbox.objects.count() == 0


def test_rows_held_for_a_rebuild_that_died_are_cleared(
    built: Store, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    things.put(1, "电工")
    before = current_folder(built.root)
    pipeline = Pipeline(built)

    def report(kind: str, count: int) -> None:
        events.announce("thing", [1])
        pipeline.drain()
        raise MemoryError

    with pytest.raises(MemoryError):
        rebuild(built.root, report)
    assert current_folder(built.root) == before
    assert SearchOutbox.objects.filter(held=True).count() == 1
    assert [folder.name for folder in built.root.glob("v*")] == [before.name]
    events.announce("thing", [1])
    pipeline.drain()
    assert SearchOutbox.objects.count() == 0


def test_the_old_folder_goes_and_open_readers_follow(built: Store, things: Things) -> None:
    reader = EmbeddedReader(built)
    before = current_folder(built.root)
    things.put(1, "电工")
    assert reader.count(parse("电工")) == 0
    rebuild(built.root)
    assert not before.exists()
    assert reader.count(parse("电工")) == 1


def test_two_rebuilds_at_once_are_refused(
    built: Store, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild_module, "_REBUILD_TIMEOUT", 0.1)
    lock = rebuild_lock(built.root)
    assert lock.acquire()
    try:
        with pytest.raises(CommandError, match="索引未能重建"):
            call_command("rebuild_search", verbosity=0)
    finally:
        lock.release()
    call_command("rebuild_search", verbosity=0)


def test_one_that_cannot_be_built_does_not_stop_the_rebuild(built: Store, things: Things) -> None:
    things.put(1, "电工")
    things.put(2, "焊工")
    things.broken.add(2)
    assert rebuild(built.root) == 1
    row = SearchOutbox.objects.get()
    assert (row.object_pk, "cannot be built" in row.error) == (2, True)


def test_an_index_of_another_version_is_not_opened(
    built: Store, things: Things, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "_PREFIX", f"v{layout.SCHEMA_VERSION + 1}-")
    with pytest.raises(IndexUnavailableError, match="another version"):
        current_folder(built.root)


def test_check_search_tells_a_clean_index_from_another(built: Store, things: Things, capsys: Any) -> None:
    call_command("check_search")
    assert "一致" in capsys.readouterr().out
    things.put(1, "电工")
    with pytest.raises(CommandError, match="不一致"):
        call_command("check_search")
    assert "索引缺少 1：thing:1" in capsys.readouterr().err
