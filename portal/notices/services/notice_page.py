"""What the page of a notice shows beside its own fields."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Exists
from django.utils import timezone
from wagtail.models import PageViewRestriction

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
        "description": page.search_description
        or page.summary
        or first_words(page.plain_body or plain_text(page.body)),
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


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The notice before or after another one."""

    title: str
    url: str
    published_on: dt.date


#: One row at most for each direction. Written out because composing it anew takes longer than asking it.
_NEIGHBOUR = """
SELECT {direction} AS direction, p.title, p.slug, n.published_on
  FROM notices_noticepage n JOIN wagtailcore_page p ON p.id = n.page_ptr_id
 WHERE n.section = %s AND p.live
   AND (n.published_on {before} %s OR (n.published_on = %s AND p.id {before} %s))
   AND NOT EXISTS (SELECT 1 FROM wagtailcore_pageviewrestriction r JOIN wagtailcore_page q ON q.id = r.page_id
                    WHERE p.path LIKE q.path || '%%')
 ORDER BY n.published_on {order}, p.id {order} LIMIT 1
"""
_NEIGHBOURS = (
    f"SELECT * FROM ({_NEIGHBOUR.format(direction=-1, before='<', order='DESC')}) a "  # noqa: S608 - constants
    f"UNION ALL SELECT * FROM ({_NEIGHBOUR.format(direction=1, before='>', order='ASC')}) b"
)


def neighbours_of(page: NoticePage) -> tuple[Neighbour | None, Neighbour | None]:
    """The notice before and the one after in the section, by day of publication, in one query."""
    if page.pk is None or page.published_on is None:
        return None, None
    place = [page.section, page.published_on, page.published_on, page.pk]
    with connection.cursor() as cursor:
        cursor.execute(_NEIGHBOURS, place * 2)
        rows = cursor.fetchall()
    found = {
        direction: Neighbour(title, f"/notices/{page.section}/{slug}/", _as_day(day))
        for direction, title, slug, day in rows
    }
    return found.get(-1), found.get(1)


def _as_day(value: dt.date | str) -> dt.date:
    """SQLite gives a day as text."""
    return dt.date.fromisoformat(value) if isinstance(value, str) else value


def published_notice(section: str, slug: str) -> NoticePage | None:
    """The published notice at ``/notices/<section>/<slug>/`` with its issuer, in one query, or None.

    ``anything_restricted`` on it says whether any page of the site has a view restriction.
    """
    notices = (
        NoticePage.objects.live()
        .filter(section=section, slug=slug, url_path__endswith=f"/notices/{section}/{slug}/")
        .annotate(anything_restricted=Exists(PageViewRestriction.objects.order_by()))
        .select_related("issuer")
    )
    found: list[NoticePage] = list(notices[:1])
    return found[0] if found else None
