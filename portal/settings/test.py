"""Tests: the embedded default on a private folder, quick password hashes, plain static files."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Before anything reads it: tests never touch the data of a running portal.
_given = os.environ.get("PORTAL_TEST_DATA")
_test_data = Path(_given or tempfile.mkdtemp(prefix="zhiping-test-"))
if not _given:
    atexit.register(shutil.rmtree, _test_data, ignore_errors=True)
os.environ["PORTAL_DATA"] = str(_test_data)

from portal.settings.database import database_from_url  # noqa: E402
from portal.settings.embedded import *  # noqa: E402, F403
from portal.settings.embedded import DATABASES, STORAGES  # noqa: E402
from portal.settings.environment import env  # noqa: E402

ROLE = "test"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STAFF_TWO_FACTOR = "relaxed"
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
_url = env.str("TEST_DATABASE_URL", default="")
if _url:
    DATABASES["default"] = database_from_url(_url)
else:
    # A file, not memory: live servers and the worker's threads share it as they do in production.
    DATABASES["default"]["TEST"] = {"NAME": str(_test_data / f"test-{os.getpid()}.sqlite3")}
