"""An answer from the database while there is no index: names and codes only, but no error page."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.db.models import Q
from wagtail.models import Page

from portal.contracts.searchable import SearchEntry, declared_kinds
from portal.register.models import Filing
from search.engine import PUBLIC, Hit, SearchAnswer, SearchRequest

#: Candidates of one kind that are looked at; the reader is told that the answer is not complete.
_MOST = 200


def search_database(request: SearchRequest) -> SearchAnswer:
    """Answer from names, codes and titles; a page of hits, at most 200 of each kind."""
    words = [term.text for term in request.query.terms]
    if not words:
        return SearchAnswer((), 0)
    found = [hit for kind in declared_kinds() for hit in _hits(kind, words)]
    counts: dict[str, int] = {}
    for hit in found:
        counts[hit.kind] = counts.get(hit.kind, 0) + 1
    chosen = [hit for hit in found if not request.kinds or hit.kind in request.kinds]
    return SearchAnswer(tuple(chosen[request.offset : request.offset + request.limit]), len(chosen), counts)


def _hits(kind: str, words: list[str]) -> Iterator[Hit]:
    pks = _CANDIDATES.get(kind, _pages)(words)
    entries = declared_kinds()[kind].build(pks) if pks else ()
    for entry in entries:
        if entry.access in PUBLIC:
            yield _hit(entry)


def _institutions(words: list[str]) -> list[int]:
    condition = Q()
    for word in words:
        condition &= (
            Q(code__icontains=word)
            | Q(institution__name__icontains=word)
            | Q(institution__social_credit_code__iexact=word)
            | Q(pk__in=Filing.objects.filter(institution__names__name__icontains=word).values("pk"))
        )
    filings = Filing.objects.filter(condition).order_by("institution__name")
    return list(filings.values_list("pk", flat=True)[:_MOST])


def _pages(words: list[str]) -> list[int]:
    pages = Page.objects.live().public()
    for word in words:
        pages = pages.filter(title__icontains=word)
    return list(pages.order_by("-first_published_at").values_list("pk", flat=True)[:_MOST])


_CANDIDATES: dict[str, Callable[[list[str]], list[int]]] = {"institution": _institutions}


def _hit(entry: SearchEntry) -> Hit:
    return Hit(
        kind=entry.kind,
        pk=entry.pk,
        title=entry.title,
        body=entry.body,
        url=entry.url,
        date=entry.date,
        section=entry.section,
        status=entry.status,
        codes=entry.codes,
        names=entry.names,
    )
