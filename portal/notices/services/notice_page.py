"""What the page of a notice shows beside its own fields."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone

from portal.notices.models import NoticePage, NoticeSectionPage
from portal.notices.services.filing_facts import filing_facts
from portal.notices.services.plain_text import first_words, plain_text
from portal.notices.services.references import filing_keys_in


def notice_context(page: NoticePage) -> dict[str, Any]:
    """Facts of the named filings (one query), corrections newest first, neighbours, place, description."""
    section_page = page.get_parent().specific
    previous, following = neighbours_of(page)
    return {
        "section_page": section_page,
        "section_label": _label(section_page),
        "trail": [("公告", "/notices/"), (section_page.title, section_page.get_absolute_url())],
        "filing_facts": filing_facts(filing_keys_in(page.body)),
        "corrections": sorted(
            page.corrections.all(), key=lambda item: (item.corrected_on, item.pk or 0), reverse=True
        ),
        "shown_published_on": page.published_on or timezone.localdate(),
        "previous": previous,
        "following": following,
        "description": page.search_description or page.summary or first_words(plain_text(page.body)),
    }


def _label(section_page: Any) -> str:
    return section_page.get_section_display() if isinstance(section_page, NoticeSectionPage) else ""


def neighbours_of(page: NoticePage) -> tuple[NoticePage | None, NoticePage | None]:
    """The notice before and the one after in the section, by day of publication."""
    if page.pk is None or page.published_on is None:
        return None, None
    day = page.published_on
    others = NoticePage.objects.live().public().filter(section=page.section).exclude(pk=page.pk).defer("body")
    earlier = others.filter(Q(published_on__lt=day) | Q(published_on=day, pk__lt=page.pk))
    later = others.filter(Q(published_on__gt=day) | Q(published_on=day, pk__gt=page.pk))
    return earlier.order_by("-published_on", "-pk").first(), later.order_by("published_on", "pk").first()
