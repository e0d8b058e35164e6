"""System check: the database really refuses to change the event log."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from portal.audit.triggers import TABLE, missing_triggers


@register(Tags.database)
def audit_is_append_only(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Report triggers that are missing on a database that has the event table."""
    errors: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        if TABLE not in connection.introspection.table_names():
            continue
        for name in missing_triggers(connection):
            errors.append(
                Error(
                    f"Trigger {name} is missing: audit events could be changed.",
                    hint="Run the migrations of the audit app; never drop the trigger by hand.",
                    id="audit.E001",
                )
            )
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA recursive_triggers")
                if not cursor.fetchone()[0]:
                    errors.append(
                        Error(
                            "recursive_triggers is off: INSERT OR REPLACE could forge an audit event.",
                            id="audit.E002",
                        )
                    )
    return errors
