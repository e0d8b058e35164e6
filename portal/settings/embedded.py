"""The default: one machine, SQLite, local files, keys made at first run outside the repository."""

from __future__ import annotations

from portal.settings.environment import DATA_DIR, env
from portal.settings.keys import load_or_create_keys
from portal.settings.production import *  # noqa: F403

ROLE = "embedded"
_keys = load_or_create_keys(DATA_DIR)
SECRET_KEY = env.str("SECRET_KEY", default=_keys["SECRET_KEY"])
SIGNING_KEY = env.str("SIGNING_KEY", default=_keys["SIGNING_KEY"])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
# The demo can be looked at without a phone; every page of the workplace says so.
STAFF_TWO_FACTOR = env.str("STAFF_TWO_FACTOR", default="relaxed")
# Served on the loopback address without TLS.
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
