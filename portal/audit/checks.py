"""System checks: the database refuses to change the log, and the server's log files are kept long enough."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps.config import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from portal.audit.server_logs import FLOOR_DAYS
from portal.audit.signing import is_public_key
from portal.audit.triggers import TABLES, missing_triggers


@register(Tags.database)
def audit_is_append_only(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Report triggers that are missing on a database that has the tables of the log."""
    errors: list[CheckMessage] = []
    for alias in databases or []:
        connection = connections[alias]
        present = set(connection.introspection.table_names())
        for name in missing_triggers(connection, [table for table in TABLES if table in present]):
            errors.append(
                Error(
                    f"Trigger {name} is missing: audit events could be changed.",
                    hint="Run the migrations of the audit app; never drop the trigger by hand.",
                    id="audit.E001",
                )
            )
        if connection.vendor == "sqlite" and present.intersection(TABLES):
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


@register(Tags.security)
def server_logs_are_kept(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a setting that keeps the server's logs for less than six months, and public keys that are none."""
    errors: list[CheckMessage] = []
    if settings.LOG_RETENTION_DAYS < FLOOR_DAYS:
        errors.append(
            Error(
                f"LOG_RETENTION_DAYS = {settings.LOG_RETENTION_DAYS}：日志至少保存六个月（{FLOOR_DAYS} 天）。",
                hint=f"Set LOG_RETENTION_DAYS to {FLOOR_DAYS} or more.",
                id="audit.E003",
            )
        )
    for text in settings.AUDIT_FORMER_KEYS:
        if not is_public_key(text):
            errors.append(
                Error(
                    f"AUDIT_FORMER_KEYS：“{text[:60]}”不是 Ed25519 公钥。",
                    hint="Give the public keys as /open-data/audit-heads.json showed them (base64, 32 bytes).",
                    id="audit.E004",
                )
            )
    return errors
