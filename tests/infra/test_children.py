"""Children are restarted with a growing pause and end with everything they started."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from infra import children
from infra.children import Child, end_all, keep_alive

SLEEP = "import time; time.sleep(600)"
DEAF = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(600)"
)
WITH_GRANDCHILD = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); time.sleep(600)"

Program = Callable[[str], list[str]]
Wait = Callable[..., None]


@pytest.fixture
def started() -> Iterator[list[Child]]:
    """Children to be ended whatever the test does."""
    running: list[Child] = []
    yield running
    end_all(running, grace=0)


def test_dead_child_starts_again_after_a_pause(
    python_program: Program, wait_until: Wait, started: list[Child], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "FIRST_PAUSE", 0.2)
    child = Child("sleeper", python_program(SLEEP))
    started.append(child)
    said: list[str] = []
    keep_alive(child, said.append)
    assert child.process is not None
    first = child.process.pid
    os.kill(first, signal.SIGKILL)

    def again() -> bool:
        keep_alive(child, said.append)
        return child.is_running and child.process is not None and child.process.pid != first

    killed_at = time.monotonic()
    wait_until(again, "the second start")
    assert time.monotonic() - killed_at >= 0.2
    assert len(said) == 1
    assert "sleeper" in said[0]


def test_pauses_grow_up_to_a_limit_and_shrink_after_a_steady_run(
    python_program: Program, wait_until: Wait, started: list[Child]
) -> None:
    child = Child("failing", python_program("raise SystemExit(3)"))
    started.append(child)
    pauses = []
    for _ in range(3):
        child.start()
        wait_until(lambda: not child.is_running, "the end")
        pauses.append(child.note_death())
    assert pauses == [1, 2, 4]
    child.failures = 50
    child.start()
    wait_until(lambda: not child.is_running, "the end")
    assert child.note_death() == children.LONGEST_PAUSE
    child.start()
    wait_until(lambda: not child.is_running, "the end")
    child.started_at -= children.STEADY_AFTER + 1
    assert child.note_death() == children.FIRST_PAUSE


def test_what_a_dead_child_left_running_is_ended(
    python_program: Program, wait_until: Wait, started: list[Child]
) -> None:
    child = Child("parent", python_program(WITH_GRANDCHILD))
    started.append(child)
    child.start()
    assert child.process is not None
    process = psutil.Process(child.process.pid)
    wait_until(lambda: bool(process.children()), "the grandchild")
    grandchild = process.children()[0]
    os.kill(child.process.pid, signal.SIGKILL)
    wait_until(lambda: not child.is_running, "the end")
    assert grandchild.is_running()
    child.note_death()
    wait_until(lambda: not _is_alive(grandchild), "the end of the grandchild")


def test_all_end_cleanly(python_program: Program, started: list[Child]) -> None:
    started += [Child(name, python_program(SLEEP)) for name in ("one", "two")]
    for child in started:
        child.start()
    pids = [child.process.pid for child in started if child.process]
    assert end_all(started, grace=10)
    assert not any(psutil.pid_exists(pid) for pid in pids)


@pytest.mark.parametrize("hurried", [False, True])
def test_deaf_child_is_killed_after_the_grace_or_at_once_when_hurried(
    hurried: bool, python_program: Program, wait_until: Wait, started: list[Child]
) -> None:
    child = Child("deaf", python_program(DEAF))
    started.append(child)
    child.start()
    assert child.process is not None
    process = psutil.Process(child.process.pid)
    wait_until(lambda: _ignores_sigterm(process.pid), "the signal handler")
    before = time.monotonic()
    clean = end_all([child], grace=60 if hurried else 0.5, hurry=lambda: hurried)
    assert not clean
    assert time.monotonic() - before < 10
    assert not process.is_running()


def test_child_that_was_never_started_is_no_obstacle() -> None:
    assert end_all([Child("idle", ["false"])])


def _ignores_sigterm(pid: int) -> bool:
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        ignored = next(line for line in status if line.startswith("SigIgn:"))
    return bool(int(ignored.split()[1], 16) >> (signal.SIGTERM - 1) & 1)


def _is_alive(process: psutil.Process) -> bool:
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
