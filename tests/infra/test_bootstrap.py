"""The virtual environment: locked requirements, stamps, and one sentence when a download fails."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from infra import bootstrap
from infra.bootstrap import ROOT, Environment, count_pins, failure_sentence
from infra.ports import unused_port

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==([^\s;]+)", re.MULTILINE)


def lock_text(name: str) -> str:
    """The lock file of that name."""
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["base", "dev"])
def test_every_locked_requirement_has_hashes_and_there_is_no_address(name: str) -> None:
    text = lock_text(name)
    entries = re.split(r"\n(?=\S)", re.sub(r"^\s*#.*$", "", text, flags=re.MULTILINE).strip())
    assert len(entries) > 30
    for entry in entries:
        assert PIN.match(entry), entry.splitlines()[0]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry.splitlines()[0]
    assert "://" not in text
    assert not re.search(r"index-url|find-links|trusted-host", text)


def test_development_lock_holds_everything_of_the_base_lock() -> None:
    assert set(PIN.findall(lock_text("base"))) <= set(PIN.findall(lock_text("dev")))


def test_count_leaves_windows_out_and_counts_a_name_once() -> None:
    lock = (
        "a==1 \\\n    --hash=sha256:x\n    # via b\n"
        "b==1 ; sys_platform == 'win32' \\\n    --hash=sha256:x\n"
        "c==1 ; python_full_version < '3.11.5' \\\nc==2 ; python_full_version >= '3.11.5' \\\n"
    )
    assert count_pins(lock) == 2


@pytest.fixture
def checkout(tmp_path: Path) -> Environment:
    """An empty checkout whose only requirement cannot be found anywhere."""
    (tmp_path / "requirements").mkdir()
    lock = f"portal-package-that-is-nowhere==1.0 \\\n    --hash=sha256:{'0' * 64}\n"
    for name in ("base", "dev"):
        (tmp_path / "requirements" / f"{name}.txt").write_text(lock)
    return Environment(tmp_path)


def pretend_installed(env: Environment, name: str) -> None:
    """Leave what an installation leaves."""
    env.python.parent.mkdir(parents=True, exist_ok=True)
    if not env.python.exists():
        env.python.symlink_to(sys.executable)
    env.mark_current(name)


def test_what_is_installed_is_not_looked_at_again(checkout: Environment) -> None:
    pretend_installed(checkout, "base")
    started = time.monotonic()
    assert bootstrap.ensure("base", checkout) == checkout.python
    assert time.monotonic() - started < 1


def test_changed_lock_is_noticed(checkout: Environment) -> None:
    pretend_installed(checkout, "base")
    checkout.lock_file("base").write_text("other==2\n")
    assert not checkout.is_current("base")


def test_development_requirements_include_the_base(checkout: Environment) -> None:
    pretend_installed(checkout, "dev")
    assert checkout.is_current("base")
    pretend_installed(checkout, "base")
    checkout.forget("dev")
    assert not checkout.is_current("base"), "an interrupted installation must run again"


def test_vanished_python_is_noticed(checkout: Environment, tmp_path: Path) -> None:
    pretend_installed(checkout, "base")
    checkout.python.unlink()
    checkout.python.symlink_to(tmp_path / "gone")
    assert not checkout.is_current("base")


@pytest.mark.setup
def test_failed_download_is_one_sentence_and_leaves_no_stamp(
    checkout: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_INDEX_URL": f"http://127.0.0.1:{unused_port()}/simple",
        "PIP_RETRIES": "0",
        "PIP_FIND_LINKS": "",
    }.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as stop:
        bootstrap.ensure("base", checkout)
    assert stop.value.code == 1
    said = capsys.readouterr().err.strip()
    assert said.startswith("✗ 依赖下载失败")
    assert len(said.splitlines()) == 1
    assert str(checkout.log) in said
    assert not checkout.is_current("base")
    # What was made so far is good enough to go on with, and what is broken is made anew.
    shutil.rmtree(checkout.folder / "lib")
    with pytest.raises(SystemExit):
        bootstrap.ensure("base", checkout)
    done = subprocess.run([checkout.python, "-m", "pip", "--version"], capture_output=True)
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("log", "word"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "校验值"),
        ("ERROR: Could not install packages: [Errno 28] No space left on device", "磁盘空间不足"),
        ("ERROR: No matching distribution found for x==1\n", "No matching distribution found for x==1；"),
        ("", "下载失败"),
    ],
)
def test_sentence_names_the_reason(log: str, word: str) -> None:
    sentence = failure_sentence(log, Path("install.log"))
    assert word in sentence
    assert len(sentence.splitlines()) == 1


def test_another_python_is_refused(
    checkout: Environment, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "REQUIRED_PYTHON", (3, 99))
    with pytest.raises(SystemExit):
        bootstrap.ensure("base", checkout)
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not checkout.folder.exists()
