"""What has to be done once a day: each app adds its steps, ``run_daily`` and the worker run them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DailyStep:
    """A step of the day. ``run(day)`` may be called again on the same day and then changes nothing; it returns a
    line for the log. ``not_before`` is the time of day (Asia/Shanghai) from which the worker runs it."""

    name: str
    run: Callable[[dt.date], str]
    order: int = 100
    not_before: dt.time = dt.time(0, 5)


_steps: dict[str, DailyStep] = {}


def register_daily(step: DailyStep) -> None:
    """Add a step (from an app's ``ready``); the same name again replaces it."""
    _steps[step.name] = step


def daily_steps() -> list[DailyStep]:
    """All steps in the order in which they are run."""
    return sorted(_steps.values(), key=lambda step: (step.order, step.name))
