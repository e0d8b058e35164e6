"""The flush between transactional tests empties the audit log too, and leaves its protection as it was."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from portal.audit.models import AuditEvent
from portal.audit.triggers import missing_triggers


def add_event() -> AuditEvent:
    """Put an event into the log."""
    return AuditEvent.objects.create(
        at=timezone.now(),
        actor_name="系统",
        action="test.flush",
        object_type="test",
        object_id="1",
        digest="0" * 64,
    )


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_flush_empties_the_log_and_keeps_its_triggers() -> None:
    add_event()
    call_command("flush", interactive=False, verbosity=0)
    assert AuditEvent.objects.count() == 0
    assert missing_triggers(connection) == []
    event = add_event()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.filter(pk=event.pk).update(reason="changed")
