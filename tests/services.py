"""Services that some tests need, and what happens when one is not there.

A test that needs a missing service is skipped with the reason, and the reasons are said again at the very
end. With ``REQUIRE_SERVICES=1`` it fails instead. ``TEST_DATABASE_URL`` runs the whole suite on PostgreSQL.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from infra.postgres import Server, find_binaries

REASONS = pytest.StashKey[Counter[str]]()


def services_required() -> bool:
    """Whether a missing service is a failure."""
    return os.environ.get("REQUIRE_SERVICES", "") not in ("", "0")


def missing_service(reason: str) -> NoReturn:
    """Skip the test that asks, or fail it where services are required."""
    if services_required():
        pytest.fail(f"REQUIRE_SERVICES=1: {reason}", pytrace=False)
    pytest.skip(reason)


def find_chromium() -> Path | None:
    """Chromium of the system: ``CHROMIUM``, else by its usual names on the PATH."""
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome", "chrome"]
    found = (shutil.which(name) for name in names if name)
    return next((Path(path) for path in found if path), None)


def suite_vendor() -> str:
    """The database that this run uses: ``postgresql`` or ``sqlite``."""
    from django.db import connection

    return str(connection.vendor)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """URL of a PostgreSQL server on which a test may create databases of its own.

    That of ``TEST_DATABASE_URL``, else a private one that lives as long as the run.
    """
    given = os.environ.get("TEST_DATABASE_URL", "")
    if given.startswith("postgres"):
        yield given
        return
    if find_binaries() is None:
        missing_service("PostgreSQL 未安装 (PostgreSQL is not installed)")
    with tempfile.TemporaryDirectory(prefix="zhiping-test-postgres-") as folder:
        Path(folder).chmod(0o755)  # the server has an account of its own
        server = Server(Path(folder) / "postgres", throwaway=True)
        try:
            yield server.start()
        finally:
            server.stop()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture of a marked test is made: is the service there?"""
    if item.get_closest_marker("postgres") and find_binaries() is None:
        if not os.environ.get("TEST_DATABASE_URL", "").startswith("postgres"):
            missing_service("PostgreSQL 未安装 (PostgreSQL is not installed)")
    if item.get_closest_marker("browser") and find_chromium() is None:
        missing_service("Chromium 未安装 (Chromium is not installed; CHROMIUM=path names one)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests that belong to the other database: nothing is missing, they have their own run."""
    other: list[pytest.Item] = []
    for item in items:
        marker = item.get_closest_marker("database")
        if marker and suite_vendor() not in marker.args:
            other.append(item)
    if other:
        config.hook.pytest_deselected(items=other)
        items[:] = [item for item in items if item not in other]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say plainly what this run did not look at."""
    skipped = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    lines = [f"{count} 项跳过：{reason}" for reason, count in sorted(skipped.items())]
    if suite_vendor() == "sqlite":
        lines.append(
            "本次在 SQLite 上运行；TEST_DATABASE_URL=postgresql://… 可在 PostgreSQL 上运行同样的测试"
        )
    if not os.environ.get("SOAK"):
        lines.append("计数测试只跑短版；make soak 跑长版 (short versions of counted tests)")
    terminalreporter.section("未运行的部分 (what this run left out)")
    for line in lines:
        terminalreporter.line(line)
