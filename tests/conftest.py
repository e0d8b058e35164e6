"""What every test shares: the plug-ins of the suite and the profile of the property tests."""

from __future__ import annotations

import os

import pytest
from django.db import connections
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.services", "tests.protected_tables"]

# The same examples on every run; `make soak` looks much further.
settings.register_profile(
    "suite",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=50,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("soak", settings.get_profile("suite"), derandomize=False, max_examples=5000)
settings.load_profile("soak" if os.environ.get("SOAK") else "suite")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Keep what the migrations wrote where every connection of this process finds it.

    Django puts it on the connection of the moment. Once a browser is driven, its event loop makes Django hand out
    another connection, and tests that ask for a serialized rollback would silently start from empty tables.
    """
    present = connections["default"]
    contents = getattr(present, "_test_serialized_contents", None)
    if contents is not None:
        setattr(type(present), "_test_serialized_contents", contents)  # noqa: B010 - no such field in its types
