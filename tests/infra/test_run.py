"""``make run`` as a whole: first start, accidents, a clean end, a second start within seconds.

The life of a portal is one test, step by step on one data folder, each step a subtest. On a PostgreSQL run
the portal runs on a database of its own there, as ``make run-full`` does.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg
import pytest

from infra.bootstrap import ROOT
from infra.ports import is_free, unused_port
from portal.settings.environment import default_data_dir
from tests.infra.running_portal import RunningPortal
from tests.services import suite_vendor

pytestmark = pytest.mark.setup

Wait = Callable[..., None]

FIRST_START = 300.0
SECOND_START = 20.0
PAGES = [
    *["/", "/search/?q=%E6%BC%94%E7%A4%BA", "/institutions/", "/fees/", "/help/"],
    *[
        "/notices/",
        "/notices/feed/",
        "/regulation/",
        "/privacy/",
        "/sitemap.xml",
        "/healthz",
        "/readyz",
        "/admin/login/",
    ],
]


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of its own on the PostgreSQL of the run; nothing on SQLite."""
    if suite_vendor() != "postgresql":
        return ""
    server = str(request.getfixturevalue("postgres_url")).rsplit("/", 1)[0]
    name = f"portal_run_{os.getpid()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server}/{name}"


def announces_address_and_logins(portal: RunningPortal, wait_until: Wait) -> None:
    """Step: what stands on the screen."""
    assert f"http://127.0.0.1:{portal.port}/" in portal.said
    logins = json.loads((portal.data / "demo-logins.json").read_text(encoding="utf-8"))
    assert logins
    for login in logins:
        assert login["user"] in portal.said
        assert login["password"] in portal.said


def serves_every_public_address(portal: RunningPortal, wait_until: Wait) -> None:
    """Step: no page is missing or broken."""
    assert {path: portal.status_of(path) for path in PAGES} == dict.fromkeys(PAGES, 200)


def keeps_keys_private_and_outside_the_checkout(portal: RunningPortal, wait_until: Wait) -> None:
    """Step: where the keys are, who reads them, and that they are nowhere else."""
    keys = portal.data / "keys.json"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert stat.S_IMODE(portal.data.stat().st_mode) & 0o077 == 0
    secret = json.loads(keys.read_text())["SECRET_KEY"]
    assert len(secret) >= 40
    assert secret not in portal.said
    assert not default_data_dir(ROOT).is_relative_to(ROOT)
    listed = subprocess.run(["git", "-C", str(ROOT), "grep", "-lF", secret], capture_output=True, text=True)
    assert listed.stdout == ""


def refuses_a_second_portal_on_its_data(portal: RunningPortal, wait_until: Wait) -> None:
    """Step: one sentence for the second, nothing for the first."""
    second = RunningPortal(portal.data, unused_port())
    second.start()
    assert second.process is not None
    assert second.process.wait(timeout=30) == 1
    assert str(portal.data) in second.said
    assert len(second.said.strip().splitlines()) == 1
    assert portal.status_of("/readyz") == 200


def brings_back_a_killed_worker(portal: RunningPortal, wait_until: Wait) -> None:
    """Step: the worker dies."""
    kill_and_wait(portal, "run_worker", wait_until)


def brings_back_a_killed_web_server(portal: RunningPortal, wait_until: Wait) -> None:
    """Step: the web server dies and leaves its processes behind."""
    kill_and_wait(portal, "granian", wait_until)


def kill_and_wait(portal: RunningPortal, word: str, wait_until: Wait) -> None:
    """Kill a child without warning; wait until another one stands in its place and pages answer."""
    child = portal.child(word)
    assert child is not None
    child.kill()

    def is_back() -> bool:
        now = portal.child(word)
        return now is not None and now.pid != child.pid and portal.status_of("/readyz") == 200

    wait_until(is_back, f"a new {word}", 60)


def ends_with_everything_on_sigterm(portal: RunningPortal, wait_until: Wait) -> None:
    """Step: nothing is left running."""
    processes = portal.descendants()
    assert len(processes) >= 4, "web server, its two processes, worker"
    assert portal.end(signal.SIGTERM) == 0
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == []
    assert is_free(portal.port)
    assert "killed" not in portal.said


def starts_again_within_seconds_and_ends_on_ctrl_c(portal: RunningPortal, wait_until: Wait) -> None:
    """Step: the second start."""
    first = portal.took
    portal.start()
    second = portal.wait_until_ready(120)
    # On a machine that does other work at the same time, the first start tells what a second is worth.
    assert second < max(SECOND_START, first / 2)
    assert "set-up is complete" in portal.said
    assert portal.status_of("/") == 200
    assert portal.end(signal.SIGINT) == 0


LIFE = [
    announces_address_and_logins,
    serves_every_public_address,
    keeps_keys_private_and_outside_the_checkout,
    refuses_a_second_portal_on_its_data,
    brings_back_a_killed_worker,
    brings_back_a_killed_web_server,
    ends_with_everything_on_sigterm,
    starts_again_within_seconds_and_ends_on_ctrl_c,
]


def test_life_of_a_portal(
    subtests: pytest.Subtests, tmp_path: Path, database_url: str, wait_until: Wait
) -> None:
    portal = RunningPortal(tmp_path / "data", unused_port(), database_url)
    portal.start()
    try:
        portal.wait_until_ready(FIRST_START)
        for step in LIFE:
            with subtests.test(step.__name__):
                step(portal, wait_until)
    finally:
        portal.kill()


@pytest.mark.database("sqlite")
def test_interrupted_set_up_leaves_nothing_running_and_goes_on(tmp_path: Path, wait_until: Wait) -> None:
    running = RunningPortal(tmp_path / "data", unused_port())
    running.start()
    try:
        wait_until(lambda: "migrate" in running.said, "the migrations", 60)
        processes = running.descendants()
        assert processes
        assert running.end(signal.SIGTERM) == 1
        assert "Interrupted" in running.said
        _, alive = psutil.wait_procs(processes, timeout=5)
        assert alive == []
        running.start()
        running.wait_until_ready(FIRST_START)
        assert running.end(signal.SIGTERM) == 0
    finally:
        running.kill()


def test_database_out_of_reach_is_one_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "infra.prepare"],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"},
            "PORTAL_DATA": str(tmp_path / "data"),
            "DATABASE_URL": f"postgresql://portal:x@127.0.0.1:{unused_port()}/portal",
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("✗ 无法使用数据库")
    assert len(done.stderr.strip().splitlines()) == 1
