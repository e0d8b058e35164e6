"""Which sections are empty or stale, and whether the home page is silent: a fault of a government site."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Max
from django.utils.translation import gettext as _
from wagtail.models import Page

from portal.notices.models import HomePage, NoticePage, NoticeSectionPage


@dataclass(frozen=True, slots=True)
class Freshness:
    """One section (or the home page) on a day. ``limit`` is in days; ``last`` the day of the newest notice."""

    page: Page
    label: str
    count: int
    last: dt.date | None
    limit: int
    day: dt.date

    @property
    def age(self) -> int | None:
        """Days since the newest notice."""
        return (self.day - self.last).days if self.last else None

    @property
    def is_late(self) -> bool:
        """Whether the limit has passed, or nothing was ever published."""
        return self.age is None or self.age > self.limit

    @property
    def due(self) -> dt.date | None:
        """The last day on which something new keeps it fresh."""
        return self.last + dt.timedelta(days=self.limit) if self.last else None

    @property
    def verdict(self) -> str:
        """In words."""
        if self.age is None:
            return _("没有公告")
        if self.is_late:
            return _("已%(age)s天没有更新，超过%(limit)s天的期限") % {"age": self.age, "limit": self.limit}
        return _("正常")


def freshness_on(day: dt.date) -> list[Freshness]:
    """The home page and every section, in four queries."""
    published = NoticePage.objects.live().public().filter(published_on__lte=day).order_by()
    rows = published.values_list("section").annotate(number=Count("pk"), last=Max("published_on"))
    by_section = {section: (number, last) for section, number, last in rows}
    total = sum(number for number, _last in by_section.values())
    newest = max((last for _number, last in by_section.values() if last), default=None)
    found = [
        Freshness(home, _("首页（全站）"), total, newest, home.silent_after_days, day)
        for home in HomePage.objects.live()
    ]
    for section in NoticeSectionPage.objects.filter(live=True).order_by("path"):
        number, last = by_section.get(section.section, (0, None))
        found.append(Freshness(section, section.title, number, last, section.stale_after_days, day))
    return found
