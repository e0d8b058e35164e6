"""The server's own log files: one a process and day, without identities or secrets, kept at least six months.

Public bodies keep logs for six months or more. Loaded while logging is set up, before any app.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import re
import sys
import time
from pathlib import Path
from typing import TextIO

from portal.audit.request_context import current_request_id

#: Days below which nothing is ever deleted, whatever the settings say.
FLOOR_DAYS = 183
_FILE = re.compile(r"portal-(\d{4}-\d{2}-\d{2})-[a-z_]+-\d+\.log")

_HIDDEN = "password|passwd|passphrase|secret|token|otp|sessionid|csrftoken|csrfmiddlewaretoken|api_?key|signature|authorization"
#: What never stands in a log, and what stands there instead.
_MASKS: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(rf"(?i)\b([a-z_]*(?:{_HIDDEN})[a-z_]*[\"']?\s*[=:]\s*[\"']?)[^\s\"'&,;)}}]+"),
        r"\1***",
    ),
    (re.compile(r"(?<=://)[^\s/:@]+:[^\s/@]+(?=@)"), "***"),
    (
        re.compile(
            r"(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])"
        ),
        "‹证件号›",
    ),
    (re.compile(r"(?<![\dA-Za-z])(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d)"), "‹手机号›"),
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]*\w"), "‹邮箱›"),
)


def masked(text: str) -> str:
    """The text without numbers of identity cards and telephones, e-mail addresses, passwords, tokens and the like."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


class MaskingFormatter(logging.Formatter):
    """Time, level, request, logger and message with its traceback, masked as a whole."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {request_id} {name} {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        """The line or lines of a record."""
        record.request_id = current_request_id() or "-"
        return masked(super().format(record))


class DailyFileHandler(logging.Handler):
    """Writes to ``portal-<day>-<role>-<process>.log`` in a folder that only its owner may enter.

    The file is opened with the first record, anew each day and after a fork, so that no two processes share one.
    A disk that is full loses lines, never requests.
    """

    def __init__(self, folder: Path | str) -> None:
        super().__init__()
        self.folder = Path(folder)
        self._open: tuple[str, int] = ("", 0)
        self._stream: TextIO | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record."""
        try:
            stream = self._stream_for(time.strftime("%Y-%m-%d", time.localtime(record.created)))
            stream.write(self.format(record) + "\n")
            stream.flush()
        except Exception:  # noqa: BLE001 - logging never fails the work
            self.handleError(record)

    def _stream_for(self, day: str) -> TextIO:
        wanted = day, os.getpid()
        if self._stream is None or self._open != wanted:
            if self._stream is not None:
                self._stream.close()
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self.folder / f"portal-{day}-{_role_of_process()}-{wanted[1]}.log"
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            self._stream = os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")
            self._open = wanted
        return self._stream

    def close(self) -> None:
        """Close the file."""
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        super().close()


def _role_of_process() -> str:
    """``worker`` and the like for a command of ``manage.py``, ``web`` for everything else."""
    words = sys.argv[1:2] if Path(sys.argv[0]).name == "manage.py" else []
    name = words[0].removeprefix("run_") if words else "web"
    return name if re.fullmatch("[a-z_]+", name) else "command"


def delete_old_logs(folder: Path, day: dt.date, keep_days: int) -> list[Path]:
    """Delete log files of days more than ``keep_days`` (at the least :data:`FLOOR_DAYS`) before ``day``.

    Goes by the day in the name; other files are left alone. Returns what was deleted.
    """
    oldest = day - dt.timedelta(days=max(keep_days, FLOOR_DAYS))
    deleted = []
    for path in sorted(folder.glob("portal-*.log")):
        match = _FILE.fullmatch(path.name)
        if match is None:
            continue
        try:
            written_on = dt.date.fromisoformat(match[1])
        except ValueError:
            continue
        if written_on < oldest:
            path.unlink(missing_ok=True)
            deleted.append(path)
    return deleted


def delete_old_logs_daily(day: dt.date) -> str:
    """The daily step; returns a line for the log."""
    from django.conf import settings
    from django.utils import timezone
    from django.utils.translation import gettext as _

    # Run by hand for a day to come, it deletes nothing that is still to be kept today.
    until = min(day, timezone.localdate())
    deleted = delete_old_logs(Path(settings.LOG_DIR), until, settings.LOG_RETENTION_DAYS)
    return _("删除了 %d 个超过保存期的日志文件。") % len(deleted)
