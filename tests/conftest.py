"""What every test shares: the plug-ins of the suite and the profile of the property tests."""

from __future__ import annotations

import os

import pytest
from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connections
from django.db.backends.base.creation import BaseDatabaseCreation
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

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
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """A database with the site's tree, and one that comes back as the migrations wrote it for who asks."""
    _let_serialized_rows_come_back()
    with django_db_blocker.unblock():
        make_site_tree_once()


def make_site_tree_once() -> None:
    """Make the site's tree, groups and workflow outside every test: making it anew takes a second a test.

    A test that empties the tables (``transaction=True``) runs after those that share this tree.
    """
    from portal.notices.services.powers import ensure_groups_and_workflow
    from portal.notices.services.site_tree import ensure_site_tree
    from search.models import SearchOutbox

    ensure_site_tree()
    ensure_groups_and_workflow()
    SearchOutbox.objects.all().delete()


def _let_serialized_rows_come_back() -> None:
    """Let a test that asks for it find exactly what the migrations wrote.

    Django keeps that on the connection of the moment. Once a browser is driven, its event loop makes Django hand out
    another connection, and such tests would silently start from empty tables. And after a transactional test that
    did not ask, content types stand there anew under other keys: the tables are emptied before they are filled.
    """
    present = connections["default"]
    contents = getattr(present, "_test_serialized_contents", None)
    if contents is None:
        return
    setattr(type(present), "_test_serialized_contents", contents)  # noqa: B010 - no such field in its types
    creation = type(present.creation)
    fill = creation.deserialize_db_from_string

    def empty_and_fill(self: BaseDatabaseCreation, data: str) -> None:
        call_command(
            "flush", verbosity=0, interactive=False, inhibit_post_migrate=True, reset_sequences=False
        )
        fill(self, data)
        # Rows came back under their old keys: sequences go on behind the highest.
        with self.connection.cursor() as cursor:
            for statement in self.connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
                cursor.execute(statement)

    setattr(creation, "deserialize_db_from_string", empty_and_fill)  # noqa: B010 - a method of the class
