"""The table: what was measured, the limit, whether it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Row:
    """One measurement. ``limit`` None: for information."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    sense: Literal["at most", "at least"] = "at most"

    @property
    def holds(self) -> bool:
        """Whether the limit is kept."""
        if self.limit is None:
            return True
        return self.value <= self.limit if self.sense == "at most" else self.value >= self.limit

    @property
    def ratio(self) -> float | None:
        """Measured against limit, so that more than 1 is a miss whichever way the limit goes."""
        if self.limit is None or not self.value:
            return None
        return self.value / self.limit if self.sense == "at most" else self.limit / self.value


class Report:
    """Collects rows and prints them."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    def add(self, row: Row) -> None:
        """Note a measurement and show it."""
        self.rows.append(row)

    @property
    def holds(self) -> bool:
        """Whether every limit is kept."""
        return all(row.holds for row in self.rows)

    def text(self) -> str:
        """The table."""
        lines = [f"{'measured':<66}{'value':>12}  {'limit':>14}  {'of limit':>8}"]
        for row in self.rows:
            limit = (
                f"{'≤' if row.sense == 'at most' else '≥'} {row.limit:g} {row.unit}"
                if row.limit is not None
                else "–"
            )
            ratio = f"{row.ratio:.2f}" if row.ratio is not None else "–"
            mark = "" if row.limit is None else "  ok" if row.holds else "  MISSED"
            lines.append(f"{row.what:<66}{row.value:>8.1f} {row.unit:<4} {limit:>14}  {ratio:>8}{mark}")
        return "\n".join(lines)
