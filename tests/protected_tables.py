"""Empty the append-only tables between transactional tests.

Django's flush after such a test deletes every row of every table; the triggers that protect the audit log
refuse. So the flush switches the triggers off and on again in its own transaction, and leaves them exactly
as it found them. Only a test run installs this.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.core.management.commands import flush
from django.core.management.sql import sql_flush


def flush_statements(
    style: Any,
    connection: Any,
    reset_sequences: bool = True,
    allow_cascade: bool = False,
) -> list[str]:
    """Django's own statements between those that take triggers away and put them back."""
    statements = sql_flush(style, connection, reset_sequences, allow_cascade)
    off, on = (
        _sqlite_triggers(connection) if connection.vendor == "sqlite" else _postgresql_triggers(connection)
    )
    return [*off, *statements, *on]


def _sqlite_triggers(connection: Any) -> tuple[list[str], list[str]]:
    tables = set(connection.introspection.django_table_names(only_existing=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = [(name, sql) for name, table, sql in cursor.fetchall() if table in tables]
    return [f'DROP TRIGGER "{name}"' for name, _ in triggers], [sql for _, sql in triggers]


def _postgresql_triggers(connection: Any) -> tuple[list[str], list[str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O' ORDER BY 1"
        )
        tables: Sequence[str] = [row[0] for row in cursor.fetchall()]
    change = "ALTER TABLE {} {} TRIGGER USER".format
    return [change(table, "DISABLE") for table in tables], [change(table, "ENABLE") for table in tables]


@pytest.fixture(scope="session", autouse=True)
def _flush_empties_protected_tables() -> None:
    """Let every flush of this run go through the statements above."""
    flush.sql_flush = flush_statements  # type: ignore[attr-defined]
