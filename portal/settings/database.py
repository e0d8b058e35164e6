"""Database: SQLite in one folder by default, PostgreSQL through ``DATABASE_URL``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from portal.settings.environment import DATA_DIR, env

#: ``recursive_triggers`` makes INSERT OR REPLACE fire the triggers that protect the audit log.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=NORMAL;"
    "PRAGMA foreign_keys=ON;"
    "PRAGMA recursive_triggers=ON;"
    "PRAGMA busy_timeout=20000;"
    "PRAGMA cache_size=-32000;"
)


def sqlite_database(path: Path | str) -> dict[str, Any]:
    """Connection settings for an SQLite file: WAL, foreign keys on, writers wait up to 20 s.

    Transactions are IMMEDIATE: a transaction that reads and then writes would otherwise fail as soon as
    another one has written in between.
    """
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS},
    }


def database_from_url(url: str) -> dict[str, Any]:
    """Connection settings for ``DATABASE_URL``; SQLite URLs get the same options as the default."""
    config: dict[str, Any] = env.db_url_config(url)
    if config["ENGINE"].endswith("sqlite3"):
        return sqlite_database(config["NAME"])
    config["CONN_MAX_AGE"] = 60
    config["CONN_HEALTH_CHECKS"] = True
    return config


DATABASE_URL = env.str("DATABASE_URL", default="")
DATABASES = {
    "default": database_from_url(DATABASE_URL)
    if DATABASE_URL
    else sqlite_database(DATA_DIR / "portal.sqlite3")
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
