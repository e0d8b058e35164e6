"""Wagtail would send a mail for every step of a workflow and every comment: the morning digest replaces them."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import pre_save

KINDS = (
    "submitted_notifications",
    "approved_notifications",
    "rejected_notifications",
    "updated_comments_notifications",
)


def connect() -> None:
    """Switch the mails off in every profile that is saved from now on; Wagtail asks the profile before it sends."""
    from wagtail.users.models import UserProfile

    pre_save.connect(switch_off, sender=UserProfile, dispatch_uid="portal.accounts.no_event_mails")


def switch_off(instance: Any, **kwargs: Any) -> None:
    """No mail of any kind."""
    for kind in KINDS:
        setattr(instance, kind, False)
