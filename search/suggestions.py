"""Ways on when nothing was found, each of which leads to something."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from search.engine import Hit, SearchReader
from search.grams import ParsedQuery, is_cjk, parse, runs

_MOST = 4
_LONGEST_PIECE = 6
_MOST_CHARACTERS = 24


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Other queries with the number of what they find, and entries nearly named so."""

    queries: tuple[tuple[str, int], ...] = ()
    near: tuple[Hit, ...] = ()


def suggest(reader: SearchReader, query: ParsedQuery) -> Suggestions:
    """Suggest fewer words, the parts of a long one that are found, and near names and codes."""
    counted: dict[str, int] = {}
    for text in _candidates(reader, query):
        if text and text not in counted and text != query.text:
            counted[text] = reader.count(parse(text))
    found = [(text, number) for text, number in counted.items() if number]
    return Suggestions(tuple(found[:_MOST]), reader.near(query))


def _candidates(reader: SearchReader, query: ParsedQuery) -> Iterator[str]:
    if len(query.terms) > 1:
        for index in range(len(query.terms)):
            yield query.without(index).text
    pieces = [piece for term in query.terms for piece in _pieces(reader, term.text)]
    yield " ".join(pieces)
    yield from pieces


def _pieces(reader: SearchReader, text: str) -> list[str]:
    """Cut a text into the longest parts that something is found for, left to right."""
    pieces: list[str] = []
    for run in runs(text[:_MOST_CHARACTERS]):
        if not is_cjk(run):
            pieces += [run] if reader.count(parse(run)) else []
            continue
        place = 0
        while place < len(run) - 1:
            length = _longest_found(reader, run[place : place + _LONGEST_PIECE])
            pieces += [run[place : place + length]] if length else []
            place += length or 1
    return pieces


def _longest_found(reader: SearchReader, text: str) -> int:
    lengths = (length for length in range(len(text), 1, -1) if reader.count(parse(text[:length])))
    return next(lengths, 0)
