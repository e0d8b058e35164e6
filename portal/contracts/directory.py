"""The directory of filings: the question, the answer, and the engines that can give it.

The register answers from the database (always right, slower); the search app offers an index. Whoever asks
calls :func:`directory_engine` and gets the best one that is fit to answer now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

Sort = Literal["relevance", "name", "expiry", "filed", "fee"]
FACETS = ("district", "occupation", "level", "status", "kind", "audience")


@dataclass(frozen=True, slots=True)
class DirectoryQuery:
    """A question to the directory.

    Values of one facet are alternatives, facets are joined by “and”. ``occupation`` holds occupation codes, or
    ``code:work type id`` for one work type. Occupation and level are matched on the same scope item.
    A scope item without a work type answers for every work type of its occupation. A district stands for those
    that it succeeded. ``q`` is free text; ``day`` is the day the answer is for. Filings that begin later are left out.

    Sorting by ``relevance`` puts filings in force first; by ``fee`` takes the lowest fee in force for the chosen
    occupations and levels (for anything when none is chosen), those without a published fee last.
    """

    day: dt.date
    q: str = ""
    district: tuple[str, ...] = ()
    occupation: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    status: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 20


@dataclass(frozen=True, slots=True)
class DirectoryResult:
    """Primary keys of the filings on this page in order, the total, and per facet the count of each value.

    A facet's counts leave out the facet's own choice (so that a further value shows what it would add).
    ``engine`` names who answered; ``degraded`` is True when a better engine was not fit to answer.
    """

    pks: tuple[int, ...]
    total: int
    facets: dict[str, dict[str, int]]
    engine: str = ""
    degraded: bool = False


class DirectoryEngine(Protocol):
    """Answers directory questions."""

    name: str

    def fit_for(self, day: dt.date) -> bool:
        """Whether this engine can answer rightly for that day now."""
        ...

    def search(self, query: DirectoryQuery) -> DirectoryResult:
        """Answer a question."""
        ...


_engines: list[tuple[int, Callable[[], DirectoryEngine]]] = []


def register_engine(make: Callable[[], DirectoryEngine], *, preference: int) -> None:
    """Offer an engine; the one with the highest preference that is fit answers."""
    _engines.append((preference, make))
    _engines.sort(key=lambda pair: -pair[0])


def directory_engine(day: dt.date) -> tuple[DirectoryEngine, bool]:
    """Return the best engine fit for the day, and whether a better one had to be passed over."""
    passed_over = False
    for _preference, make in _engines:
        engine = make()
        if engine.fit_for(day):
            return engine, passed_over
        passed_over = True
    raise LookupError("no directory engine is registered")
