"""The worker's loop: every task has its turn, a failing one waits."""

from __future__ import annotations

import threading
import time
from functools import partial

import pytest
from django.db import OperationalError

from portal.contracts import background
from portal.contracts.background import BackgroundTask, register_background
from search import worker as worker_module
from search.store import Store
from search.worker import Task, Worker


def test_a_task_that_fails_waits_longer_each_time_and_recovers(caplog: pytest.LogCaptureFixture) -> None:
    outcomes: list[Exception | int] = [OperationalError("gone"), OperationalError("gone"), 3]

    def run() -> int:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    task = Task("test", run)
    pauses = []
    for _ in range(2):
        before = time.monotonic()
        task.due_at = 0.0
        assert task.attempt() == 0
        pauses.append(task.due_at - before)
        assert task.attempt() == 0
    assert pauses[1] > pauses[0] > 0.4
    task.due_at = 0.0
    assert task.attempt() == 3
    assert task.failures == 0
    assert "test failed" in caplog.text


@pytest.mark.django_db
def test_one_failing_task_does_not_stop_the_others(built: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []

    def fails() -> int:
        calls.append("publish")
        raise OperationalError("database is locked")

    monkeypatch.setattr(worker_module, "publish_scheduled", fails)

    def notes(name: str) -> int:
        calls.append(name)
        return 0

    monkeypatch.setattr(background, "_tasks", {})
    register_background(BackgroundTask("of an app", partial(notes, "registered"), every=1.0))
    worker = Worker(built)
    worker.tasks[1].run = partial(notes, "drain")
    worker.tasks[2].run = partial(notes, "renew")
    done = [task.attempt() for task in worker.tasks]
    assert done == [0, 0, 0, 0]
    assert calls == ["publish", "drain", "renew", "registered"]


@pytest.mark.django_db
def test_once_runs_what_apps_registered_until_nothing_is_left(
    built: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = [3, 2, 0, 0]
    monkeypatch.setattr(background, "_tasks", {})
    register_background(BackgroundTask("of an app", lambda: left.pop(0), every=1.0, aside=True))
    assert Worker(built).run_once() == 5
    assert left == [0]


def test_a_long_task_runs_beside_the_others(index: Store) -> None:
    started, others_went_on = threading.Event(), threading.Event()

    def long() -> int:
        started.set()
        assert others_went_on.wait(timeout=10)
        return 0

    def short() -> int:
        if started.is_set():
            others_went_on.set()
        return 0

    worker = Worker(index)
    worker.tasks = [Task("short", short), Task("long", long, aside=True)]
    thread = threading.Thread(target=worker.run)
    thread.start()
    assert others_went_on.wait(timeout=10)
    worker.stopping.set()
    thread.join(timeout=5)
    assert not thread.is_alive()


def test_it_ends_when_told_to(index: Store) -> None:
    worker = Worker(index)
    worker.tasks = []
    thread = threading.Thread(target=worker.run)
    thread.start()
    worker.stopping.set()
    thread.join(timeout=5)
    assert not thread.is_alive()
