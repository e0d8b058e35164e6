"""The rules stand alone: no Django, no clock, no other package."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import portal.regulation

FOLDER = Path(portal.regulation.__file__).parent
MODULES = sorted(FOLDER.glob("*.py"))


def _imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(("." * node.level) + (node.module or ""))
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_only_the_standard_library_and_itself(path: Path) -> None:
    imported = _imported(ast.parse(path.read_text(encoding="utf-8")))
    foreign = {
        name
        for name in imported
        if not name.startswith("portal.regulation") and name.split(".")[0] not in sys.stdlib_module_names
    }
    assert foreign == set()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_no_module_reads_the_clock(path: Path) -> None:
    calls = {
        node.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }
    assert not calls & {"today", "now", "utcnow", "localtime"}


def test_importing_the_rules_loads_no_django() -> None:
    names = ", ".join(f"portal.regulation.{path.stem}" for path in MODULES if path.stem != "__init__")
    program = f"import sys, {names}; sys.exit('django' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], cwd=FOLDER.parents[1], check=False)
    assert done.returncode == 0
