"""The worker's loop: tasks that come round by themselves, each failing for itself."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from portal.contracts.background import background_tasks
from search.engine import IndexUnavailableError
from search.pipeline import BATCH, Pipeline
from search.rebuild import rebuild
from search.store import Store, current_folder

logger = logging.getLogger(__name__)

#: Seconds between two rounds when nothing was to be done.
PAUSE = 0.25
_LONGEST_PAUSE = 30.0
#: Seconds that a long task has to come to its end when the worker is told to stop.
STOP_WITHIN = 10.0


@dataclass
class Task:
    """Something done again and again. ``run`` returns how much it did; a failure makes the next wait longer.

    ``aside`` puts it on the second thread, for what may take long.
    """

    name: str
    run: Callable[[], int]
    every: float = PAUSE
    aside: bool = False
    due_at: float = 0.0
    failures: int = 0

    def attempt(self) -> int:
        """Run if it is time; never raises for anything but the end of the process."""
        if time.monotonic() < self.due_at:
            return 0
        try:
            done = self.run()
        except Exception as error:  # noqa: BLE001 - whatever it is, the other tasks go on
            self._note_failure(error)
            return 0
        if self.failures:
            logger.info("%s works again after %s failures", self.name, self.failures)
        self.failures = 0
        self.due_at = time.monotonic() + self.every
        return done

    def _note_failure(self, error: Exception) -> None:
        self.failures += 1
        pause = min(PAUSE * 2 ** min(self.failures, 10), _LONGEST_PAUSE)
        self.due_at = time.monotonic() + pause
        # The first one in full; an outage then costs a line a try, not a page.
        logger.error("%s failed, again in %.1f s: %r", self.name, pause, error, exc_info=self.failures == 1)
        if isinstance(error, DatabaseError):
            connections.close_all()


class Worker:
    """Drains the outbox, publishes what is scheduled, renews what time has made wrong, and does what apps registered."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.pipeline = Pipeline(store)
        self.stopping = threading.Event()
        self._found_stale: set[str] = set()
        self.tasks = [
            Task("publish scheduled", publish_scheduled, every=0.5),
            Task("drain outbox", self.drain),
            Task("renew stale entries", self.renew_stale, every=5.0),
        ]
        self.tasks += [
            Task(task.name, task.run, every=task.every, aside=task.aside) for task in background_tasks()
        ]

    def run(self) -> None:
        """Run until told to stop; the batch under way is finished first."""
        aside = threading.Thread(target=self._run_aside, name="worker-aside", daemon=True)
        aside.start()
        try:
            self._go_round([task for task in self.tasks if not task.aside])
        finally:
            self.stopping.set()
            aside.join(timeout=STOP_WITHIN)
            self.pipeline.close()

    def _run_aside(self) -> None:
        try:
            self._go_round([task for task in self.tasks if task.aside])
        finally:
            connections.close_all()

    def _go_round(self, tasks: list[Task]) -> None:
        while not self.stopping.is_set():
            close_old_connections()
            # Every task has its turn: no short cut at the first that did something.
            done = sum([task.attempt() for task in tasks])
            if not done:
                self.stopping.wait(PAUSE)

    def run_once(self) -> int:
        """Do everything that is due, until nothing is left; return how much was done. Raises what fails."""
        total = 0
        while done := sum([task.run() for task in self.tasks]):
            total += done
        self.pipeline.close()
        return total

    def drain(self) -> int:
        """Apply the outbox, a batch at a time, as long as there is more; build the index first if there is none."""
        self._ensure_index()
        total = 0
        while not self.stopping.is_set():
            done = self.pipeline.drain()
            total += done
            if done < BATCH:
                break
        return total

    def renew_stale(self) -> int:
        """Renew entries that time has made wrong. One that stays so is reported, not renewed without end."""
        day = timezone.localdate()
        before = self._found_stale
        keys = self.pipeline.refresh_stale(day)
        self._found_stale = {f"{day}:{key}" for key in keys}
        stuck = before & self._found_stale
        if stuck:
            logger.error("entries stay out of date after renewal: %s", ", ".join(sorted(stuck)[:10]))
        return len(self._found_stale - before)

    def _ensure_index(self) -> None:
        try:
            current_folder(self.store.root)
        except IndexUnavailableError as error:
            logger.warning("building the search index: %s", error)
            count = rebuild(self.store.root)
            logger.info("search index built with %s entries", count)


def publish_scheduled() -> int:
    """Publish and expire the notices whose time has come."""
    from portal.notices.services.scheduled import publish_due

    return int(publish_due(timezone.now()))
