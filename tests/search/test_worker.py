"""The worker's loop: every task has its turn, a failing one waits."""

from __future__ import annotations

import threading
import time
from functools import partial

import pytest
from django.db import OperationalError

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

    worker = Worker(built)
    worker.tasks[1].run = partial(notes, "drain")
    worker.tasks[2].run = partial(notes, "renew")
    done = [task.attempt() for task in worker.tasks]
    assert done == [0, 0, 0]
    assert calls == ["publish", "drain", "renew"]


def test_it_ends_when_told_to(index: Store) -> None:
    worker = Worker(index)
    worker.tasks = []
    thread = threading.Thread(target=worker.run)
    thread.start()
    worker.stopping.set()
    thread.join(timeout=5)
    assert not thread.is_alive()
