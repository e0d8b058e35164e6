"""Lists of announcements: what may be asked, and the answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from portal.notices.models import NoticePage, Section, Validity
from portal.views.errors import BadInput

PER_PAGE = 20
FIRST_YEAR = 2000
LAST_YEAR = 2200


@dataclass(frozen=True, slots=True)
class NoticeQuery:
    """A question to the list. Empty values ask for everything."""

    section: str = ""
    year: int | None = None
    validity: str = ""
    page: int = 1


def read_query(values: Mapping[str, str], section: str | None) -> NoticeQuery:
    """Read a request's query; ``section`` is fixed on a section's own page.

    Raises :class:`BadInput` with the name of the field and the remedy.
    """
    return NoticeQuery(
        section=section if section is not None else _choice(values, "section", Section, _("栏目")),
        year=_number(values, "year", _("年份"), FIRST_YEAR, LAST_YEAR),
        validity=_choice(values, "validity", Validity, _("有效性")),
        page=_number(values, "page", _("页码"), 1, 1_000_000) or 1,
    )


def _choice(values: Mapping[str, str], name: str, choices: Any, label: str) -> str:
    value = values.get(name, "").strip()
    if value and value not in choices.values:
        raise BadInput(_("%(label)s不存在。请从列表中重新选择。") % {"label": label})
    return value


def _number(values: Mapping[str, str], name: str, label: str, least: int, most: int) -> int | None:
    value = values.get(name, "").strip()
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 9 and least <= int(value) <= most):
        raise BadInput(_("%(label)s应为数字，且在合理范围内。请重新选择。") % {"label": label})
    return int(value)


def matching(query: NoticeQuery) -> Any:
    """The published notices that the question asks for, newest first."""
    notices = NoticePage.objects.live().public().defer("body", "plain_body")
    if query.section:
        notices = notices.filter(section=query.section)
    if query.year is not None:
        notices = notices.filter(
            published_on__gte=dt.date(query.year, 1, 1), published_on__lte=dt.date(query.year, 12, 31)
        )
    if query.validity:
        notices = notices.filter(validity=query.validity)
    return notices.order_by("-published_on", "-pk")


def page_of(query: NoticeQuery) -> Page[NoticePage]:
    """One page of the answer, with corrections; beyond the end there is nothing to show.

    Raises :class:`BadInput` for a page after the last one.
    """
    paginator = Paginator(matching(query).select_related("issuer").prefetch_related("corrections"), PER_PAGE)
    if query.page > paginator.num_pages:
        raise BadInput(
            _("页码超出范围：一共只有%(pages)s页。请从列表底部的页码中选择。")
            % {"pages": paginator.num_pages}
        )
    return paginator.page(query.page)


def years_and_sections(section: str | None) -> tuple[list[int], dict[str, int]]:
    """Years in which anything was published (newest first), and the number of notices of each section."""
    notices = NoticePage.objects.live().public().order_by()
    counts = dict(notices.values_list("section").annotate(number=Count("pk")))
    if section is not None:
        notices = notices.filter(section=section)
    years = notices.annotate(year=ExtractYear("published_on")).values_list("year", flat=True).distinct()
    return sorted((year for year in years if year is not None), reverse=True), counts
