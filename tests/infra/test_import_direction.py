"""Imports run one way, and the check that says so notices when one does not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from infra.bootstrap import ROOT

LINT = "from importlinter.cli import lint_imports_command as run; run()"


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Run the contracts of ``pyproject.toml`` over a tree."""
    return subprocess.run(
        [sys.executable, "-c", LINT, "--no-cache"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_imports_run_one_way() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("module", "line", "contract"),
    [
        ("portal/audit/record.py", "from portal.register import models", "Imports run one way"),
        ("portal/register/apps.py", "import search.models", "Imports run one way"),
        ("portal/regulation/codes.py", "import django", "The rules are pure Python"),
    ],
)
def test_import_against_the_direction_is_noticed(
    tmp_path: Path, module: str, line: str, contract: str
) -> None:
    for package in ("portal", "documents", "search"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("static", "__pycache__")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / module).open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")
    done = lint_imports(tmp_path)
    assert done.returncode == 1
    assert f"{contract} BROKEN" in done.stdout
