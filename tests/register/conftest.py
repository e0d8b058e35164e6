"""Pages of the register are tested on the directory that answers from the database."""

from __future__ import annotations

import pytest

from portal.contracts import directory
from portal.notices import page_cache
from portal.register.services.directory_sql import SqlDirectory


@pytest.fixture
def database_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the engine that is always right: what an index adds has tests of its own."""
    monkeypatch.setattr(directory, "_engines", [(0, SqlDirectory)])


@pytest.fixture
def uncached(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every page is drawn anew: a page kept from another test would answer for the wrong register."""
    monkeypatch.setattr(page_cache, "may_ask", lambda request: False)
