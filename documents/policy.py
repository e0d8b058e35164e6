"""Wagtail's screens for files ask this policy: its own rights of the groups, narrowed to the files of the house."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from wagtail.models import ReferenceIndex
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy

from documents.models import PortalDocument
from portal.accounts.powers import Action
from portal.accounts.scoping import may, may_any, visible

ACTIONS = {"add": Action.EDIT, "change": Action.EDIT, "delete": Action.EDIT, "choose": Action.LIST}


class OfficeDocumentPolicy(CollectionOwnershipPermissionPolicy):
    """Files by office. A file that anything refers to is not deleted."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        """Whether the account may do this with some file."""
        return bool(super().user_has_permission(user, action)) and self._may_any(user, [action])

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        """Whether the account may do one of these with some file."""
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_any_permission_for_instance(self, user: Any, actions: Any, instance: Any) -> bool:
        """Whether the account may do one of these with this file."""
        return any(self._may_one(user, action, instance) for action in actions)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[PortalDocument]:
        """The files with which the account may do one of these."""
        rows: QuerySet[PortalDocument] = super().instances_user_has_any_permission_for(user, actions)
        found = rows.none()
        for action in {ACTIONS[action] for action in actions if action in ACTIONS}:
            found = found | visible(user, action, rows)
        # By key: a search narrows by fields of the file itself only.
        return self.model._default_manager.filter(pk__in=found.values("pk"))  # type: ignore[no-any-return]

    def _may_any(self, user: Any, actions: Any) -> bool:
        return any(may_any(user, ACTIONS[action], self.model) for action in actions if action in ACTIONS)

    def _may_one(self, user: Any, action: str, document: Any) -> bool:
        if action not in ACTIONS or not may(user, ACTIONS[action], document):
            return False
        if action == "delete" and ReferenceIndex.get_references_to(document).exists():
            return False
        return bool(super().user_has_any_permission_for_instance(user, [action], document))


def make_policy() -> OfficeDocumentPolicy:
    """The policy, with the rights that groups hold over Wagtail's collections."""
    return OfficeDocumentPolicy(
        PortalDocument, auth_model="wagtaildocs.Document", owner_field_name="uploaded_by_user"
    )
