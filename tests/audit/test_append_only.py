"""The event table can be added to and nothing else, on the database that the tests run on."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.checks import run_checks
from django.db import DatabaseError, connection, transaction

from portal.audit.heads import sign_head
from portal.audit.models import AuditEvent, AuditHead, AuditLink
from portal.audit.record import NotInTransaction, build_event, digest_of, record, record_many
from portal.audit.request_context import set_request_id
from portal.audit.triggers import TABLES, create_triggers, drop_triggers, missing_triggers

pytestmark = pytest.mark.django_db


def write_event(**values: object) -> AuditEvent:
    with transaction.atomic():
        return record("test.done", ("thing", "7", "一件事"), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditevent SET reason = 'changed'",
        "UPDATE audit_auditevent SET id = id + 1",
        "DELETE FROM audit_auditevent",
        "UPDATE audit_auditlink SET hash = 'changed'",
        "UPDATE audit_auditlink SET position = position + 1",
        "DELETE FROM audit_auditlink",
        "UPDATE audit_audithead SET position = 1",
        "DELETE FROM audit_audithead",
    ],
)
def test_the_database_refuses_to_change_events_links_and_heads(statement: str) -> None:
    write_event(reason="原来的理由")
    sign_head(dt.date(2026, 11, 22))
    before = [list(model._default_manager.values()) for model in (AuditEvent, AuditLink, AuditHead)]
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    after = [list(model._default_manager.values()) for model in (AuditEvent, AuditLink, AuditHead)]
    assert after == before
    assert all(after)


@pytest.mark.database("postgresql")
@pytest.mark.parametrize("table", TABLES)
def test_emptying_a_table_is_refused(table: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_a_replacing_insert_cannot_forge_an_event() -> None:
    event = write_event()
    if connection.vendor == "sqlite":
        statement = "INSERT OR REPLACE INTO audit_auditevent SELECT * FROM audit_auditevent"
    else:
        statement = (
            "INSERT INTO audit_auditevent SELECT * FROM audit_auditevent "
            "ON CONFLICT (id) DO UPDATE SET reason = 'forged'"
        )
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEvent.objects.get(pk=event.pk).reason == ""


def test_the_orm_is_refused_as_well() -> None:
    event = write_event()
    event.reason = "later thought"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.save()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        event.delete()


def test_the_system_check_proves_the_triggers() -> None:
    def errors() -> list[str]:
        messages = run_checks(tags=["database"], databases=["default"])
        return [str(message.id) for message in messages if str(message.id).startswith("audit.")]

    assert errors() == []
    for table in TABLES:
        drop_triggers(connection, [table])
        try:
            assert errors() == ["audit.E001"] * 2, table
            assert len(missing_triggers(connection)) == 2
        finally:
            create_triggers(connection, [table])
    assert errors() == []


def test_an_event_needs_the_transaction_of_its_deed(transactional_db: None) -> None:
    with pytest.raises(NotInTransaction):
        record("test.done", ("thing", "1", ""))
    with pytest.raises(NotInTransaction):
        record_many([build_event("test.done", ("thing", "1", ""))])
    assert not AuditEvent.objects.exists()


def test_an_event_goes_with_its_transaction() -> None:
    with transaction.atomic():
        record("test.done", ("thing", "1", ""))
        assert AuditEvent.objects.count() == 1
        transaction.set_rollback(True)
    assert not AuditEvent.objects.exists()


def test_the_digest_survives_the_database_and_tells_every_change() -> None:
    set_request_id("abc123")
    try:
        event = write_event(before={"b": 1, "a": "甲"}, after={"day": "2026-11-22"}, reason="更正")
    finally:
        set_request_id("")
    stored = AuditEvent.objects.get(pk=event.pk)
    assert stored.request_id == "abc123"
    assert stored.digest == digest_of(stored)
    changes = {
        "action": "x",
        "reason": "y",
        "after": {"day": "2026-11-23"},
        "object_id": "8",
        "actor_name": "z",
        "at": stored.at + dt.timedelta(microseconds=1),
    }
    for field, value in changes.items():
        altered = AuditEvent.objects.get(pk=event.pk)
        setattr(altered, field, value)
        assert digest_of(altered) != stored.digest, field
