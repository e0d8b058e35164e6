"""The latest announcements, by section."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from portal.notices.models import NoticePage, Section


@dataclass(frozen=True, slots=True)
class SectionLatest:
    """A section with its newest notices."""

    code: str
    label: str
    url: str
    notices: tuple[NoticePage, ...]


def newest(limit: int) -> list[NoticePage]:
    """The newest notices of all sections."""
    return list(_public().order_by("-published_on", "-pk")[:limit])


def latest_by_section(each: int = 3) -> list[SectionLatest]:
    """Every section that has notices with its newest ones, in one query."""
    place = Window(
        RowNumber(), partition_by=F("section"), order_by=[F("published_on").desc(), F("pk").desc()]
    )
    rows = _public().annotate(place=place).filter(place__lte=each).order_by("section", "place")
    found: dict[str, list[NoticePage]] = {}
    for notice in rows:
        found.setdefault(notice.section, []).append(notice)
    return [
        SectionLatest(
            section.value, str(section.label), f"/notices/{section.value}/", tuple(found[section.value])
        )
        for section in Section
        if section.value in found
    ]


def _public() -> Any:
    return NoticePage.objects.live().public().defer("body", "plain_body").prefetch_related("corrections")
