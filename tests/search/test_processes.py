"""Real processes: a worker that is killed, readers beside a writer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from portal.contracts import events
from portal.register.models import Filing, Institution
from search.consistency import compare
from search.models import SearchOutbox
from search.rebuild import rebuild
from search.store import Store, worker_lock
from tests.factories.random_register import random_register
from tests.search.conftest import Things

ROOT = Path(__file__).resolve().parents[2]
KILLS = 25 if os.environ.get("SOAK") else 4


def database_url() -> str:
    """The address of the test database, for another process."""
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{config['NAME']}"
    user = f"{config['USER']}:{config['PASSWORD']}@" if config["USER"] else ""
    return f"postgresql://{user}{config['HOST']}:{config['PORT']}/{config['NAME']}"


def worker(root: Path) -> subprocess.Popen[str]:
    """A worker process on the test database and this index."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings.embedded",
        "PORTAL_DATA": str(root.parent),
        "DATABASE_URL": database_url(),
    }
    return subprocess.Popen(
        [sys.executable, "manage.py", "run_worker"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(condition: Any, seconds: float = 40.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
def test_killed_again_and_again_the_worker_loses_nothing(index: Store) -> None:
    assert index.root == Path(django_settings.INDEX_DIR)
    random_register(seed=31, size=150)
    pks = list(Filing.objects.values_list("pk", flat=True))
    for turn in range(KILLS):
        process = worker(index.root)
        Institution.objects.filter(pk__in=pks[turn::7]).update(name=f"（演示）第{turn}次改名")
        for _ in range(10):
            events.announce("institution", pks)
        rows = SearchOutbox.objects.count()
        wait_for(
            lambda rows=rows, process=process: (
                SearchOutbox.objects.count() < rows or process.poll() is not None
            )
        )
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=20)
        assert process.returncode == -signal.SIGKILL
    process = worker(index.root)
    wait_for(lambda: not SearchOutbox.objects.exists())
    process.terminate()
    _out, errors = process.communicate(timeout=20)
    assert process.returncode == 0, errors
    assert "worker ended" in errors
    result = compare(index)
    assert result.is_clean, result
    assert result.compared == len(pks)


@pytest.mark.django_db
def test_a_second_worker_is_refused(built: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = worker_lock(built.root)
    assert lock.acquire()
    try:
        with pytest.raises(CommandError, match="已有一个后台进程"):
            call_command("run_worker", "--once")
    finally:
        lock.release()


@pytest.mark.django_db
def test_once_does_what_is_due_and_builds_the_index_if_there_is_none(index: Store, things: Things) -> None:
    things.put(1, "电工")
    call_command("run_worker", "--once")
    assert compare(index).is_clean
    things.put(2, "焊工")
    events.announce("thing", [2])
    call_command("run_worker", "--once")
    assert compare(index).is_clean


READER = """
import sys, time
from pathlib import Path
import django
django.setup()
from search.embedded import EmbeddedReader
from search.grams import parse
from search.store import Store
reader = EmbeddedReader(Store(Path(sys.argv[1])))
seen, deadline = [], time.monotonic() + 60
while time.monotonic() < deadline:
    count = reader.count(parse("电工"))
    if not seen or seen[-1] != count:
        seen.append(count)
    if count == int(sys.argv[2]):
        break
print(seen)
"""


@pytest.mark.django_db
def test_two_processes_read_while_one_writes_and_rebuilds(built: Store, things: Things) -> None:
    from search.pipeline import Pipeline

    environment = {**os.environ, "PORTAL_DATA": str(built.root.parent)}
    readers = [
        subprocess.Popen(
            [sys.executable, "-c", READER, str(built.root), "200"],
            cwd=ROOT,
            env={**environment, "DJANGO_SETTINGS_MODULE": "portal.settings.embedded"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    pipeline = Pipeline(built)
    for batch in range(20):
        for pk in range(batch * 10, batch * 10 + 10):
            things.put(pk, f"电工{pk}号", "职业技能等级评价" * 30)
        events.announce("thing", range(batch * 10, batch * 10 + 10))
        pipeline.drain()
        if batch % 6 == 5:
            rebuild(built.root)
        time.sleep(0.05)
    for reader in readers:
        out, errors = reader.communicate(timeout=90)
        assert reader.returncode == 0, errors
        seen = [int(number) for number in out.strip("[]\n").split(",")]
        # Whole batches, always more, never a half-filled or an empty index.
        assert seen == sorted(seen)
        assert seen[-1] == 200
        assert all(number % 10 == 0 for number in seen)
