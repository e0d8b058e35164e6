"""The bench itself works: a small run measures everything it promises."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.setup
def test_a_quick_run_prints_every_measurement() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PORTAL_")}
    process = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert process.returncode == 0, process.stderr[-3000:]
    for what in (
        "directory page, 40 institutions, p95",
        "directory page, 120 institutions, p95",
        "institution page, uncached",
        "notice page, uncached, speed of a stock page",
        "notice page, cached, speed of a stock page",
        "on granian",
        "CSV of 3,600 scope rows, first byte",
        "CSV of 3,600 scope rows, memory above idle",
        "staff list of filings, of a bare list",
        "audit: 8 writers, record(), speed of a bare insert",
        "audit: linking",
        "audit: verifying",
        "audit: list of the log, of a bare list",
    ):
        assert what in process.stdout
