"""How notices and pages belong to offices, for the one rule of access (``portal.accounts.scoping``)."""

from __future__ import annotations

from django.db.models import Q
from wagtail.models import Page

from portal.accounts.powers import Reach
from portal.accounts.scoping import Scope, declare_scope
from portal.accounts.standing import Standing
from portal.notices.models import NoticePage
from portal.notices.services.houses import THING, House, house_of_posts, pages_of


def declare() -> None:
    """Declare the scopes of this app: a notice by its issuer, any other page to the city."""
    declare_scope(Scope(THING, NoticePage, {Reach.OWN: _notices}))
    declare_scope(Scope(THING, Page, {Reach.OWN: _pages}))


def _house(offices: frozenset[int], standing: Standing) -> House:
    return house_of_posts(tuple(post for post in standing.posts if post.office_id in offices), standing)


def _notices(offices: frozenset[int], standing: Standing) -> Q:
    return Q(issuer__in=sorted(_house(offices, standing).office_ids))


def _pages(offices: frozenset[int], standing: Standing) -> Q:
    return pages_of(_house(offices, standing))
