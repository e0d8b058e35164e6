"""A portal started as ``make run`` starts it, on a data folder and a port of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import psutil

from infra.bootstrap import ROOT
from infra.ports import HOST

READY = "门户已就绪"
#: Variables of the test run that would lead the portal elsewhere.
OURS = ("DJANGO_SETTINGS_MODULE", "SECRET_KEY", "SIGNING_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "PORTAL_DATA")


class RunningPortal:
    """One ``make run``: what it prints goes to a file."""

    def __init__(self, data: Path, port: int, database_url: str = "") -> None:
        self.data, self.port = data, port
        self.output = data.parent / f"output-{port}-{time.monotonic_ns()}.txt"
        self._environment = {name: value for name, value in os.environ.items() if name not in OURS}
        self._environment |= {"PORTAL_DATA": str(data), "PORT": str(port)}
        if database_url:
            self._environment["DATABASE_URL"] = database_url
        self.process: subprocess.Popen[bytes] | None = None
        self.took = 0.0

    def start(self) -> None:
        """Start it and return at once."""
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "infra.run"],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def said(self) -> str:
        """What stands on its screen so far."""
        return self.output.read_text(encoding="utf-8")

    def wait_until_ready(self, seconds: float) -> float:
        """Wait for the announcement; return how long it took, in seconds."""
        assert self.process is not None
        started = time.monotonic()
        while READY not in self.said:
            assert self.process.poll() is None, self.said
            assert time.monotonic() - started < seconds, self.said
            time.sleep(0.1)
        self.took = time.monotonic() - started
        return self.took

    def status_of(self, path: str) -> int:
        """HTTP status of a page; 0 when nothing answers."""
        try:
            with urllib.request.urlopen(f"http://{HOST}:{self.port}{path}", timeout=20) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return int(error.code)
        except OSError:
            return 0

    def child(self, word: str) -> psutil.Process | None:
        """The direct child whose command line holds the word."""
        assert self.process is not None
        for child in psutil.Process(self.process.pid).children():
            try:
                if word in " ".join(child.cmdline()):
                    return child
            except psutil.Error:
                continue
        return None

    def descendants(self) -> list[psutil.Process]:
        """Every process that it started, directly or not."""
        assert self.process is not None
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self, number: int = signal.SIGTERM, seconds: float = 40) -> int:
        """Send a signal and return the exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=seconds)

    def kill(self) -> None:
        """Whatever happened: leave nothing running."""
        if self.process is not None and self.process.poll() is None:
            left = self.descendants()
            self.process.kill()
            for process in left:
                if process.is_running():
                    process.kill()
            self.process.wait()
