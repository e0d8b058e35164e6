"""Who may approve what (DESIGN, Powers): the author never, and nothing that a check forbids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from portal.notices.models import NoticePage
from portal.notices.services.corrections import live_version, public_changes

#: Takes the version that would go out and returns reasons why it may not, in words for the approver.
PublicationCheck = Callable[[Page], list[str]]
_checks: list[PublicationCheck] = []


class PublishingRefused(Exception):
    """A version may not go out. The text names the reason and the remedy and is shown to the approver."""

    #: The admin's middleware shows the text above the page that the person was on.
    shown_to_staff = True


def register_publication_check(check: PublicationCheck) -> None:
    """Let a later app forbid publishing a page (an open objection, for one)."""
    if check not in _checks:
        _checks.append(check)


def pending_versions(page: Page, first: Revision) -> Any:
    """The versions under review: the one that was submitted and all saved since."""
    return Revision.objects.for_instance(page).filter(pk__gte=first.pk)


def is_author_of_pending_version(page: Page, user: Any) -> bool:
    """Whether the account wrote (part of) what would be published by an approval now."""
    state = page.current_workflow_task_state
    if state is None or state.revision is None:
        return False
    return bool(pending_versions(page, state.revision).filter(user_id=user.pk).exists())


def require_approvable(task_state: Any, user: Any) -> None:
    """Raise :class:`PublishingRefused` when the account may not approve, or the version may not go out."""
    page = task_state.revision.content_object
    if pending_versions(page, task_state.revision).filter(user_id=user.pk).exists():
        raise PublishingRefused(
            _("您编写或修改过这一版本，不能由本人审核。请由其他“发布”人员审核；您的修改已存为草稿。")
        )
    reasons = refusals(page.get_latest_revision().as_object())
    if reasons:
        raise PublishingRefused(_("这一版本不能发布：%(reasons)s") % {"reasons": " ".join(reasons)})


def refusals(version: Page) -> list[str]:
    """Reasons why a version may not go out; empty when it may."""
    reasons = [reason for check in _checks for reason in check(version)]
    if isinstance(version, NoticePage):
        reasons += _missing_correction(version)
    return reasons


def _missing_correction(version: NoticePage) -> list[str]:
    live = live_version(version)
    if live is None:
        return []
    changed = public_changes(live, version)
    entries = {(item.corrected_on, item.what, item.why) for item in version.corrections.all()}
    known = {(item.corrected_on, item.what, item.why) for item in live.corrections.all()}
    if not changed or entries - known:
        return []
    return [
        _("已发布的公告改动了%(fields)s，但没有更正说明。请退回修改，补充“更正”后再提交。")
        % {"fields": "、".join(changed)}
    ]
