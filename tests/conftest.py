"""What every test shares: the plug-ins of the suite and the profile of the property tests."""

from __future__ import annotations

import os

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
