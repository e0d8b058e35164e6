"""Cutting a normalised text into what the index stores and a query asks for.

Chinese has no spaces, and a dictionary's words miss what it does not know. So runs of Chinese are stored as
pairs of neighbouring characters (and single ones in a field of their own): a query of two or more characters
finds everything that contains them. Runs of latin letters and digits are stored whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from search.normalise import compact, normalise

#: Ideographs with their extensions, 〇, kana, bopomofo: scripts written without spaces.
_CJK = "\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(f"[{_CJK}]+|[^{_CJK} ]+")
_FIRST_CJK = re.compile(f"[{_CJK}]")
_LONGEST_WORD = 64
_SHORTEST_PREFIX = 3
_LONGEST_CODE = 40


def is_cjk(run: str) -> bool:
    """Whether a run consists of Chinese characters."""
    return bool(_FIRST_CJK.match(run))


def runs(text: str) -> list[str]:
    """Cut a normalised text into runs, each all Chinese or all something else."""
    return _RUNS.findall(text)


def pairs(run: str) -> list[str]:
    """The pairs of a run of Chinese (a single character stands for itself); another run as one word."""
    if not is_cjk(run):
        return [run[:_LONGEST_WORD]]
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


def pair_field(text: str) -> str:
    """What the index stores of a normalised text: pairs and words in their order, parted by spaces."""
    return " ".join(token for run in runs(text) for token in pairs(run))


def single_field(text: str) -> str:
    """The different single Chinese characters of a normalised text, for queries of one character."""
    return " ".join(sorted({character for character in text if is_cjk(character)}))


def substring_pairs(text: str) -> list[str]:
    """Pairs of neighbouring characters of any script, spaces left out: a phrase of them is a substring."""
    packed = text.replace(" ", "")
    return [packed[i : i + 2] for i in range(len(packed) - 1)] or ([packed] if packed else [])


def code_tokens(code: str) -> list[str]:
    """A code in its compact form and its beginnings (from three characters on)."""
    packed = compact(code)[:_LONGEST_CODE]
    return [packed[:length] for length in range(_SHORTEST_PREFIX, len(packed))] + ([packed] if packed else [])


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a query between spaces: the pairs and words that must be there, in order, and single characters."""

    text: str
    tokens: tuple[str, ...]
    singles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """A query as the engines take it. Empty when nothing in it can be looked for."""

    terms: tuple[Term, ...]
    code: str

    @property
    def text(self) -> str:
        """The query in its one form."""
        return " ".join(term.text for term in self.terms)

    def without(self, index: int) -> ParsedQuery:
        """The query without one of its terms."""
        rest = self.terms[:index] + self.terms[index + 1 :]
        return ParsedQuery(rest, "".join(term.text for term in rest))


#: More is no question but a paste; what stands first counts.
MAX_CHARACTERS = 120
MAX_TERMS = 12


def _term(word: str) -> Term:
    tokens: list[str] = []
    singles: list[str] = []
    for run in runs(word):
        if len(run) == 1 and is_cjk(run):
            singles.append(run)
        else:
            tokens.extend(pairs(run))
    return Term(word, tuple(tokens), tuple(singles))


def parse(query: str) -> ParsedQuery:
    """Read what a person typed. There is no query language: any text is a set of words to be found."""
    words = normalise(query[: 4 * MAX_CHARACTERS])[:MAX_CHARACTERS].split()[:MAX_TERMS]
    unique = list(dict.fromkeys(words))
    return ParsedQuery(
        tuple(_term(word) for word in unique), compact(query[: 2 * _LONGEST_CODE])[:_LONGEST_CODE]
    )
