"""Notices that name a filing, for the filing's page."""

from __future__ import annotations

from portal.contracts.related import RelatedItem
from portal.notices.models import NoticePage

#: The page of a filing shows the newest ones; the search finds all.
LIMIT = 20


def notices_naming(filing_code: str) -> list[RelatedItem]:
    """Published notices that name the filing, newest first, in one query."""
    pages = (
        NoticePage.objects.live()
        .public()
        .filter(references__filing__code=filing_code)
        .defer("body", "plain_body")
        .order_by("-published_on", "-pk")[:LIMIT]
    )
    return [
        RelatedItem(
            title=page.title,
            url=page.get_absolute_url(),
            date=page.published_on,
            label=page.get_section_display(),
        )
        for page in pages
    ]
