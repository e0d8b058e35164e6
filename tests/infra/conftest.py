"""What the tests of the set-up share: Python programs that stand in for long-running children."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import pytest


@pytest.fixture
def python_program() -> Callable[[str], list[str]]:
    """Command that runs a few lines of Python."""
    return lambda code: [sys.executable, "-c", code]


@pytest.fixture
def wait_until() -> Callable[..., None]:
    """Wait for a condition, at most ``seconds``; fail with ``what`` when it does not come."""

    def wait(condition: Callable[[], bool], what: str, seconds: float = 15.0) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, f"waited {seconds:.0f} s for {what}"
            time.sleep(0.05)

    return wait
