"""What keeps dates that a new calendar year may move: each app names its source, publishing a year asks them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Recomputed:
    """How many kept dates a source looked at and how many of them moved."""

    label: str
    looked_at: int
    moved: int


@dataclass(frozen=True, slots=True)
class DateSource:
    """Keeps provisional dates. ``run(year)`` computes those that depend on the year anew, in the caller's
    transaction, tells the people concerned, and never shortens an applicant's limit."""

    name: str
    label: str
    run: Callable[[int], Recomputed]


_sources: dict[str, DateSource] = {}


def register_date_source(source: DateSource) -> None:
    """Add a source (from an app's ``ready``); the same name again replaces it."""
    _sources[source.name] = source


def date_sources() -> list[DateSource]:
    """All sources by name."""
    return [_sources[name] for name in sorted(_sources)]


def recompute(year: int) -> list[Recomputed]:
    """Let every source compute its dates of the year anew."""
    return [source.run(year) for source in date_sources()]
