"""What a fresh portal is filled with: each app adds its steps, one command runs them all in order.

The commands live in the register, which may not import the apps after it; those add their steps from ``ready``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Two fillings: facts that every portal needs, and invented content that shows what it does."""

    REFERENCE = "reference"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class SetupStep:
    """A step: ``run`` may be called again at any time, changes nothing then, and returns a line for the screen."""

    stage: Stage
    order: int
    label: str
    run: Callable[[], str]


_steps: dict[tuple[Stage, str], SetupStep] = {}


def register_step(stage: Stage, order: int, label: str, run: Callable[[], str]) -> None:
    """Add a step; the register has the orders below 100. The same label again replaces the step."""
    _steps[stage, label] = SetupStep(stage, order, label, run)


def steps_of(stage: Stage) -> list[SetupStep]:
    """The steps of a stage in the order in which they are run."""
    return sorted((step for step in _steps.values() if step.stage is stage), key=lambda step: step.order)
