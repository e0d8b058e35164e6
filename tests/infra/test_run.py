"""``make run`` as a whole: first start, accidents, a clean end, a second start within seconds.

The tests share one data folder and stand in the order of a portal's life. On a PostgreSQL run the portal
runs on a database of its own there, as ``make run-full`` does.
"""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from infra.bootstrap import ROOT
from infra.ports import is_free, unused_port
from portal.settings.environment import default_data_dir
from tests.infra.running_portal import RunningPortal
from tests.services import suite_vendor

pytestmark = [pytest.mark.setup, pytest.mark.xdist_group("make-run")]

FIRST_START = 300.0
SECOND_START = 20.0
PAGES = [
    *["/", "/search/?q=%E6%BC%94%E7%A4%BA", "/search/suggest/?q=%E6%BC%94", "/institutions/", "/fees/"],
    *["/notices/", "/notices/feed/", "/regulation/", "/sitemap.xml", "/healthz", "/readyz", "/admin/login/"],
]


@pytest.fixture(scope="module")
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


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of this portal's life."""
    return tmp_path_factory.mktemp("run") / "data"


@pytest.fixture(scope="module")
def portal(data: Path, database_url: str) -> Iterator[RunningPortal]:
    """The first start."""
    running = RunningPortal(data, unused_port(), database_url)
    running.start()
    try:
        running.wait_until_ready(FIRST_START)
        yield running
    finally:
        running.kill()


def test_announces_address_and_logins(portal: RunningPortal, data: Path) -> None:
    assert f"http://127.0.0.1:{portal.port}/" in portal.said
    logins = json.loads((data / "demo-logins.json").read_text(encoding="utf-8"))
    assert logins
    for login in logins:
        assert login["user"] in portal.said
        assert login["password"] in portal.said


@pytest.mark.parametrize("path", PAGES)
def test_serves(portal: RunningPortal, path: str) -> None:
    assert portal.status_of(path) == 200


def test_keys_are_private_and_outside_the_checkout(portal: RunningPortal, data: Path) -> None:
    keys = data / "keys.json"
    assert stat.S_IMODE(keys.stat().st_mode) == 0o600
    assert stat.S_IMODE(data.stat().st_mode) & 0o077 == 0
    secret = json.loads(keys.read_text())["SECRET_KEY"]
    assert len(secret) >= 40
    assert secret not in portal.said
    assert not default_data_dir(ROOT).is_relative_to(ROOT)
    listed = subprocess.run(["git", "-C", str(ROOT), "grep", "-lF", secret], capture_output=True, text=True)
    assert listed.stdout == ""


def test_data_folder_has_one_portal(portal: RunningPortal, data: Path) -> None:
    second = RunningPortal(data, unused_port())
    second.start()
    assert second.process is not None
    assert second.process.wait(timeout=30) == 1
    assert str(data) in second.said
    assert len(second.said.strip().splitlines()) == 1
    assert portal.status_of("/readyz") == 200


@pytest.mark.parametrize("word", ["run_worker", "granian"])
def test_killed_child_comes_back(portal: RunningPortal, wait_until: Callable[..., None], word: str) -> None:
    child = portal.child(word)
    assert child is not None
    child.kill()

    def is_back() -> bool:
        now = portal.child(word)
        return now is not None and now.pid != child.pid and portal.status_of("/readyz") == 200

    wait_until(is_back, f"a new {word}", 40)


def test_sigterm_ends_everything(portal: RunningPortal) -> None:
    processes = portal.descendants()
    assert len(processes) >= 4, "web server, its two processes, worker"
    assert portal.end(signal.SIGTERM) == 0
    _, alive = psutil.wait_procs(processes, timeout=5)
    assert alive == []
    assert is_free(portal.port)
    assert "killed" not in portal.said


def test_second_start_takes_seconds_and_ctrl_c_ends_it(
    portal: RunningPortal, data: Path, database_url: str
) -> None:
    again = RunningPortal(data, portal.port, database_url)
    again.start()
    try:
        assert again.wait_until_ready(60) < SECOND_START
        assert "set-up is complete" in again.said
        assert again.status_of("/") == 200
        assert again.end(signal.SIGINT) == 0
    finally:
        again.kill()


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
