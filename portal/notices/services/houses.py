"""Which house a page belongs to: notices to the house of their issuer, everything else to the city.

Bureau and centre are one house for notices: the centre does the work, the bureau signs (Art. 3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from wagtail.models import Page

from portal.accounts.models import Authority, Role
from portal.accounts.powers import Action, rows_for
from portal.accounts.standing import Post, Standing, standing_of
from portal.notices.models import HomePage, NoticeIndexPage, NoticePage, NoticeSectionPage

THING = "公告"
CITY = frozenset({Authority.Kind.BUREAU.value, Authority.Kind.CENTRE.value})
#: Pages that everybody passes on the way to the own notices; they carry nothing of another office.
CONTAINERS: tuple[type[Page], ...] = (HomePage, NoticeIndexPage, NoticeSectionPage)


@dataclass(frozen=True, slots=True)
class House:
    """Offices in whose name somebody acts on notices. ``everything`` is the reach of the auditor."""

    office_ids: frozenset[int] = frozenset()
    city: bool = False
    everything: bool = False

    def __bool__(self) -> bool:
        return bool(self.office_ids) or self.everything

    def owns(self, page: Page) -> bool:
        """Whether a page belongs to the house. No query for a notice whose fields were read."""
        if self.everything:
            return True
        if isinstance(page, NoticePage):
            return page.issuer_id in self.office_ids
        return self.city


def house_of_posts(posts: tuple[Post, ...], standing: Standing) -> House:
    """The house of some posts, abolished predecessors included; one query when the city is among them."""
    offices = standing.with_predecessors(frozenset(post.office_id for post in posts))
    city = any(post.office_kind in CITY for post in posts)
    if city:
        offices |= frozenset(Authority.objects.filter(kind__in=CITY).values_list("pk", flat=True))
    return House(offices, city)


def house_for(user: Any, action: Action) -> House:
    """Where somebody may do this with notices, by the table of powers. Kept on the account like its standing."""
    standing = standing_of(user)
    kept = user.__dict__.get("_notice_houses")
    if kept is None or kept[0] is not standing:
        kept = user.__dict__["_notice_houses"] = (standing, {})
    houses: dict[Action, House] = kept[1]
    if action not in houses:
        houses[action] = _house_for(standing, action)
    return houses[action]


def _house_for(standing: Standing, action: Action) -> House:
    posts: set[Post] = set()
    for row in rows_for(THING, action):
        fitting = {post for post in standing.posts if post.role == row.role and post.office_kind in row.seats}
        if fitting and row.reach.value == "全部":
            return House(everything=True)
        posts |= fitting
    return house_of_posts(tuple(posts), standing)


def publisher_posts(user: Any, page: Page) -> tuple[Post, ...]:
    """The posts as publisher that reach this page."""
    standing = standing_of(user)
    return tuple(
        post
        for post in standing.posts
        if post.role == Role.PUBLISHER and house_of_posts((post,), standing).owns(page)
    )


def pages_of(house: House) -> Q:
    """The pages of a house, for a queryset of plain pages."""
    if house.everything:
        return Q(depth__gt=1)
    notices = Q(noticepage__issuer__in=sorted(house.office_ids))
    return notices | Q(noticepage__isnull=True, depth__gt=1) if house.city else notices


def passable(user: Any) -> QuerySet[Page]:
    """Every page that the account may know of in the workplace: its own ones, and those on the way to them."""
    house = house_for(user, Action.LIST)
    pages: QuerySet[Page] = Page.objects.all()
    if not house:
        return pages.none()
    return pages.filter(pages_of(house) | containers() | Q(depth=1))


def containers() -> Q:
    """The pages on the way to notices, for a queryset of plain pages."""
    condition = Q(pk__in=[])
    for model in CONTAINERS:
        condition |= Q(**{f"{model._meta.model_name}__isnull": False})
    return condition


def issuers_for(user: Any) -> QuerySet[Authority]:
    """The offices in whose name somebody may write notices today."""
    house = house_for(user, Action.EDIT)
    offices: QuerySet[Authority] = Authority.objects.on(timezone.localdate())
    return offices.filter(pk__in=sorted(house.office_ids)).order_by("kind", "code")


def publisher_pages(user: Any) -> Q:
    """The pages that somebody may approve as a publisher, for a queryset of plain pages."""
    standing = standing_of(user)
    posts = tuple(post for post in standing.posts if post.role == Role.PUBLISHER)
    return pages_of(house_of_posts(posts, standing))
