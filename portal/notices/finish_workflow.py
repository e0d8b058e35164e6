"""What the end of a workflow does. Wagtail imports this while its own models load: no imports here."""

from __future__ import annotations

from typing import Any


def publish_approved(workflow_state: Any, user: Any = None) -> None:
    """Publish the reviewed page (``WAGTAIL_FINISH_WORKFLOW_ACTION``).

    The approver holds no publish permission, so Wagtail's own check is left out here: the workflow was it.
    """
    workflow_state.content_object.get_latest_revision().publish(user=user, skip_permission_checks=True)
