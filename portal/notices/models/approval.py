"""The step of the publishing workflow: somebody else than the author approves."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Page, TaskState


class SecondPersonApprovalTask(AbstractGroupApprovalTask):
    """Approval by a publisher of the issuing house who did not write the version in question.

    The rule holds for every account, whatever its rights: nobody publishes the own text (DESIGN, Powers).
    Asking for changes stays possible, so that an author may take the own version back.
    """

    class Meta:
        verbose_name = _("他人审核")
        verbose_name_plural = _("他人审核")

    @classmethod
    def get_description(cls) -> str:
        """What the step does, for the person who sets up a workflow."""
        return str(_("由发布机构中、没有编写该版本的“发布”人员审核；本人不能审核自己编写的版本。"))

    def user_can_access_editor(self, obj: Any, user: AbstractBaseUser) -> bool:
        """Publishers of the house open the version under review."""
        return self._approves_for(obj, user)

    def locked_for_user(self, obj: Any, user: AbstractBaseUser) -> bool:
        """Everybody else waits for the approval."""
        return not self._approves_for(obj, user)

    def user_can_lock(self, obj: Any, user: AbstractBaseUser) -> bool:
        """Publishers of the house."""
        return self._approves_for(obj, user)

    def _approves_for(self, obj: Any, user: AbstractBaseUser) -> bool:
        from portal.notices.services.houses import publisher_posts

        return self._user_in_groups(user) and bool(publisher_posts(user, obj))

    def get_actions(self, obj: Any, user: AbstractBaseUser) -> list[tuple[str, Any, bool]]:
        """Offer approval only to others than the author of the version under review."""
        from portal.notices.services.publishing import own_work

        if not self._approves_for(obj, user):
            return []
        actions: list[tuple[str, Any, bool]] = [("reject", _("退回修改"), True)]
        if not own_work(obj, user):
            actions.append(("approve", _("批准"), True))
        return actions

    def get_form_for_action(self, action: str) -> Any:
        """The ticks for an approval, the reason for sending back."""
        from portal.notices.admin.review_forms import ApprovalForm, ReturnForm

        return ApprovalForm if action == "approve" else ReturnForm

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> QuerySet[TaskState]:
        """Versions that wait for this person: of the houses in which the account publishes."""
        from portal.notices.services.houses import publisher_pages

        states: QuerySet[TaskState] = super().get_task_states_user_can_moderate(user, **kwargs)
        pages = Page.objects.filter(publisher_pages(user))
        keys = pages.values_list(Cast("pk", output_field=CharField()), flat=True)
        return states.filter(revision__object_id__in=keys)

    @transaction.atomic
    def on_action(self, task_state: Any, user: Any, action_name: str, **kwargs: Any) -> Any:
        """Carry out an action; an approval is refused for the author and for a version that may not go out.

        ``kwargs`` carry the ticks and the comment of the form. Returns the address to go on to.
        """
        from django.urls import reverse

        from portal.audit.record import record
        from portal.notices.services.acting import acting_as
        from portal.notices.services.publishing import PublishingRefused, require_approvable, store_review

        page = task_state.revision.content_object
        comment = str(kwargs.get("comment") or "")
        if action_name == "approve":
            version = require_approvable(task_state, user, kwargs)
            store_review(version, user, comment)
        elif not self._approves_for(page, user):
            raise PublishingRefused(str(_("您不是发布机构的“发布”人员，不能处理这一版本。")))
        elif action_name == "reject":
            record("notice.returned", page, actor=user, reason=comment[:300])
        with acting_as(user):
            super().on_action(task_state, user, action_name, comment=comment)
        return reverse("notice_details", args=[page.pk])
