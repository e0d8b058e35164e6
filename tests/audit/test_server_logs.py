"""The server's log files: one a process and day, nothing secret in them, none deleted too early."""

from __future__ import annotations

import datetime as dt
import logging
import os
import stat
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.checks import run_checks
from django.test import override_settings
from django.utils import timezone

from portal.audit.request_context import set_request_id
from portal.audit.server_logs import (
    FLOOR_DAYS,
    DailyFileHandler,
    MaskingFormatter,
    delete_old_logs,
    delete_old_logs_daily,
    masked,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "hidden", "kept"),
    [
        ("身份证 50010319900307123X 已收", "50010319900307123X", "已收"),
        ("电话13800138000，", "13800138000", "电话"),
        ("+86 13800138000", "13800138000", ""),
        ("写信给 someone.else+x@mail.example.cn 。", "someone.else", "写信给"),
        ("password=hunter2&next=/", "hunter2", "next=/"),
        ('{"new_password": "hunter2", "a": 1}', "hunter2", '"a": 1'),
        ("SECRET_KEY: abcdefg", "abcdefg", ""),
        ("Authorization=Token", "=Token", ""),
        ("connect postgresql://portal:pass@host:5432/portal", "portal:pass", "host:5432"),
        ("?otp_token=123456 ", "123456", ""),
        ("sessionid=abc; path", "abc", "path"),
    ],
)
def test_what_never_stands_in_a_log(text: str, hidden: str, kept: str) -> None:
    assert hidden not in masked(text)
    assert kept in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "Not Found: /institutions/S010350000001/",
        "2026-11-22 19:40:00,123 91500152MJ00000930 filed",
        "worker ended after 1380013 entries in 138001380001 ns",
    ],
)
def test_codes_and_numbers_of_the_register_stay(text: str) -> None:
    assert masked(text) == text


def test_lines_go_to_a_file_of_the_process_and_the_day(tmp_path: Path) -> None:
    handler = DailyFileHandler(tmp_path / "logs")
    handler.setFormatter(MaskingFormatter())
    logger = logging.getLogger("portal.test_server_logs")
    logger.addHandler(handler)
    set_request_id("abc123")
    try:
        with time_machine.travel(dt.datetime(2026, 11, 22, 23, 59, tzinfo=SHANGHAI), tick=False):
            logger.warning("第一天 %s", "13800138000")
        with time_machine.travel(dt.datetime(2026, 11, 23, 0, 1, tzinfo=SHANGHAI), tick=False):
            try:
                raise ValueError("token=abcdef")
            except ValueError:
                logger.exception("第二天")
    finally:
        set_request_id("")
        handler.close()
    first, second = sorted((tmp_path / "logs").iterdir())
    assert first.name.startswith("portal-2026-11-22-")
    assert second.name.startswith("portal-2026-11-23-")
    assert first.name.endswith(f"-{os.getpid()}.log")
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert stat.S_IMODE(first.parent.stat().st_mode) == 0o700
    assert "WARNING abc123 portal.test_server_logs 第一天 ‹手机号›" in first.read_text("utf-8")
    text = second.read_text("utf-8")
    assert "Traceback" in text
    assert "abcdef" not in text


def test_a_forked_process_writes_a_file_of_its_own(tmp_path: Path) -> None:
    handler = DailyFileHandler(tmp_path)
    record = logging.LogRecord("x", logging.INFO, "", 1, "line", None, None)
    handler.emit(record)
    child = os.fork()
    if child == 0:
        handler.emit(record)
        os._exit(0)
    os.waitpid(child, 0)
    handler.close()
    assert {path.name.rsplit("-", 1)[1] for path in tmp_path.iterdir()} == {
        f"{os.getpid()}.log",
        f"{child}.log",
    }
    assert [path.read_text() for path in tmp_path.iterdir()] == ["line\n", "line\n"]


def test_a_folder_that_cannot_be_written_stops_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "logs").write_text("a file where the folder should be")
    handler = DailyFileHandler(tmp_path / "logs")
    handler.emit(logging.LogRecord("x", logging.INFO, "", 1, "line", None, None))
    assert "Logging error" in capsys.readouterr().err


def test_only_files_past_their_time_are_deleted_and_never_below_six_months(tmp_path: Path) -> None:
    def name(age: int) -> str:
        return f"portal-{TODAY - dt.timedelta(days=age)}-web-12.log"

    others = [
        "notes.txt",
        "portal-2020-13-01-web-1.log",
        "portal-2020-01-01.log",
        "other-2020-01-01-web-1.log",
    ]
    for each in [*map(name, (0, 183, 184, 190, 191, 4000)), *others]:
        (tmp_path / each).touch()
    assert {path.name for path in delete_old_logs(tmp_path, TODAY, 190)} == {name(191), name(4000)}
    assert {path.name for path in delete_old_logs(tmp_path, TODAY, 0)} == {name(184), name(190)}
    assert {path.name for path in tmp_path.iterdir()} == {name(0), name(183), *others}


def test_the_step_of_the_day_never_looks_ahead(tmp_path: Path) -> None:
    today = timezone.localdate()
    young = tmp_path / f"portal-{today - dt.timedelta(days=100)}-web-1.log"
    old = tmp_path / f"portal-{today - dt.timedelta(days=300)}-web-1.log"
    young.touch()
    old.touch()
    with override_settings(LOG_DIR=tmp_path):
        assert "1" in delete_old_logs_daily(today + dt.timedelta(days=365))
        assert "0" in delete_old_logs_daily(today)
    assert young.exists()
    with override_settings(LOG_DIR=tmp_path / "none yet"):
        assert "0" in delete_old_logs_daily(today)


def test_a_setting_below_six_months_is_refused() -> None:
    assert settings.LOG_RETENTION_DAYS >= 190
    with override_settings(LOG_RETENTION_DAYS=FLOOR_DAYS - 1):
        assert "audit.E003" in [message.id for message in run_checks(tags=["security"])]
    with override_settings(LOG_RETENTION_DAYS=FLOOR_DAYS):
        assert "audit.E003" not in [message.id for message in run_checks(tags=["security"])]


def test_everything_is_logged_to_files_as_well() -> None:
    assert settings.LOGGING["root"]["handlers"] == ["stderr", "files"]
    assert Path(settings.LOGGING["handlers"]["files"]["folder"]) == Path(settings.DATA_DIR) / "logs"
