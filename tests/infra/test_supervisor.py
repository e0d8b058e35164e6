"""The supervisor announces a portal that answers, gives up on one that never will, and obeys signals."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.bootstrap import ROOT
from infra.ports import unused_port
from infra.supervisor import announcement, is_ready

SERVER = """
import http.server, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if self.path == "/readyz" else 404)
        self.end_headers()
    def log_message(self, *words): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Ready).serve_forever()
"""
DEAF_SERVER = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + SERVER
SUPERVISE = """
import json, sys
from infra import children
from infra.supervisor import Supervisor
children.FIRST_PAUSE = 0.05
commands, port = json.loads(sys.argv[1]), int(sys.argv[2])
kept = [children.Child(name, command) for name, command in commands.items()]
sys.exit(Supervisor(kept, port).run("it answers"))
"""

Supervise = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def supervise() -> Iterator[Supervise]:
    """Start a supervisor of the named programs; the first one gets the port as its argument."""
    started: list[subprocess.Popen[str]] = []

    def start(port: int, **programs: str) -> subprocess.Popen[str]:
        commands = {name: [sys.executable, "-c", code, str(port)] for name, code in programs.items()}
        process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISE, json.dumps(commands), str(port)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.terminate()
            process.wait(timeout=30)
        if process.stdout:
            process.stdout.close()


def wait_for_line(process: subprocess.Popen[str], words: str) -> None:
    """Read what it says until a line holds the words."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if words in line:
            return
    pytest.fail("".join(said))


def test_announces_what_answers_and_ends_on_sigterm(supervise: Supervise) -> None:
    port = unused_port()
    process = supervise(port, web=SERVER)
    wait_for_line(process, "it answers")
    assert is_ready(port)
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    assert not is_ready(port)


def test_gives_up_on_a_child_that_cannot_start(supervise: Supervise) -> None:
    process = supervise(unused_port(), web="raise SystemExit(3)", worker="import time; time.sleep(600)")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "did not start" in said
    assert said.count("web ended, restarting") == 4


def test_second_ctrl_c_does_not_wait(supervise: Supervise) -> None:
    port = unused_port()
    process = supervise(port, web=DEAF_SERVER)
    wait_for_line(process, "it answers")
    assert is_ready(port)
    process.send_signal(signal.SIGINT)
    wait_for_line(process, "stopping")
    process.send_signal(signal.SIGINT)
    wait_for_line(process, "killed")
    assert process.wait(timeout=5) == 0


def test_children_do_not_outlive_a_killed_supervisor(
    supervise: Supervise, wait_until: Callable[..., None]
) -> None:
    port = unused_port()
    process = supervise(port, web=SERVER)
    wait_for_line(process, "it answers")
    process.kill()
    process.wait()
    wait_until(lambda: not is_ready(port), "the end of the child")


def test_announcement_lists_the_logins(tmp_path: Path) -> None:
    logins = [{"user": "bianji", "password": "correct-horse", "role": "编辑"}]
    (tmp_path / "demo-logins.json").write_text(json.dumps(logins), encoding="utf-8")
    text = announcement(8123, tmp_path)
    for words in ("http://127.0.0.1:8123/", "bianji", "correct-horse", "编辑", str(tmp_path)):
        assert words in text


def test_announcement_without_demo_has_no_logins(tmp_path: Path) -> None:
    assert "demo logins" not in announcement(8000, tmp_path)
