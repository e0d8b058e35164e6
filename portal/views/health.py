"""``/healthz``: the process is alive. ``/readyz``: it can serve; the search down is degraded, not dead."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

logger = logging.getLogger(__name__)

OK = "ok"
DEGRADED = "degraded"
FAILED = "failed"


@never_cache
@require_safe
def alive(request: HttpRequest) -> JsonResponse:
    """Answer 200 as long as the process answers at all."""
    return JsonResponse({"status": OK})


@never_cache
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, migrations and storage are in order, else 503. Says which, not why: see the log."""
    checks = {
        "database": _outcome(_database_answers),
        "migrations": _outcome(_migrations_applied),
        "storage": _outcome(_storage_writable),
    }
    dead = FAILED in checks.values()
    checks["search"] = FAILED if checks["database"] == FAILED else _search_state()
    status = FAILED if dead else DEGRADED if checks["search"] != OK else OK
    return JsonResponse({"status": status, "checks": checks}, status=503 if dead else 200)


class _NotReadyError(Exception):
    """A check failed, for the reason given."""


def _outcome(check: Callable[[], None]) -> str:
    try:
        check()
    except (_NotReadyError, DatabaseError, OSError) as error:
        logger.warning("not ready: %s", error)
        return FAILED
    return OK


def _database_answers() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


#: Once all are applied they stay so for the life of a process: its own code cannot change under it.
_applied_once: set[str] = set()


def _migrations_applied() -> None:
    name = str(connection.settings_dict["NAME"])
    if name in _applied_once:
        return
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise _NotReadyError(f"{len(waiting)} migrations are not applied")
    _applied_once.add(name)


def _storage_writable() -> None:
    folder = Path(settings.MEDIA_ROOT)
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".ready-", dir=folder)
    try:
        os.write(handle, b"ok")
    finally:
        os.close(handle)
        Path(name).unlink(missing_ok=True)


def _search_state() -> str:
    from search.health import search_health

    try:
        health = search_health()
    except DatabaseError as error:
        logger.warning("not ready: search: %s", error)
        return FAILED
    if health.state != OK:
        logger.warning("search is degraded: %s", health.reason)
    return health.state
