"""What the end of a workflow does. Wagtail imports this while its own models load: no imports here."""

from __future__ import annotations

from typing import Any


def publish_approved(workflow_state: Any, user: Any = None) -> None:
    """Publish the reviewed page (``WAGTAIL_FINISH_WORKFLOW_ACTION``).

    The approver holds no publish permission, so Wagtail's own check is left out here: the approval of exactly this
    version, with its ticks, is asked for instead.
    """
    from portal.notices.services.publishing import publishing_what_was_approved, require_review

    revision = workflow_state.content_object.get_latest_revision()
    require_review(revision)
    with publishing_what_was_approved():
        revision.publish(user=user, skip_permission_checks=True)
