"""Logging: plain lines on standard error and in files of the data folder, without identities or secrets."""

from __future__ import annotations

from typing import Any

from portal.settings.audit import LOG_DIR

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"masked": {"()": "portal.audit.server_logs.MaskingFormatter"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "masked"},
        "files": {
            "()": "portal.audit.server_logs.DailyFileHandler",
            "folder": str(LOG_DIR),
            "formatter": "masked",
        },
    },
    "root": {"handlers": ["stderr", "files"], "level": "INFO"},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "wagtail": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
    },
}
