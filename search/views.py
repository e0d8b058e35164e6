"""``/search/``: one search over everything that is public."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.contracts.searchable import declared_kinds
from search.embedded import EmbeddedReader
from search.engine import DEEPEST_HIT, Hit, IndexUnavailableError, SearchAnswer, SearchRequest
from search.fallback import search_database
from search.grams import ParsedQuery, parse
from search.highlight import Piece, mark, snippet
from search.store import store
from search.suggestions import Suggestions, suggest

logger = logging.getLogger(__name__)

PAGE_SIZE = 20
_LONGEST_SHOWN = 200
#: The kind whose entries carry the public status of a filing.
_FILINGS = "institution"


@dataclass(frozen=True, slots=True)
class ShownHit:
    """A hit as the page shows it."""

    hit: Hit
    label: str
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]

    @property
    def filing_status(self) -> str:
        """Public status of the filing; nothing for other kinds."""
        return self.hit.status if self.hit.kind == _FILINGS else ""


@dataclass(frozen=True, slots=True)
class Tab:
    """A kind to choose, with the number of hits."""

    label: str
    count: int
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the address asks for; anything senseless in it is left out."""

    text: str
    query: ParsedQuery
    kind: str
    sort: str
    page: int

    @classmethod
    def from_request(cls, request: HttpRequest) -> _Asked:
        text = request.GET.get("q", "").strip()
        kind = request.GET.get("kind", "")
        page = request.GET.get("page", "1")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1
        return cls(
            text=text[:_LONGEST_SHOWN],
            query=parse(text),
            kind=kind if kind in declared_kinds() else "",
            sort="newest" if request.GET.get("sort") == "newest" else "relevance",
            page=max(1, min(number, DEEPEST_HIT // PAGE_SIZE)),
        )

    def at(self, page: int) -> SearchRequest:
        """The question for one page."""
        return SearchRequest(
            query=self.query,
            today=timezone.localdate(),
            kinds=(self.kind,) if self.kind else (),
            sort="newest" if self.sort == "newest" else "relevance",
            offset=(page - 1) * PAGE_SIZE,
            limit=PAGE_SIZE,
        )

    def address(self, **changes: str) -> str:
        """Address of the same question with something changed, from its first page."""
        values = {
            "q": self.text,
            "kind": self.kind,
            "sort": "" if self.sort == "relevance" else self.sort,
            **changes,
        }
        return "?" + urlencode({name: value for name, value in values.items() if value})


@require_safe
def search_page(request: HttpRequest) -> HttpResponse:
    """Show the hits, or how to get some. Answers 200 to any text; without an index, from the database."""
    asked = _Asked.from_request(request)
    context: dict[str, Any] = {"asked": asked}
    if asked.query.terms:
        try:
            context |= _from_index(asked)
        except IndexUnavailableError as error:
            logger.warning("the search answers from the database: %s", error)
            context |= _from_database(asked) | {"degraded": True}
    return render(request, "search/results.html", context)


def _from_index(asked: _Asked) -> dict[str, Any]:
    reader = EmbeddedReader(store())
    answer = reader.search(asked.at(asked.page))
    page = asked.page
    if not answer.hits and answer.total:
        page = _pages(answer.total)
        answer = reader.search(asked.at(page))
    direct = reader.with_code(asked.query.code) if page == 1 and not asked.kind else ()
    suggestions = Suggestions() if answer.kinds else suggest(reader, asked.query)
    return _context(asked, answer, page, direct, suggestions)


def _from_database(asked: _Asked) -> dict[str, Any]:
    answer = search_database(asked.at(asked.page))
    page = asked.page
    if not answer.hits and answer.total:
        page = _pages(answer.total)
        answer = search_database(asked.at(page))
    return _context(asked, answer, page, (), Suggestions())


def _context(
    asked: _Asked, answer: SearchAnswer, page: int, direct: tuple[Hit, ...], suggestions: Suggestions
) -> dict[str, Any]:
    shown = [hit for hit in answer.hits if hit not in direct]
    return {
        "direct": [_shown(hit, asked.query) for hit in direct],
        "hits": [_shown(hit, asked.query) for hit in shown],
        "total": answer.total,
        "number": page,
        "pages": _pages(answer.total),
        "tabs": _tabs(asked, answer),
        "elsewhere": sum(answer.kinds.values()),
        "cut_off": answer.total > DEEPEST_HIT,
        "suggested": [(text, count, "?" + urlencode({"q": text})) for text, count in suggestions.queries],
        "near": [_shown(hit, asked.query) for hit in suggestions.near],
        "sort_addresses": {"relevance": asked.address(sort=""), "newest": asked.address(sort="newest")},
        "all_address": asked.address(kind=""),
    }


def _pages(total: int) -> int:
    return max(1, -(-min(total, DEEPEST_HIT) // PAGE_SIZE))


def _tabs(asked: _Asked, answer: SearchAnswer) -> list[Tab]:
    tabs = [Tab(_("全部"), sum(answer.kinds.values()), asked.address(kind=""), not asked.kind)]
    for name, kind in declared_kinds().items():
        count = answer.kinds.get(name, 0)
        if count or name == asked.kind:
            tabs.append(Tab(str(kind.label), count, asked.address(kind=name), name == asked.kind))
    return tabs


def _shown(hit: Hit, query: ParsedQuery) -> ShownHit:
    kind = declared_kinds().get(hit.kind)
    label = str(kind.label) if kind else ""
    return ShownHit(hit, label, mark(hit.title, query), snippet(" ".join(hit.body.split()), query))
