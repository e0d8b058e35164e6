"""The step of the publishing workflow: somebody else than the author approves."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask


class SecondPersonApprovalTask(AbstractGroupApprovalTask):
    """Approval by a member of the chosen groups who did not write the version in question.

    The rule holds for every account, whatever its rights: nobody publishes the own text (DESIGN, Powers).
    Asking for changes stays possible, so that an author may take the own version back.
    """

    class Meta:
        verbose_name = _("他人审核")
        verbose_name_plural = _("他人审核")

    @classmethod
    def get_description(cls) -> str:
        """What the step does, for the person who sets up a workflow."""
        return str(_("由所选用户组中、没有编写该版本的人审核；本人不能审核自己编写的版本。"))

    def get_actions(self, obj: Any, user: AbstractBaseUser) -> list[tuple[str, Any, bool]]:
        """Offer approval only to others than the author of the version under review."""
        from portal.notices.services.publishing import is_author_of_pending_version

        actions: list[tuple[str, Any, bool]] = super().get_actions(obj, user)
        if actions and is_author_of_pending_version(obj, user):
            return [action for action in actions if action[0] != "approve"]
        return actions

    def on_action(self, task_state: Any, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Carry out an action; an approval is refused for the author and for a version that may not go out."""
        if action_name == "approve":
            from portal.notices.services.publishing import require_approvable

            require_approvable(task_state, user)
        from portal.notices.services.acting import acting_as

        with acting_as(user):
            return super().on_action(task_state, user, action_name, **kwargs)
