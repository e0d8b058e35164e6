"""What the worker does over and over: each app adds its tasks, ``run_worker`` runs them in turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BackgroundTask:
    """A task: ``run()`` does what is due and returns how much that was; ``every`` is the pause in seconds.

    ``aside`` is for a task that may take long: it runs on a thread of its own, so that the search index and the
    schedule of notices do not wait for it.
    """

    name: str
    run: Callable[[], int]
    every: float
    aside: bool = False


_tasks: dict[str, BackgroundTask] = {}


def register_background(task: BackgroundTask) -> None:
    """Add a task (from an app's ``ready``); the same name again replaces it."""
    _tasks[task.name] = task


def background_tasks() -> list[BackgroundTask]:
    """All tasks by name."""
    return [_tasks[name] for name in sorted(_tasks)]
