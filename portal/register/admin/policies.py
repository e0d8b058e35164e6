"""Wagtail's screens ask the table of powers about the models of the register."""

from __future__ import annotations

from wagtail.permissions import register_permission_policy

from portal.accounts.models import Authority, District
from portal.accounts.policy import OfficePolicy
from portal.register.models import (
    CalendarYear,
    FeeSchedule,
    FileNote,
    Filing,
    FilingEvent,
    ImportRun,
    Institution,
    Occupation,
    ScopeItem,
    Site,
    Standard,
)

MODELS = (
    Institution,
    Filing,
    ScopeItem,
    Site,
    FilingEvent,
    FileNote,
    FeeSchedule,
    ImportRun,
    Occupation,
    Standard,
    CalendarYear,
    District,
    Authority,
)


def register_policies() -> None:
    """From the app's ``ready``: before any screen asks."""
    for model in MODELS:
        register_permission_policy(model, OfficePolicy(model))
