"""Public addresses of the site, for search engines."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from wagtail.models import Page

from portal.register.models import Filing

#: The protocol allows 50,000 addresses a file; smaller files are quicker to make.
INSTITUTIONS_PER_PART = 20_000
#: Pages that are not kept in Wagtail.
OTHER_PATHS = ("/institutions/", "/fees/", "/search/", "/sitemap/")


def page_addresses() -> Iterator[tuple[str, str]]:
    """Path and moment of the last change (ISO, or empty) of every public page, in one query."""
    for path in OTHER_PATHS:
        yield path, ""
    pages = Page.objects.live().public().filter(depth__gt=1).defer_streamfields().order_by("path")
    for page in pages.iterator(chunk_size=1000):
        parts = page.get_url_parts()
        if parts is not None and parts[2]:
            moment = page.last_published_at
            yield parts[2], timezone.localtime(moment).isoformat("T", "seconds") if moment else ""


def institution_parts() -> int:
    """How many files the institutions need; 0 without any."""
    return -(-Filing.objects.count() // INSTITUTIONS_PER_PART)


def institution_addresses(offset: int) -> Iterator[tuple[str, str]]:
    """Paths of one part of the institutions, by code."""
    filings = Filing.objects.only("code").order_by("code")[offset : offset + INSTITUTIONS_PER_PART]
    for filing in filings:
        yield filing.get_absolute_url(), ""
