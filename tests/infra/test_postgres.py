"""The private PostgreSQL: made once, started again and again, closed to others."""

from __future__ import annotations

import socket
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from infra import ports
from infra.postgres import Server

pytestmark = [pytest.mark.postgres, pytest.mark.setup, pytest.mark.database("sqlite")]


@pytest.fixture
def server() -> Iterator[Server]:
    """A server in a folder that its own account may enter, unlike the folders pytest makes."""
    with tempfile.TemporaryDirectory(prefix="zhiping-test-postgres-") as folder:
        Path(folder).chmod(0o755)
        running = Server(Path(folder) / "postgres", throwaway=True)
        yield running
        running.stop()


def test_life_of_a_server(server: Server) -> None:
    url = server.start()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('备案')")
    assert server.start() == url, "starting a running server changes nothing"
    assert server.stop()
    assert not server.stop()
    with psycopg.connect(server.start()) as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("备案",)
        assert connection.execute("SHOW lc_collate").fetchone() == ("C.UTF-8",)
        assert connection.execute("SHOW listen_addresses").fetchone() == ("127.0.0.1",)


def test_server_asks_for_its_password(server: Server) -> None:
    url = server.start()
    password = urlsplit(url).password
    assert password
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url.replace(password, "wrong"))


def test_address_is_readable_by_its_owner_only(server: Server) -> None:
    server.start()
    assert stat.S_IMODE((server.folder / "url").stat().st_mode) == 0o600


def test_another_port_is_taken_when_the_old_one_is_in_use(server: Server) -> None:
    old = urlsplit(server.start()).port
    server.stop()
    with socket.create_server((ports.HOST, old or 0)):
        new = urlsplit(server.start()).port
        assert new != old
        psycopg.connect(server.url).close()


def test_interrupted_making_is_done_again(server: Server) -> None:
    (server.folder / "cluster.new" / "half").mkdir(parents=True)
    psycopg.connect(server.start()).close()
    assert not (server.folder / "cluster.new").exists()


def test_address_before_the_first_start_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        _ = Server(tmp_path / "nothing").url
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
