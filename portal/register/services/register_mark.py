"""Has the register changed since? Asked of the audit log, into which every change writes in its own transaction."""

from __future__ import annotations

from django.db import connection
from django.db.models import Max, Q

from portal.audit.models import AuditEvent
from portal.register.models import Filing, ImportRun, Occupation

#: Steps of an import write events too, but change nothing that another import reads.
_OF_IMPORTS = tuple(
    f"register.import.run.{step}" for step in ("uploaded", "checked", "requested", "discarded")
)


def register_mark() -> int:
    """A mark of this moment, for :func:`changed_since`."""
    return AuditEvent.objects.aggregate(last=Max("id"))["last"] or 0


def changed_since(mark: int) -> bool:
    """Whether anything of the register or its reference data was changed after the mark was taken."""
    later = AuditEvent.objects.filter(pk__gt=mark, action__startswith="register.")
    readings = Q(action__endswith=".exported") | Q(action__endswith=".read")
    return later.exclude(readings).exclude(action__in=_OF_IMPORTS).exists()


def hold_register(kind: str) -> None:
    """Let nobody else write what an import of this kind writes, until the transaction ends.

    SQLite has one writer anyway. On PostgreSQL the table whose rows every other change locks first is locked whole,
    as the first thing in the transaction: whoever holds one of its rows is waited for.
    """
    if connection.vendor != "postgresql":
        return
    table = (Occupation if kind == ImportRun.Kind.OCCUPATIONS else Filing)._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'LOCK TABLE "{table}" IN EXCLUSIVE MODE')
