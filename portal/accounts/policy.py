"""Wagtail's generic screens ask a permission policy: this one answers from the table of powers."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.db import models
from wagtail.permission_policies import BasePermissionPolicy

from portal.accounts.powers import Action
from portal.accounts.scoping import may, may_any, visible

#: Wagtail's names for what its screens do. Nothing is ever deleted by a screen.
WAGTAIL_ACTIONS = {"add": Action.EDIT, "change": Action.EDIT, "view": Action.OPEN, "choose": Action.LIST}


class OfficePolicy(BasePermissionPolicy):
    """Access by office, for the viewsets of the workplace."""

    def _actions(self, actions: Any) -> list[Action]:
        return [WAGTAIL_ACTIONS[action] for action in actions if action in WAGTAIL_ACTIONS]

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether the account may do this with some object."""
        return self.user_has_any_permission(user, [action])

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Whether the account may do one of these with some object."""
        return any(may_any(user, action, self.model) for action in self._actions(actions))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: models.Model) -> bool:
        """Whether the account may do this with this object."""
        return any(may(user, each, instance) for each in self._actions([action]))

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> models.QuerySet[Any]:
        """The objects with which the account may do one of these."""
        rows: models.QuerySet[Any] = self.model._default_manager.all()
        found = rows.none()
        for action in self._actions(actions):
            found = found | visible(user, action, rows)
        return found

    def users_with_any_permission(self, actions: Any) -> models.QuerySet[Any]:
        """Nobody is told by mail through Wagtail: the morning digest does that."""
        return get_user_model()._default_manager.none()

    def users_with_any_permission_for_instance(self, actions: Any, instance: Any) -> models.QuerySet[Any]:
        """See :meth:`users_with_any_permission`."""
        return self.users_with_any_permission(actions)
