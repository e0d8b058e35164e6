"""The port: in use, no number, free."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from infra import ports
from infra.bootstrap import ROOT


@pytest.mark.parametrize("text", ["0", "65536", "80a", "-1", "８０８０", "1.5"])
def test_what_is_no_port_is_refused_in_one_sentence(
    text: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", text)
    with pytest.raises(SystemExit) as stop:
        ports.port_from_environment()
    assert stop.value.code == 1
    said = capsys.readouterr().err.strip()
    assert text in said
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(("text", "port"), [("", 8000), ("8123", 8123), (" 9000 ", 9000)])
def test_port_of_the_environment(text: str, port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", text)
    assert ports.port_from_environment() == port


def test_port_in_use_ends_make_run_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server((ports.HOST, 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "infra.run"],
            cwd=ROOT,
            env={**os.environ, "PORT": str(port), "PORTAL_DATA": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            timeout=30,
        )
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert done.stdout == ""
    assert not (tmp_path / "data").exists()


def test_unused_port_is_free() -> None:
    assert ports.is_free(ports.unused_port())
