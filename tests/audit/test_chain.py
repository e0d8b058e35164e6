"""Linking: one unbroken chain whoever writes, links, or is killed meanwhile."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, connections, transaction
from django.db.models import F

from portal.audit.chain import GENESIS, End, Linker, end_of_chain, link_new_events
from portal.audit.models import AuditEvent, AuditLink
from portal.audit.record import build_event, record, record_many
from portal.audit.verify import verify
from portal.contracts.background import background_tasks

ROOT = Path(__file__).resolve().parents[2]
SOAK = bool(os.environ.get("SOAK"))
EVENTS_EACH = 2000 if SOAK else 25
KILLS = 20 if SOAK else 1


def write(count: int = 1) -> None:
    with transaction.atomic():
        record_many([build_event("test.done", ("thing", str(number), "一件事")) for number in range(count)])


def assert_one_chain(events: int) -> None:
    """Every event has its place in one sound chain."""
    found = verify()
    assert found.is_sound, found.breaks
    assert found.checked == events == AuditEvent.objects.count()


def in_threads(*jobs: Callable[[], None]) -> None:
    """Run the jobs at once; the first failure is raised."""
    failures: list[Exception] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 - raised below
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@pytest.mark.django_db
def test_events_are_linked_in_the_order_of_their_numbers() -> None:
    assert end_of_chain() == End(0, GENESIS)
    assert link_new_events() == 0
    write(5)
    assert link_new_events(limit=3) == 3
    assert link_new_events(limit=3) == 2
    assert link_new_events() == 0
    links = list(AuditLink.objects.order_by("position"))
    assert [link.position for link in links] == [1, 2, 3, 4, 5]
    assert [link.event_id for link in links] == list(
        AuditEvent.objects.order_by("pk").values_list("pk", flat=True)
    )
    assert [link.previous for link in links] == [GENESIS, *(link.hash for link in links[:-1])]
    assert_one_chain(5)


@pytest.mark.django_db
def test_the_linker_is_among_what_the_worker_does() -> None:
    task = {task.name: task for task in background_tasks()}["audit links"]
    assert task.every <= 0.5
    write(3)
    assert task.run() == 3
    assert task.run() == 0
    assert_one_chain(3)


@pytest.mark.django_db
def test_a_backlog_is_linked_batch_after_batch_in_turns_of_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.audit.chain.BATCH", 2)
    write(9)
    linker = Linker()
    monkeypatch.setattr(linker, "AT_MOST", -1.0)
    assert linker.run() == 2
    monkeypatch.setattr(linker, "AT_MOST", 60.0)
    assert linker.run() == 7
    assert linker.run() == 0
    assert_one_chain(9)


@pytest.mark.django_db
def test_the_linker_goes_on_where_it_was_and_notices_another_database() -> None:
    linker = Linker()
    write(3)
    for _round in range(3):
        linker.run()
    assert linker.settled == AuditEvent.objects.order_by("-pk").values_list("pk", flat=True)[0]
    write(2)
    assert linker.run() == 2
    # As after a restored copy: the links that the linker remembers are gone, others stand there.
    save = transaction.savepoint()
    write(2)
    for _round in range(3):
        linker.run()
    transaction.savepoint_rollback(save)
    write(4)
    assert linker.run() == 4
    assert_one_chain(9)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_eight_writers_and_two_linkers_at_once_give_one_unbroken_chain() -> None:
    done = threading.Event()
    writers = 8

    def writer() -> None:
        for number in range(EVENTS_EACH):
            with transaction.atomic():
                record("test.done", ("thing", str(number), "一件事"))
                if number % 7 == 6:
                    transaction.set_rollback(True)

    def linker() -> None:
        mine = Linker()
        try:
            while not done.is_set():
                mine.run()
                time.sleep(0.005)
        finally:
            connections.close_all()

    linkers = [threading.Thread(target=linker) for _ in range(2)]
    for thread in linkers:
        thread.start()
    try:
        in_threads(*[writer] * writers)
    finally:
        done.set()
        for thread in linkers:
            thread.join()
    link_new_events()
    assert_one_chain(writers * sum(number % 7 != 6 for number in range(EVENTS_EACH)))


@pytest.mark.database("postgresql")
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_event_that_is_committed_late_is_linked_behind_higher_numbers() -> None:
    linker = Linker()
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            record("test.slow", ("thing", "1", "慢"))
            written.set()
            go_on.wait(20)

    def quick() -> None:
        written.wait(20)
        for _round in range(5):
            write()
            assert linker.run() == 1
        assert linker.settled < AuditEvent.objects.order_by("pk").first().pk  # type: ignore[union-attr]
        go_on.set()

    in_threads(slow, quick)
    late = AuditEvent.objects.get(action="test.slow")
    assert linker.run() == 1
    assert late.link.position == 6
    assert AuditLink.objects.filter(event__gt=F("event")).exists() is False
    assert late.pk < AuditLink.objects.get(position=1).event_id
    for _round in range(3):
        linker.run()
    assert linker.settled == AuditEvent.objects.order_by("-pk").values_list("pk", flat=True)[0]
    assert_one_chain(6)


_KILLED = """
import os, sys, django
django.setup()
from django.conf import settings
from django.db import connection
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
from portal.audit import chain
insert = chain._insert
def insert_and_say(links):
    insert(links)
    print("inserted", flush=True)
    sys.stdin.readline()
chain._insert = insert_and_say
from django.db import transaction
from portal.audit.record import record
with transaction.atomic():
    record("test.lost", ("thing", "1", "never committed"))
    chain.link_new_events()
"""


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_writer_and_linker_that_is_killed_leaves_nothing_half_done() -> None:
    expected = 0
    for _kill in range(KILLS):
        write(20)
        expected += 20
        before = end_of_chain()
        process = subprocess.Popen(
            [sys.executable, "-c", _KILLED, str(connection.settings_dict["NAME"])],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PORTAL_TEST_DATA": str(Path(os.environ["PORTAL_DATA"]))},
        )
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "inserted\n"
        finally:
            process.send_signal(signal.SIGKILL)
            process.communicate()
        assert end_of_chain() == before
        write(5)
        expected += 5
        linker = Linker()
        assert linker.run() == 25
        linker.run()
        # The number that the lost event took holds nobody up.
        assert linker.run() == 0
        assert linker.settled == AuditEvent.objects.order_by("-pk").values_list("pk", flat=True)[0]
        assert_one_chain(expected)
