"""What is wrong in a table: row as the spreadsheet counts it, column, what and how to mend it."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

#: How many problems are shown on the screen; a file takes them all.
SHOWN = 50
#: Beyond this many nothing more is collected: the file as a whole is wrong.
COLLECTED = 100_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. ``row`` is None for the file as a whole, ``column`` empty for a whole row."""

    row: int | None
    column: str
    message: str

    def __str__(self) -> str:
        where = "" if self.row is None else _("第 %d 行") % self.row
        if self.column:
            where += f"“{self.column}”"
        return f"{where}：{self.message}" if where else self.message


class TableError(Exception):
    """The file cannot be read as a table at all; carries one problem."""

    def __init__(self, message: str, row: int | None = None, column: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(row, column, message)


@dataclass(slots=True)
class Problems:
    """Problems in the order found; ``total`` goes on counting when no more are kept."""

    found: list[Problem] = field(default_factory=list)
    total: int = 0

    def add(self, row: int | None, column: str, message: str) -> None:
        """Note a problem."""
        self.total += 1
        if len(self.found) < COLLECTED:
            self.found.append(Problem(row, column, message))

    def __bool__(self) -> bool:
        return self.total > 0

    @property
    def in_order(self) -> list[Problem]:
        """By row; those of the whole file first."""
        return sorted(self.found, key=lambda problem: problem.row or 0)

    def lines(self, limit: int = SHOWN) -> list[str]:
        """The first problems as lines for the screen, and how many there are in all."""
        lines = [str(problem) for problem in self.in_order[:limit]]
        if self.total > limit:
            lines.append(
                _("以上为前 %(shown)d 处，共 %(total)d 处。") % {"shown": limit, "total": self.total}
            )
        return lines

    def write(self, path: Path) -> None:
        """Write all problems as CSV that spreadsheets open (UTF-8 with a byte order mark)."""
        with path.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\r\n")
            writer.writerow([_("行"), _("列"), _("问题")])
            writer.writerows(
                [problem.row or "", problem.column, problem.message] for problem in self.in_order
            )
