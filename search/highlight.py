"""Marking what was found in the original text, and cutting the piece of it that shows most."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from search.grams import ParsedQuery
from search.normalise import Mapped, normalise_mapped

SNIPPET_CHARACTERS = 110
_LEAD = 24
#: A body is looked through up to here; what matches further on is found, but shown without a mark.
_LONGEST_LOOK = 30_000
_MOST_MARKS = 60
_ELLIPSIS = "…"

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text, marked or not. Plain text: whoever shows it escapes it."""

    text: str
    marked: bool = False


def mark(text: str, query: ParsedQuery) -> tuple[Piece, ...]:
    """The whole text in pieces, those that answer the query marked."""
    mapped = normalise_mapped(text)
    return tuple(_pieces(mapped.original, 0, len(mapped.original), _found(mapped, query)))


def snippet(text: str, query: ParsedQuery) -> tuple[Piece, ...]:
    """A part of the text around what answers the query; its beginning when nothing does."""
    mapped = normalise_mapped(text[:_LONGEST_LOOK])
    spans = _found(mapped, query)
    start = _best_start(spans)
    end = min(len(mapped.original), start + SNIPPET_CHARACTERS)
    pieces = list(_pieces(mapped.original, start, end, spans))
    if start > 0:
        pieces.insert(0, Piece(_ELLIPSIS))
    if end < len(mapped.original):
        pieces.append(Piece(_ELLIPSIS))
    return tuple(pieces)


def _found(mapped: Mapped, query: ParsedQuery) -> list[Span]:
    """Spans of the original text that answer the query, merged and in order."""
    spans: list[Span] = []
    for term in query.terms:
        whole = list(_occurrences(mapped, term.text))
        spans += whole or [span for token in term.tokens for span in _occurrences(mapped, token)]
    return _merged(spans)


def _occurrences(mapped: Mapped, wanted: str) -> Iterator[Span]:
    place = mapped.text.find(wanted)
    count = 0
    while place >= 0 and count < _MOST_MARKS:
        yield mapped.original_span(place, place + len(wanted))
        count += 1
        place = mapped.text.find(wanted, place + len(wanted))


def _merged(spans: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _best_start(spans: list[Span]) -> int:
    """Where to begin so that most marked characters are shown."""
    best, best_weight = 0, -1
    for index, (start, _end) in enumerate(spans):
        begin = max(0, start - _LEAD)
        shown = (end - first for first, end in spans[index:] if end <= begin + SNIPPET_CHARACTERS)
        weight = sum(shown)
        if weight > best_weight:
            best, best_weight = begin, weight
    return best


def _pieces(text: str, start: int, end: int, spans: list[Span]) -> Iterator[Piece]:
    place = start
    for first, last in spans:
        first, last = max(first, start), min(last, end)
        if first >= last:
            continue
        if place < first:
            yield Piece(text[place:first])
        yield Piece(text[first:last], marked=True)
        place = last
    if place < end:
        yield Piece(text[place:end])
