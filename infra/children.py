"""Child processes that are kept alive: started, restarted with a growing pause, ended with all they started.

Standard library only, and no word about the portal: ``supervisor`` says what the children are.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
#: Seconds after which a child counts as well again, so that its next pause is a short one.
STEADY_AFTER = 60.0
#: Seconds that a child has to end by itself.
GRACE = 15.0

_PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform.startswith("linux") else None


def end_with_parent() -> None:
    """In the child: be told to end when the parent dies without a word (Linux)."""
    if _libc is not None:
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@dataclass
class Child:
    """One command that should always be running. Times are seconds of a monotonic clock."""

    name: str
    command: list[str]
    environment: dict[str, str] | None = None
    process: subprocess.Popen[bytes] | None = None
    failures: int = 0
    started_at: float = 0.0
    start_again_at: float = 0.0

    @property
    def is_running(self) -> bool:
        """Whether the process exists and has not ended."""
        return self.process is not None and self.process.poll() is None

    def start(self) -> None:
        """Start the command in a process group of its own, so that a Ctrl-C reaches only the parent."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            # Safe here: the parent has no threads.
            preexec_fn=end_with_parent,  # noqa: PLW1509
        )

    def note_death(self) -> float:
        """After it ended: clear what it left running and return the pause before the next start, in seconds."""
        assert self.process is not None
        self.signal_group(signal.SIGKILL)
        now = time.monotonic()
        self.failures = 1 if now - self.started_at > STEADY_AFTER else self.failures + 1
        pause: float = min(FIRST_PAUSE * 2 ** (self.failures - 1), LONGEST_PAUSE)
        self.process = None
        self.start_again_at = now + pause
        return pause

    def signal_group(self, number: int) -> None:
        """Send a signal to the process and to everything it started."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            return

    def terminate(self) -> None:
        """Ask the process itself to end; it ends its own children in good order."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()


def keep_alive(child: Child, report: Callable[[str], None]) -> None:
    """Start the child if it is time to, or note that it has died. Called often."""
    if child.process is not None:
        status = child.process.poll()
        if status is not None:
            pause = child.note_death()
            report(
                f"! {child.name} 已退出（{status}），{pause:.0f} 秒后重启。({child.name} ended, restarting.)"
            )
    elif time.monotonic() >= child.start_again_at:
        child.start()


def end_all(children: list[Child], grace: float = GRACE, hurry: Callable[[], bool] = lambda: False) -> bool:
    """End all children; True when each ended by itself within ``grace`` seconds.

    ``hurry`` is asked while waiting and cuts the wait short (a second Ctrl-C).
    """
    for child in children:
        child.terminate()
    deadline = time.monotonic() + grace
    while any(child.is_running for child in children) and time.monotonic() < deadline and not hurry():
        time.sleep(0.05)
    clean = not any(child.is_running for child in children)
    for child in children:
        child.signal_group(signal.SIGKILL)
        if child.process is not None:
            child.process.wait()
            child.process = None
    return clean
