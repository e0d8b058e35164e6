"""What of the pages can be found: notices, articles of the regulation, help and privacy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.utils import timezone
from wagtail.models import Page

from portal.contracts.searchable import SearchEntry, SearchKind, declare
from portal.notices.models import ArticlePage, NoticePage, TextPage
from portal.notices.services.plain_text import plain_text

NOTICE = "notice"
ARTICLE = "article"
TEXT = "page"

_KINDS: dict[type[Page], str] = {NoticePage: NOTICE, ArticlePage: ARTICLE, TextPage: TEXT}


def kind_of(page: Page) -> str | None:
    """The searchable kind of a page, or None when it is only a list of others."""
    return _KINDS.get(type(page))


def declare_kinds() -> None:
    """Declare the kinds of this app."""
    declare(SearchKind(NOTICE, "公告", build_notices, keys_of(NoticePage)))
    declare(SearchKind(ARTICLE, "管理办法", build_articles, keys_of(ArticlePage)))
    declare(SearchKind(TEXT, "帮助", build_texts, keys_of(TextPage)))


def keys_of(model: type[Page]) -> Any:
    """A function that yields the keys of every page of a type."""

    def all_pks() -> Iterator[int]:
        yield from model.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=2000)

    return all_pks


def build_notices(pks: Sequence[int]) -> Iterable[SearchEntry]:
    """Entries of the published notices among these keys."""
    pages = NoticePage.objects.live().public().filter(pk__in=pks).select_related("issuer")
    for page in pages.prefetch_related("corrections"):
        corrections = [f"{item.what} {item.why}" for item in page.corrections.all()]
        header = [page.summary, page.issuer.name, page.get_genre_display(), page.topic_class, page.source]
        yield SearchEntry(
            kind=NOTICE,
            pk=page.pk,
            title=page.title,
            body="\n".join(part for part in (*header, *corrections, plain_text(page.body)) if part),
            url=page.get_absolute_url(),
            date=page.published_on,
            codes=tuple(code for code in (page.document_number, page.index_number) if code),
            section=page.get_section_display(),
            status=page.validity,
        )


def build_articles(pks: Sequence[int]) -> Iterable[SearchEntry]:
    """Entries of the articles among these keys."""
    from portal.regulation.wording import article_label

    for page in ArticlePage.objects.live().public().filter(pk__in=pks):
        yield SearchEntry(
            kind=ARTICLE,
            pk=page.pk,
            title=page.title,
            body=f"{page.text}\n{page.portal_duty}",
            url=page.get_absolute_url(),
            names=(article_label(page.number), f"第{page.number}条"),
            section=page.chapter,
        )


def build_texts(pks: Sequence[int]) -> Iterable[SearchEntry]:
    """Entries of the text pages among these keys."""
    for page in TextPage.objects.live().public().filter(pk__in=pks):
        yield SearchEntry(
            kind=TEXT,
            pk=page.pk,
            title=page.title,
            body="\n".join(part for part in (page.intro, plain_text(page.body)) if part),
            url=page.get_absolute_url(),
            date=timezone.localdate(page.last_published_at) if page.last_published_at else None,
        )
