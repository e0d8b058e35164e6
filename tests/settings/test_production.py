"""Production refuses to start on a missing or weak key; keys of the embedded form stay outside the checkout."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from portal.settings.database import database_from_url, sqlite_database
from portal.settings.environment import BASE_DIR, default_data_dir
from portal.settings.keys import load_or_create_keys

GOOD_KEY = "k" * 50


def start_production(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {
        name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}
    }
    clean |= {
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "PORTAL_DATA": str(tmp_path),
    } | environment
    code = "from django.conf import settings; settings.DEBUG; print('started')"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=BASE_DIR, env=clean, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, "SECRET_KEY"),
        ({"SECRET_KEY": "short", "SIGNING_KEY": GOOD_KEY, "ALLOWED_HOSTS": "example.cn"}, "SECRET_KEY"),
        ({"SECRET_KEY": GOOD_KEY, "ALLOWED_HOSTS": "example.cn"}, "SIGNING_KEY"),
        ({"SECRET_KEY": GOOD_KEY, "SIGNING_KEY": GOOD_KEY}, "ALLOWED_HOSTS"),
    ],
)
def test_production_names_what_is_missing(tmp_path: Path, environment: dict[str, str], named: str) -> None:
    result = start_production(tmp_path, **environment)
    assert result.returncode != 0
    assert named in result.stderr.splitlines()[-1]


def test_production_starts_with_all_keys(tmp_path: Path) -> None:
    result = start_production(tmp_path, SECRET_KEY=GOOD_KEY, SIGNING_KEY=GOOD_KEY, ALLOWED_HOSTS="example.cn")
    assert result.stdout.strip() == "started", result.stderr


def test_keys_are_made_once_even_by_many_at_a_time(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _n: load_or_create_keys(tmp_path / "data"), range(16)))
    assert all(keys == made[0] for keys in made)
    assert all(len(key) >= 40 for key in made[0].values())
    file = tmp_path / "data" / "keys.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in file.parent.iterdir()] == ["keys.json"]


def test_the_data_folder_lies_outside_the_checkout_and_differs_between_checkouts() -> None:
    one, other = default_data_dir(Path("/a/portal")), default_data_dir(Path("/b/portal"))
    assert one != other
    assert not default_data_dir(BASE_DIR).is_relative_to(BASE_DIR)


def test_sqlite_is_set_up_for_many_writers_whatever_way_it_is_named() -> None:
    for config in (sqlite_database("/x/y.sqlite3"), database_from_url("sqlite:////x/y.sqlite3")):
        assert config["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        assert config["OPTIONS"]["timeout"] == 20
        for pragma in ("journal_mode=WAL", "foreign_keys=ON", "recursive_triggers=ON"):
            assert pragma in config["OPTIONS"]["init_command"]


def test_postgresql_comes_from_its_address() -> None:
    config = database_from_url("postgresql://someone@127.0.0.1:5433/portal")
    assert config["ENGINE"] == "django.db.backends.postgresql"
    assert (config["HOST"], config["PORT"], config["NAME"]) == ("127.0.0.1", 5433, "portal")
