"""The daily run: every step that an app has registered, once a day, whoever calls and however often.

The worker runs each step from its time of day on (Asia/Shanghai); ``manage.py run_daily`` runs what is missing at
once. A step that fails does not stop the others and is tried again. Nothing that the public sees depends on it.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import close_old_connections, connection
from django.db.models import F, Q
from django.utils import timezone

from portal.accounts.models import DailyRun
from portal.contracts.daily import DailyStep, daily_steps

logger = logging.getLogger(__name__)

#: A step that somebody started and never finished (the process was killed) may be started again after this.
LEASE = dt.timedelta(minutes=15)
#: The worker's pause before it tries a failed step again.
PAUSE_AFTER_FAILURE = dt.timedelta(minutes=10)
_LINE = 500


@dataclass(frozen=True, slots=True)
class StepReport:
    """How a step went: ``outcome`` is done, failed, or skipped (done before, or under way elsewhere)."""

    step: str
    outcome: str
    line: str


def run_day(day: dt.date) -> list[StepReport]:
    """Run every step that is not done for ``day``, whatever the time; a failed one is tried again at once."""
    return _run(daily_steps(), day, dt.timedelta(0))


def run_due() -> int:
    """Run today's steps whose time has come; returns how many were done. Called by the worker."""
    now = timezone.localtime()
    due = [step for step in daily_steps() if step.not_before <= now.time()]
    done = set(
        DailyRun.objects.filter(day=now.date(), outcome=DailyRun.Outcome.DONE).values_list("step", flat=True)
    )
    reports = _run([step for step in due if step.name not in done], now.date(), PAUSE_AFTER_FAILURE)
    return sum(report.outcome == "done" for report in reports)


def _run(steps: Iterable[DailyStep], day: dt.date, pause: dt.timedelta) -> list[StepReport]:
    return [_run_step(step, day) if _claim(step, day, pause) else _skipped(step, day) for step in steps]


def _claim(step: DailyStep, day: dt.date, pause: dt.timedelta) -> bool:
    """Whether the step is ours to run: one conditional UPDATE, so that of two callers only one gets it."""
    now = timezone.now()
    row, _made = DailyRun.objects.get_or_create(step=step.name, day=day)
    outcomes = DailyRun.Outcome
    free = (
        Q(outcome=outcomes.WAITING)
        | Q(outcome=outcomes.FAILED, finished_at__lte=now - pause)
        | Q(outcome=outcomes.RUNNING, claimed_at__lte=now - LEASE)
    )
    claimed = DailyRun.objects.filter(free, pk=row.pk).update(
        outcome=outcomes.RUNNING, claimed_at=now, tries=F("tries") + 1
    )
    return claimed == 1


def _run_step(step: DailyStep, day: dt.date) -> StepReport:
    try:
        outcome, line = DailyRun.Outcome.DONE, step.run(day)
    except Exception as error:
        logger.exception("daily step %s failed for %s", step.name, day)
        outcome, line = DailyRun.Outcome.FAILED, f"{type(error).__name__}: {error}"
        if not connection.in_atomic_block:
            # A connection that broke under the step would take the report down with it.
            close_old_connections()
    else:
        logger.info("daily step %s for %s: %s", step.name, day, line)
    DailyRun.objects.filter(step=step.name, day=day).update(
        outcome=outcome, finished_at=timezone.now(), line=line[:_LINE]
    )
    return StepReport(step.name, outcome.value, line)


def _skipped(step: DailyStep, day: dt.date) -> StepReport:
    row = DailyRun.objects.get(step=step.name, day=day)
    return StepReport(step.name, "skipped", f"{row.get_outcome_display()} {row.line}".strip())
