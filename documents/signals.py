"""What happens to files goes into the log, by whoever is at work in the workplace."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from wagtail.log_actions import get_active_log_context

from documents.models import PortalDocument
from portal.audit.record import record


def connect() -> None:
    """Connect the handlers (from the app's ``ready``)."""
    post_save.connect(on_saved, sender=PortalDocument, dispatch_uid="documents_saved")
    post_delete.connect(on_deleted, sender=PortalDocument, dispatch_uid="documents_deleted")


def on_saved(instance: PortalDocument, created: bool, **kwargs: Any) -> None:
    """A file was uploaded or changed."""
    action = "documents.document.uploaded" if created else "documents.document.changed"
    _note(action, instance, after={"title": instance.title, "file": instance.file.name or ""})


def on_deleted(instance: PortalDocument, **kwargs: Any) -> None:
    """A file was deleted."""
    _note(
        "documents.document.deleted",
        instance,
        before={"title": instance.title, "file": instance.file.name or ""},
    )


def _note(action: str, document: PortalDocument, **facts: Any) -> None:
    actor = get_active_log_context().user or document.uploaded_by_user
    with transaction.atomic():
        record(action, document, actor=actor, **facts)
