"""The triggers that make the tables of the log append-only, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

EVENTS = "audit_auditevent"
LINKS = "audit_auditlink"
HEADS = "audit_audithead"
#: Every table that may only be added to.
TABLES = (EVENTS, LINKS, HEADS)

_REFUSAL = "audit events are append-only"
_SQLITE = (
    """
CREATE TRIGGER {name} BEFORE {verb} ON {table}
BEGIN SELECT RAISE(ABORT, '%s'); END
""".strip()
    % (_REFUSAL)
)
_POSTGRESQL_FUNCTION = (
    """
CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '%s'; END $$
""".strip()
    % (_REFUSAL)
)
_POSTGRESQL = """
CREATE TRIGGER {name} BEFORE {verb} ON {table} FOR EACH {each} EXECUTE FUNCTION {table}_refuse()
""".strip()


def create_triggers(connection: Any, tables: Sequence[str] = TABLES) -> None:
    """Create the triggers of these tables. ``connection`` is a Django database connection."""
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "postgresql":
                cursor.execute(_POSTGRESQL_FUNCTION.format(table=table))
            for sql in _statements(connection, table).values():
                cursor.execute(sql)


def drop_triggers(connection: Any, tables: Sequence[str] = TABLES) -> None:
    """Drop the triggers (only a migration that must rewrite the table may do so)."""
    with connection.cursor() as cursor:
        for table in tables:
            for name in _statements(connection, table):
                on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")


def missing_triggers(connection: Any, tables: Sequence[str] = TABLES) -> list[str]:
    """Names of triggers that should exist and do not, or are switched off."""
    missing: set[str] = set()
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "SELECT tgname FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgenabled IN ('O', 'A')",
                    [table],
                )
            else:
                cursor.execute(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
                )
            missing |= set(_statements(connection, table)) - {row[0] for row in cursor.fetchall()}
    return sorted(missing)


def _statements(connection: Any, table: str) -> dict[str, str]:
    """What creates each trigger of a table, by the trigger's name."""
    if connection.vendor == "postgresql":
        return {
            f"{table}_no_change": _POSTGRESQL.format(
                name=f"{table}_no_change", verb="UPDATE OR DELETE", table=table, each="ROW"
            ),
            f"{table}_no_truncate": _POSTGRESQL.format(
                name=f"{table}_no_truncate", verb="TRUNCATE", table=table, each="STATEMENT"
            ),
        }
    return {
        f"{table}_no_{verb.lower()}": _SQLITE.format(
            name=f"{table}_no_{verb.lower()}", verb=verb, table=table
        )
        for verb in ("UPDATE", "DELETE")
    }
