"""The log: former keys of its signed heads, and how long the server's own log files are kept."""

from __future__ import annotations

from portal.settings.environment import DATA_DIR, env

#: Public keys (base64) that signed heads before ``SIGNING_KEY`` was changed.
AUDIT_FORMER_KEYS: list[str] = env.list("AUDIT_FORMER_KEYS", default=[])
LOG_DIR = DATA_DIR / "logs"
#: Days for which log files are kept; fewer than six months (183 days) are refused.
LOG_RETENTION_DAYS: int = env.int("LOG_RETENTION_DAYS", default=190)
