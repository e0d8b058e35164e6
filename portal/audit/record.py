"""``record()``: every service writes one event in the transaction of what it did."""

from __future__ import annotations

from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.canonical import digest_of, plain, plain_text
from portal.audit.models import AuditEvent
from portal.audit.request_context import current_request_id

__all__ = ["NotInTransaction", "build_event", "digest_of", "record", "record_many", "record_read"]

SYSTEM = "系统"
#: How the action of a reading ends: something restricted was looked at, or taken away as a file.
READINGS = (".read", ".exported")


class NotInTransaction(RuntimeError):
    """``record()`` was called outside a transaction, where event and deed could part."""


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
    """Make an unsaved event. ``target`` is a saved object, or (type, id, label) for a thing without a row.

    Raises :class:`portal.audit.canonical.NotPlain` for values that no database gives back as they were.
    """
    if isinstance(target, models.Model):
        object_type, object_id, label = target._meta.label_lower, str(target.pk), str(target)
    else:
        object_type, object_id, label = target
    event = AuditEvent(
        at=timezone.now(),
        actor_id=getattr(actor, "pk", None),
        actor_name=plain_text(str(actor))[:150] if actor is not None else SYSTEM,
        office=office or getattr(getattr(actor, "office", None), "code", "") or "",
        action=action,
        object_type=object_type,
        object_id=plain_text(object_id),
        object_label=plain_text(label)[:255],
        before=plain(before, "before"),
        after=plain(after, "after"),
        reason=plain_text(reason),
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


def record_read(
    action: str,
    target: models.Model | tuple[str, str, str],
    *,
    actor: Any,
    purpose: str,
    office: str = "",
    after: Any = None,
) -> AuditEvent:
    """Write down that somebody looked at something restricted, and for what.

    Call it before the restricted thing is shown: identities of complainants, contents of the log, files that are not
    public, and every export of staff data. Not for what anybody may see, nor for lists that name nothing restricted.
    ``action`` ends in ``.read`` or ``.exported``; ``purpose`` is what the person stated, or what the screen is for;
    ``after`` may say what was taken (filters, number of rows), never what was read.

    It has a short transaction of its own, so that it may be called while answering a GET; when it fails nothing may
    be shown. Raises ``ValueError`` for another action or without a purpose.
    """
    if not action.endswith(READINGS):
        raise ValueError(f"{action}: the action of a reading ends in one of {READINGS}")
    if not purpose.strip():
        raise ValueError(_("请填写“用途”：查阅受限内容必须说明用途。"))
    with transaction.atomic():
        return record(action, target, actor=actor, office=office, after=after, reason=purpose.strip())
