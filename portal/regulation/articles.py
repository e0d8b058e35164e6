"""The regulation itself: 33 articles, word for word, and what the portal does for each."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from portal.regulation.wording import article_label, chinese_number

ARTICLE_COUNT = 33

_NUMBERED_ITEM = re.compile(r"^（[一二三四五六七八九十]+）")


class NoSuchArticle(ValueError):
    """An article, paragraph or item that the regulation does not have."""


@dataclass(frozen=True)
class Article:
    """One article. ``lines`` are its paragraphs and numbered items as printed; ``portal`` says in plain
    Chinese what the portal does for it, or whose duty it is instead."""

    number: int
    chapter_number: int
    chapter: str
    lines: tuple[str, ...]
    portal: str

    @property
    def label(self) -> str:
        return article_label(self.number)

    @property
    def chapter_label(self) -> str:
        return f"第{chinese_number(self.chapter_number)}章 {self.chapter}"

    @property
    def text(self) -> str:
        """The article word for word, a line for each paragraph or item."""
        return "\n".join(self.lines)

    @property
    def paragraphs(self) -> tuple[tuple[str, ...], ...]:
        """Paragraphs (款), each with its lead sentence first and its numbered items (项) after it."""
        grouped: list[list[str]] = []
        for line in self.lines:
            if _NUMBERED_ITEM.match(line) and grouped:
                grouped[-1].append(line)
            else:
                grouped.append([line])
        return tuple(tuple(group) for group in grouped)

    def citation(self, paragraph: int | None = None, item: int = 0) -> str:
        """第七条第一款第（二）项; raises NoSuchArticle when the text has no such place."""
        if paragraph is None:
            return self.label
        self.sentence(paragraph, item)
        place = f"{self.label}第{chinese_number(paragraph)}款" if len(self.paragraphs) > 1 else self.label
        return f"{place}第（{chinese_number(item)}）项" if item else place

    def sentence(self, paragraph: int, item: int = 0) -> str:
        """The words of a paragraph (its lead) or of one of its items, counted from 1."""
        if not 1 <= paragraph <= len(self.paragraphs):
            raise NoSuchArticle(f"{self.label}没有第 {paragraph} 款，请核对引用的条款。")
        group = self.paragraphs[paragraph - 1]
        if not 0 <= item < len(group):
            raise NoSuchArticle(f"{self.label}第 {paragraph} 款没有第 {item} 项，请核对引用的条款。")
        return group[item]


@dataclass(frozen=True)
class Regulation:
    """The whole text with its title, number and date of issue (ISO)."""

    title: str
    document_number: str
    issuer: str
    issued_on: str
    articles: tuple[Article, ...]


@cache
def load_regulation() -> Regulation:
    """The regulation from ``data/regulation.json``."""
    file = resources.files("portal.regulation").joinpath("data", "regulation.json")
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    articles = tuple(_article(entry) for entry in content["articles"])
    return Regulation(
        title=content["title"],
        document_number=content["document_number"],
        issuer=content["issuer"],
        issued_on=content["issued_on"],
        articles=articles,
    )


def article_text(number: int) -> Article:
    """The article with this number; NoSuchArticle outside 1 to 33."""
    articles = load_regulation().articles
    if not 1 <= number <= len(articles):
        raise NoSuchArticle(f"本办法共 {len(articles)} 条，没有第 {number} 条，请核对条款序号。")
    return articles[number - 1]


def _article(entry: dict[str, Any]) -> Article:
    return Article(
        number=entry["number"],
        chapter_number=entry["chapter_number"],
        chapter=entry["chapter"],
        lines=tuple(entry["lines"]),
        portal=entry["portal"],
    )
