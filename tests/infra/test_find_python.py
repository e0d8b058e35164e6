"""Which Python is taken, and the one sentence when none will do."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from infra.bootstrap import ROOT


def find(path: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the search with nothing but the given programs on the PATH."""
    return subprocess.run(
        ["/bin/sh", str(ROOT / "infra" / "find_python.sh")],
        env={"PATH": path, "LANG": "C.UTF-8", **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )


def pretend(folder: Path, name: str, script: str) -> None:
    """Put a shell script called like a Python into the folder."""
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def test_finds_python_under_any_of_its_names(tmp_path: Path) -> None:
    (tmp_path / "python").symlink_to(sys.executable)
    done = find(str(tmp_path))
    assert done.returncode == 0
    version = subprocess.run([done.stdout.strip(), "--version"], capture_output=True, text=True)
    assert version.stdout.startswith("Python 3.11.")


def test_skips_a_shim_that_does_not_work(tmp_path: Path) -> None:
    pretend(tmp_path, "python3.11", "echo 'command not found' >&2; exit 127")
    (tmp_path / "python3").symlink_to(sys.executable)
    assert find(str(tmp_path)).returncode == 0


def test_no_python_is_one_sentence(tmp_path: Path) -> None:
    done = find(str(tmp_path))
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 1
    assert "需要 Python 3.11" in done.stderr


def test_wrong_python_is_one_sentence_that_names_it(tmp_path: Path) -> None:
    # Prints a version when asked for it, fails the question whether it is 3.11.
    pretend(tmp_path, "python3", 'case "$2" in *print*) echo 3.9.2;; *) exit 1;; esac')
    done = find(str(tmp_path))
    assert done.returncode == 1
    assert "python3 3.9.2" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_python_without_venv_is_one_sentence_that_names_the_package(tmp_path: Path) -> None:
    pretend(
        tmp_path,
        "python3.11",
        'case "$2" in *print*) echo 3.11.2;; *ensurepip*) exit 1;; *) exit 0;; esac',
    )
    done = find(str(tmp_path))
    assert done.returncode == 1
    assert "python3.11-venv" in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_named_python_is_the_only_candidate(tmp_path: Path) -> None:
    (tmp_path / "python3").symlink_to(sys.executable)
    assert find(str(tmp_path), PYTHON=str(tmp_path / "missing")).returncode == 1


def test_make_run_says_the_same_sentence(tmp_path: Path) -> None:
    done = subprocess.run(
        ["make", "-C", str(ROOT), "run"],
        env={**os.environ, "PYTHON": str(tmp_path / "missing")},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode != 0
    assert "需要 Python 3.11" in done.stderr
