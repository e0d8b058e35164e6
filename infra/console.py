"""What the commands say on screen: one line a step, one sentence for a failure."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn, TextIO


def prepare_streams() -> None:
    """Let Chinese text through whatever encoding the terminal has."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def say(text: str) -> None:
    """Print one line at once, also into a pipe."""
    print(text, flush=True)


def fail(sentence: str) -> NoReturn:
    """End the command with one clear sentence and exit status 1."""
    print(f"✗ {sentence}", file=sys.stderr, flush=True)
    raise SystemExit(1)


@contextmanager
def timed_step(label: str) -> Iterator[None]:
    """Announce a step and, once it is done, say how long it took."""
    say(f"▸ {label}")
    started = time.monotonic()
    yield
    say(f"  ✓ {time.monotonic() - started:.1f} s")


class Progress:
    """Counts towards a known total: redrawn in place on a terminal, about every tenth of the way in a pipe."""

    def __init__(self, total: int, stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stdout
        self.total = max(total, 1)
        self.done = 0
        self._in_place = self.stream.isatty()

    def advance(self, text: str) -> None:
        """Count one more and show ``text`` beside the count."""
        self.done = min(self.done + 1, self.total)
        line = f"  [{self.done:>3}/{self.total}] {text}"
        if self._in_place:
            print(f"\r\x1b[K{line[:100]}", end="", file=self.stream, flush=True)
        elif self.done % max(self.total // 10, 1) == 0 or self.done == self.total:
            print(line, file=self.stream, flush=True)

    def finish(self) -> None:
        """Leave the line of the count."""
        if self._in_place and self.done:
            print(file=self.stream, flush=True)
