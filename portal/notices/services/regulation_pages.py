"""The regulation's pages, made from its text in :mod:`portal.regulation.articles`."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from portal.contracts.events import announce
from portal.notices.models import ArticlePage, HomePage, RegulationIndexPage
from portal.regulation.articles import Article, load_regulation


def articles_by_chapter() -> list[tuple[str, list[ArticlePage]]]:
    """Chapters in order with their articles, in one query."""
    pages = ArticlePage.objects.live().order_by("number")
    return [(chapter, list(group)) for chapter, group in groupby(pages, key=lambda page: page.chapter)]


def neighbours_of(number: int) -> tuple[ArticlePage | None, ArticlePage | None]:
    """The articles before and after, in one query."""
    pages = ArticlePage.objects.live().filter(number__in=(number - 1, number + 1))
    found = {page.number: page for page in pages}
    return found.get(number - 1), found.get(number + 1)


@transaction.atomic
def load_regulation_pages() -> int:
    """Make or renew the index and one page an article; returns how many pages changed.

    A second run changes nothing. What an editor wrote about the portal's part is replaced by the program's
    words, which say what the program does.
    """
    index, changed = _index_page()
    present = {page.number: page for page in ArticlePage.objects.all()}
    for article in load_regulation().articles:
        changed += _load_article(index, article, present.get(article.number))
    return changed


def _index_page() -> tuple[RegulationIndexPage, int]:
    index = RegulationIndexPage.objects.first()
    if index is not None:
        return index, 0
    home = HomePage.objects.get()
    regulation = load_regulation()
    index = RegulationIndexPage(
        title="管理办法",
        slug="regulation",
        full_name=regulation.title,
        document_number=regulation.document_number,
        issuer_name=regulation.issuer,
        issued_on=dt.date.fromisoformat(regulation.issued_on),
        intro="逐条列出条文，并说明本平台为每一条做了什么。",
        search_description=f"《{regulation.title}》全文，共{len(regulation.articles)}条，逐条说明本平台如何落实。",
    )
    home.add_child(instance=index)
    index.save_revision().publish()
    return index, 1


def _load_article(index: RegulationIndexPage, article: Article, page: ArticlePage | None) -> int:
    values = {
        "title": article.label,
        "number": article.number,
        "chapter": article.chapter_label,
        "text": article.text,
        "portal_duty": article.portal,
    }
    if page is None:
        now = timezone.now()
        page = ArticlePage(slug=str(article.number), first_published_at=now, last_published_at=now, **values)
        index.add_child(instance=page)
        announce("article", [page.pk])
        return 1
    if all(getattr(page, name) == value for name, value in values.items()):
        return 0
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return 1
