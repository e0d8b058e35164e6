"""What ``load_reference`` and ``load_demo`` share: run the steps of a stage and say what each did."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand

from portal.contracts.setup import Stage, steps_of


class SetupCommand(BaseCommand):
    """Runs every step of ``stage`` that the apps have registered."""

    stage: Stage

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a step, with its duration."""
        steps = steps_of(self.stage)
        for number, step in enumerate(steps, start=1):
            started = time.monotonic()
            text = step.run()
            seconds = time.monotonic() - started
            self.stdout.write(f"  [{number}/{len(steps)}] {step.label}：{text}（{seconds:.1f} s）")
            self.stdout.flush()
