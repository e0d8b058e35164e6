"""docs/regulation.md: every article has a row, and every row points at something that exists."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from portal.regulation.articles import ARTICLE_COUNT

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "regulation.md"
PARTS = {"filing online", "supervision", "complaints", "archive"}
REFERENCE = re.compile(r"`((?:portal|documents|search|tests)/[^`]+)`")
PLANNED = re.compile(r"Planned: ([a-z ]+?)(?: \([^)]+\))?\.")


@dataclass(frozen=True)
class Row:
    """One article's row."""

    number: int
    duty: str
    code: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def references(self) -> tuple[str, ...]:
        return self.code + self.tests


def read_rows(text: str) -> list[Row]:
    rows = []
    for line in text.splitlines():
        if re.match(r"\| [0-9]+ \|", line):
            cells = [cell.strip() for cell in line.strip()[1:-1].split("|")]
            number, duty, code, tests = cells
            rows.append(
                Row(int(number), duty, tuple(REFERENCE.findall(code)), tuple(REFERENCE.findall(tests)))
            )
    return rows


@cache
def defined_names(path: Path) -> frozenset[str]:
    """Functions, classes and assigned names at the top of a module."""
    names: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return frozenset(names)


def problems_of(row: Row) -> list[str]:
    """What is wrong with a row; empty when it holds."""
    found = []
    for reference in row.references:
        path, _, name = reference.partition("::")
        if not (ROOT / path).is_file():
            found.append(f"{path} does not exist")
        elif name and name not in defined_names(ROOT / path):
            found.append(f"{path} has no {name}")
    planned = PLANNED.search(row.duty)
    if planned and planned[1] not in PARTS:
        found.append(f"no part is called {planned[1]}")
    if row.code and not row.tests:
        found.append("code without a test")
    if row.tests and not row.code:
        found.append("a test without code")
    if any(not reference.startswith("tests/") for reference in row.tests):
        found.append("a test outside tests/")
    exempt = re.match(r"No system duty: \S.{10,}", row.duty)
    if exempt and row.references:
        found.append("both exempt and carried out")
    if not (row.code or planned or exempt):
        found.append("neither code, nor a reason, nor a part to come")
    return found


ROWS = read_rows(PAGE.read_text(encoding="utf-8"))


def test_every_article_has_exactly_one_row() -> None:
    assert [row.number for row in ROWS] == list(range(1, ARTICLE_COUNT + 1))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"article-{row.number}")
def test_the_row_holds(row: Row) -> None:
    assert problems_of(row) == []


CODE, TEST = "portal/regulation/status.py::status_on", "tests/regulation/test_status.py::test_status"


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (Row(1, "x", ("portal/regulation/nothing.py",), (TEST,)), "does not exist"),
        (Row(1, "x", ("portal/regulation/status.py::nothing",), (TEST,)), "has no nothing"),
        (Row(1, "x", (CODE,), ("tests/regulation/test_status.py::test_nothing",)), "has no test_nothing"),
        (Row(1, "x", (CODE,), ()), "code without a test"),
        (Row(1, "x", (), (TEST,)), "a test without code"),
        (Row(1, "x", (CODE,), (CODE,)), "a test outside"),
        (Row(1, "x", (), ()), "neither code"),
        (Row(1, "No system duty: ", (), ()), "neither code"),
        (Row(1, "Planned: something else.", (), ()), "no part is called"),
        (Row(1, "No system duty: it is the institution's own.", (CODE,), (TEST,)), "both exempt"),
    ],
)
def test_the_check_finds_a_broken_row(row: Row, problem: str) -> None:
    assert any(problem in found for found in problems_of(row))


def test_sound_rows_pass_the_check() -> None:
    assert problems_of(Row(1, "x", (CODE,), (TEST,))) == []
    assert problems_of(Row(1, "x. Planned: supervision (orders).", (), ())) == []
    assert problems_of(Row(1, "No system duty: it is the institution's own.", (), ())) == []
