"""What the page of a notice shows beside its own fields."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q, Subquery
from django.utils import timezone
from wagtail.models import Page

from portal.notices.models import NoticePage, NoticeSectionPage, Section
from portal.notices.services.plain_text import first_words, plain_text


def notice_context(page: NoticePage) -> dict[str, Any]:
    """Corrections newest first, neighbours, place, description."""
    section = page.section or _section_of_parent(page)
    label = str(Section(section).label)
    previous, following = neighbours_of(page)
    return {
        "section_code": section,
        "section_label": label,
        "trail": [("公告", "/notices/"), (label, f"/notices/{section}/")],
        "corrections": sorted(
            page.corrections.all(), key=lambda item: (item.corrected_on, item.pk or 0), reverse=True
        ),
        "shown_published_on": page.published_on or timezone.localdate(),
        "published_at": published_moment(page),
        "previous": previous,
        "following": following,
        "description": page.search_description or page.summary or first_words(plain_text(page.body)),
    }


def _section_of_parent(page: NoticePage) -> str:
    """The section of a notice that was never saved (its first preview)."""
    parent = page.get_parent().specific
    return parent.section if isinstance(parent, NoticeSectionPage) else Section.GENERAL.value


def published_moment(page: NoticePage) -> dt.datetime:
    """The moment for the metadata: the first publication when it fell on the shown day, else that day's begin."""
    day = page.published_on or timezone.localdate()
    first: dt.datetime | None = page.first_published_at
    if first is not None and timezone.localdate(first) == day:
        return timezone.localtime(first)
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def neighbours_of(page: NoticePage) -> tuple[NoticePage | None, NoticePage | None]:
    """The notice before and the one after in the section, by day of publication, in one query."""
    if page.pk is None or page.published_on is None:
        return None, None
    day = page.published_on
    others = NoticePage.objects.live().public().filter(section=page.section).exclude(pk=page.pk)
    earlier = others.filter(Q(published_on__lt=day) | Q(published_on=day, pk__lt=page.pk))
    later = others.filter(Q(published_on__gt=day) | Q(published_on=day, pk__gt=page.pk))
    wanted = Q(pk=Subquery(earlier.order_by("-published_on", "-pk").values("pk")[:1])) | Q(
        pk=Subquery(later.order_by("published_on", "pk").values("pk")[:1])
    )
    found = NoticePage.objects.filter(wanted).only("title", "slug", "path", "url_path", "published_on")
    before = after = None
    for notice in found:
        if (notice.published_on, notice.pk) < (day, page.pk):
            before = notice
        else:
            after = notice
    return before, after


def published_notice(home: Page, *, section: str, slug: str) -> NoticePage | None:
    """The published notice at ``/notices/<section>/<slug>/``, with its issuer, or None."""
    notices = NoticePage.objects.live().filter(section=section, slug=slug)
    notice: NoticePage | None = notices.select_related("issuer").first()
    if notice is None or notice.url_path != f"{home.url_path}notices/{section}/{slug}/":
        return None
    return notice
