"""Date ranges with an inclusive last day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, order=False)
class Span:
    """The days from ``start`` to ``end``, both included; ``end=None`` means still running."""

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end < self.start:
            raise ValueError(
                f"时间段的末日 {self.end.isoformat()} 早于首日 {self.start.isoformat()}，请改正其中一个日期。"
            )

    def covers(self, day: date) -> bool:
        """Whether ``day`` lies in the span; the last day counts."""
        return self.start <= day and (self.end is None or day <= self.end)

    def overlaps(self, other: Span) -> bool:
        """Whether the two spans share at least one day."""
        starts_before_other_ends = other.end is None or self.start <= other.end
        ends_after_other_starts = self.end is None or other.start <= self.end
        return starts_before_other_ends and ends_after_other_starts
