"""Wagtail's screens ask a policy and a tester about pages: these answer by the house of the page.

What a group may do at all stays with Wagtail's groups; this narrows it to the pages of the own house. The policy
takes the place of Wagtail's own in its registry, so lists, counts, choosers, reports and the admin API follow.
"""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from wagtail.models import AbstractPage, Page, PagePermissionTester
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import register_permission_policy

from portal.accounts.powers import Action
from portal.notices.services.houses import (
    CONTAINERS,
    containers,
    house_for,
    pages_of,
    publisher_posts,
)

#: What somebody who only reads or approves may be allowed; everything else changes the page.
READING = frozenset({"lock", "unlock", "view"})


def _action(actions: Any) -> Action:
    return Action.OPEN if set(actions) <= READING else Action.EDIT


class OfficePagePolicy(PagePermissionPolicy):
    """Wagtail's policy for pages, narrowed to the own house."""

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        """Whether the account may do one of these with this page."""
        if not super().user_has_any_permission_for_instance(user, actions, instance):
            return False
        page = instance.specific
        return house_for(user, _action(actions)).owns(page) or (
            set(actions) == {"add"} and isinstance(page, CONTAINERS)
        )

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Page]:
        """The pages with which the account may do one of these."""
        pages: QuerySet[Page] = super().instances_user_has_any_permission_for(user, actions)
        own: QuerySet[Page] = pages.filter(pages_of(house_for(user, _action(actions))))
        return own

    def explorable_instances(self, user: Any) -> QuerySet[Page]:
        """The pages that lists and searches show."""
        codenames = {perm.permission.codename for perm in self.get_cached_permissions_for_user(user)}
        house = house_for(user, Action.LIST)
        known: QuerySet[Page] = Page.objects.filter(pages_of(house) | containers())
        if not codenames or not house:
            nothing: QuerySet[Page] = known.none()
            return nothing
        root = self.explorable_root_instance(user)
        below: QuerySet[Page] = known.filter(path__startswith=root.path)
        return below


class OfficePageTester(PagePermissionTester):
    """What somebody may do with one page. ``can_edit`` also opens a version under review to its approvers."""

    def __init__(self, user: Any, page: Any) -> None:
        super().__init__(user, page)
        self.permissions: set[str] = getattr(self, "permissions", set())
        self.may_edit = house_for(user, Action.EDIT).owns(page) and not self.page_is_root
        self.may_open = self.may_edit or house_for(user, Action.OPEN).owns(page)
        if not self.may_edit:
            kept = {"add"} if isinstance(page, CONTAINERS) else set()
            self.permissions &= kept | (READING if self.may_open else set())

    def can_edit(self) -> bool:
        """The own house only; on the way to own notices nothing may be changed."""
        if not self.may_open:
            return False
        if not self.may_edit and not publisher_posts(self.user, self.page):
            return False
        return bool(super().can_edit())

    def can_lock(self) -> bool:
        """Publishers of the house."""
        return self.may_open and bool(super().can_lock())

    def can_unlock(self) -> bool:
        """Publishers of the house, and whoever locked it."""
        return self.may_open and bool(super().can_unlock())

    def can_submit_for_moderation(self) -> bool:
        """Whoever may change it."""
        return self.may_edit and bool(super().can_submit_for_moderation())

    def can_unschedule(self) -> bool:
        """A publisher of the house takes an approved version off the schedule again: it stays a draft."""
        return bool(publisher_posts(self.user, self.page))


def register_policy() -> None:
    """Put the policy in the place of Wagtail's own (from the app's ``ready``)."""
    register_permission_policy(AbstractPage, OfficePagePolicy())
