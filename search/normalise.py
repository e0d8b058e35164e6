"""One form for texts and queries, so that whoever types 重慶 or ＡＢＣ finds 重庆 and abc.

Every character is mapped by itself: width and compatibility forms (NFKC), lower case, traditional → simplified
(OpenCC), everything that is neither letter nor digit → a space. Mapping by character and not by phrase keeps
two promises: what a text contains it still contains afterwards, and each character of the result knows
where it came from.
"""

from __future__ import annotations

import functools
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import opencc

#: Characters that vanish, so that they neither part nor join words: format and combining marks.
_DROPPED = frozenset({"Cf", "Mn", "Me", "Cs"})


class _Table(dict[int, str]):
    """Translation table that works a character out once, when it is first met."""

    def __missing__(self, point: int) -> str:
        mapped = _map_character(chr(point))
        self[point] = mapped
        return mapped


class _AlignedTable(dict[int, str]):
    """The same, with a mark for characters that vanish or become several."""

    def __missing__(self, point: int) -> str:
        mapped = _table[point]
        self[point] = mapped if len(mapped) == 1 else _MANY
        return self[point]


#: A character of the private area, which no mapped text contains.
_MANY = "\ue000"
_table = _Table()
_aligned = _AlignedTable()


@functools.cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def _map_character(character: str) -> str:
    if unicodedata.category(character) in _DROPPED:
        return ""
    wide = unicodedata.normalize("NFKC", character).lower()
    simple = wide if wide.isascii() else "".join(_converter().convert(part) for part in wide)
    return "".join(_kept(part) for part in simple)


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category in _DROPPED:
        return ""
    return character if category[0] in "LN" else " "


def compose(text: str) -> str:
    """Return the text with accents composed (NFC): what snippets are cut from. Looks the same."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def normalise(text: str) -> str:
    """Return the one form of a text: words of letters and digits, parted by single spaces."""
    return " ".join(compose(text).translate(_table).split())


def compact(text: str) -> str:
    """Return the one form without spaces, as codes are compared: ``６-31-01-03`` → ``6310103``."""
    return normalise(text).replace(" ", "")


@dataclass(frozen=True, slots=True)
class Mapped:
    """A text character by character in its one form, and where in ``original`` each of them came from.

    Unlike :func:`normalise`, runs of spaces stay as they are.
    """

    original: str
    text: str
    origins: Sequence[int]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the half-open span of ``original`` behind the half-open span ``start``–``end`` of ``text``."""
        return self.origins[start], self.origins[end - 1] + 1


def normalise_mapped(text: str) -> Mapped:
    """Return the one form with the way back. Quick where every character stands for one, as nearly always."""
    original = compose(text)
    aligned = original.translate(_aligned)
    if _MANY not in aligned:
        return Mapped(original, aligned, range(len(original)))
    characters: list[str] = []
    origins: list[int] = []
    for place, character in enumerate(original):
        for part in _table[ord(character)]:
            characters.append(part)
            origins.append(place)
    return Mapped(original, "".join(characters), origins)
