"""``record()``: every service writes one event in the transaction of what it did."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import connection, models
from django.utils import timezone

from portal.audit.models import AuditEvent
from portal.audit.request_context import current_request_id

SYSTEM = "系统"


class NotInTransaction(RuntimeError):
    """``record()`` was called outside a transaction, where event and deed could part."""


def canonical_text(event: AuditEvent) -> str:
    """Text that the digest is taken of: the same for the same event on every database and machine."""
    values = {
        "at": event.at.astimezone(timezone.get_fixed_timezone(0)).isoformat(timespec="microseconds"),
        "actor_id": event.actor_id,
        "actor_name": event.actor_name,
        "office": event.office,
        "action": event.action,
        "object_type": event.object_type,
        "object_id": event.object_id,
        "object_label": event.object_label,
        "before": event.before,
        "after": event.after,
        "reason": event.reason,
        "request_id": event.request_id,
    }
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(event: AuditEvent) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical_text(event).encode("utf-8")).hexdigest()


def build_event(
    action: str,
    target: models.Model | tuple[str, str, str],
    *,
    actor: Any = None,
    office: str = "",
    before: Any = None,
    after: Any = None,
    reason: str = "",
) -> AuditEvent:
    """Make an unsaved event. ``target`` is a saved object, or (type, id, label) for a thing without a row."""
    if isinstance(target, models.Model):
        object_type, object_id, label = target._meta.label_lower, str(target.pk), str(target)
    else:
        object_type, object_id, label = target
    event = AuditEvent(
        at=timezone.now(),
        actor_id=getattr(actor, "pk", None),
        actor_name=str(actor) if actor is not None else SYSTEM,
        office=office or getattr(getattr(actor, "office", None), "code", "") or "",
        action=action,
        object_type=object_type,
        object_id=object_id,
        object_label=label[:255],
        before=before,
        after=after,
        reason=reason,
        request_id=current_request_id(),
    )
    event.digest = digest_of(event)
    return event


def record(
    action: str,
    target: models.Model | tuple[str, str, str],
    *,
    actor: Any = None,
    office: str = "",
    before: Any = None,
    after: Any = None,
    reason: str = "",
) -> AuditEvent:
    """Write one event in the current transaction.

    ``actor`` is the account that acts, or None for the system; ``before``/``after`` are plain JSON values.
    Raises :class:`NotInTransaction` outside ``atomic()``.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(action)
    event = build_event(action, target, actor=actor, office=office, before=before, after=after, reason=reason)
    event.save(force_insert=True)
    return event


def record_many(events: list[AuditEvent]) -> None:
    """Write many events made by :func:`build_event` in the current transaction."""
    if not connection.in_atomic_block:
        raise NotInTransaction(events[0].action if events else "")
    AuditEvent.objects.bulk_create(events, batch_size=500)
