"""What every test of the register's screens may ask for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from portal.accounts.models import Role, User
from tests.factories.people import make_person
from tests.factories.register import (
    make_authority,
)
from tests.factories.tables import make_reference_rows


@pytest.fixture
def folders(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    make_reference_rows()


@pytest.fixture
def officer(client: Client) -> User:
    user = make_person("yuzhong", Role.CASE_OFFICER, office=make_authority())
    client.force_login(user)
    return user
