"""A private PostgreSQL for this checkout, without Docker: Debian's package, an unprivileged user, one folder.

``python -m infra.postgres start|stop|url [--folder FOLDER] [--throwaway]``. ``start`` may be said again and
again; it prints ``DATABASE_URL=…`` on standard output, everything else goes to standard error. The server
listens on 127.0.0.1 only, on a free port, and asks for a password that is made with the folder.
``--throwaway`` gives up safety against a power cut for speed (tests).

Standard library only.
"""

from __future__ import annotations

import argparse
import os
import pwd
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from infra import ports
from infra.console import fail, prepare_streams

#: Debian's own account for PostgreSQL where it exists; made as a system user where it does not.
SYSTEM_USER = "postgres"
DATABASE = ROLE = "portal"
#: Where the folder goes when root runs this and the data folder is closed to other users.
ROOT_FOLDER = Path("/var/lib/zhiping-portal")
INSTALL_HINT = (
    "请安装 PostgreSQL（Debian/Ubuntu：apt-get install postgresql）后重试。(PostgreSQL is not installed.)"
)
#: For tests: no care for a power cut, and a statement that hangs fails by itself and is named.
THROWAWAY = (
    *("-c fsync=off", "-c synchronous_commit=off", "-c full_page_writes=off"),
    "-c statement_timeout=120s",
)


def find_binaries() -> Path | None:
    """Folder of ``initdb`` and ``pg_ctl``: on the PATH, else the newest that Debian installed."""
    on_path = shutil.which("initdb")
    if on_path and (Path(on_path).resolve().parent / "pg_ctl").exists():
        return Path(on_path).resolve().parent
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    return max(
        (path.parent for path in installed),
        key=lambda folder: [int(number) for number in re.findall(r"\d+", folder.parent.name)],
        default=None,
    )


@dataclass(frozen=True)
class Account:
    """Who runs the server, when root started this; ``None`` stands for the person's own account."""

    uid: int
    gid: int

    @classmethod
    def for_server(cls) -> Account | None:
        """An unprivileged account when root asks (PostgreSQL refuses root), else ``None``."""
        if os.geteuid() != 0:
            return None
        try:
            entry = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            _checked(["useradd", "--system", "--user-group", "--no-create-home", SYSTEM_USER])
            entry = pwd.getpwnam(SYSTEM_USER)
        return cls(entry.pw_uid, entry.pw_gid)

    def prefix(self) -> list[str]:
        """Command words that run the rest as this account."""
        return ["setpriv", f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups", "--"]


class Server:
    """One PostgreSQL in one folder."""

    def __init__(self, folder: Path, *, throwaway: bool = False) -> None:
        self.folder = folder
        self.throwaway = throwaway
        self.cluster = folder / "cluster"
        self.log = folder / "server.log"
        self._url_file = folder / "url"
        self._account = Account.for_server()
        binaries = find_binaries()
        if binaries is None:
            fail(INSTALL_HINT)
        self._binaries = binaries

    @property
    def url(self) -> str:
        """``DATABASE_URL`` of the server; ends when it was never started."""
        if not self._url_file.exists():
            fail("私有 PostgreSQL 尚未建立，请先运行 make services。(Run make services first.)")
        return self._url_file.read_text(encoding="utf-8").strip()

    @property
    def is_running(self) -> bool:
        """Whether the server of this folder is up."""
        return (
            self.cluster.exists() and self._run("pg_ctl", "status", "-D", str(self.cluster)).returncode == 0
        )

    def start(self) -> str:
        """Make the cluster if need be, start it if need be, and return its URL."""
        if self.is_running:
            return self.url
        if not self.cluster.exists():
            self._initialise()
        self._start()
        self._create_database()
        return self.url

    def stop(self) -> bool:
        """Stop it; False when it was not running."""
        if not self.is_running:
            return False
        self._checked("pg_ctl", "stop", "-D", str(self.cluster), "-m", "fast", "-w", "-s")
        return True

    def _initialise(self) -> None:
        """Make the cluster aside and move it into place, so that an interruption leaves no half of one."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self._account:
            os.chown(self.folder, self._account.uid, self._account.gid)
        aside, password_file = self.folder / "cluster.new", self.folder / "password.new"
        shutil.rmtree(aside, ignore_errors=True)
        password = secrets.token_hex(16)
        _write_private(password_file, password, self._account)
        self._checked(
            *["initdb", "-D", str(aside), "--username", ROLE, "--pwfile", str(password_file)],
            *["--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8"],
        )
        password_file.unlink()
        _write_private(self._url_file, f"postgresql://{ROLE}:{password}@{ports.HOST}:0/{DATABASE}\n", None)
        aside.rename(self.cluster)

    def _start(self) -> None:
        """Start on the port of last time, on another one when that has been taken."""
        parts = urlsplit(self.url)
        port = parts.port if parts.port and ports.is_free(parts.port) else ports.unused_port()
        # No Unix socket: its path may be too long, and the loopback address is enough.
        options = ["-c listen_addresses=127.0.0.1", "-c unix_socket_directories=''", f"-p {port}"]
        options += THROWAWAY if self.throwaway else ()
        self._checked(
            *["pg_ctl", "start", "-w", "-s", "-t", "60", "-D", str(self.cluster)],
            *["-l", str(self.log), "-o", " ".join(options)],
        )
        address = f"{parts.username}:{parts.password}@{ports.HOST}:{port}"
        _write_private(self._url_file, f"postgresql://{address}{parts.path}\n", None)

    def _create_database(self) -> None:
        maintenance = self.url.rsplit("/", 1)[0] + "/postgres"
        if DATABASE not in self._psql(maintenance, "SELECT datname FROM pg_database").split():
            self._psql(maintenance, f"CREATE DATABASE {DATABASE}")

    def _psql(self, url: str, statement: str) -> str:
        """Run one statement. The URL goes through the environment: arguments are seen by everybody."""
        parts = urlsplit(url)
        environment = {
            "PGHOST": parts.hostname or "",
            "PGPORT": str(parts.port),
            "PGUSER": parts.username or "",
            "PGPASSWORD": parts.password or "",
            "PGDATABASE": parts.path.lstrip("/"),
        }
        command = [str(self._binaries / "psql"), "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement]
        return _checked(command, environment).strip()

    def _command(self, program: str, *arguments: str) -> list[str]:
        prefix = self._account.prefix() if self._account else []
        return [*prefix, str(self._binaries / program), *arguments]

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self._command(program, *arguments), capture_output=True, text=True, check=False, cwd="/"
        )

    def _checked(self, program: str, *arguments: str) -> None:
        _checked(self._command(program, *arguments))


def _checked(command: list[str], environment: dict[str, str] | None = None) -> str:
    """Run a command; when it fails, end with what it said last. Returns its output.

    Output goes through a file: a server that stays behind would hold a pipe open.
    """
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            cwd="/",
            env={**os.environ, **(environment or {})},
        )
        output.seek(0)
        text = output.read()
    if done.returncode:
        last = (text.strip().splitlines() or ["无输出"])[-1]
        fail(f"{Path(command[0]).name} 失败：{last} (PostgreSQL could not be set up or started.)")
    return text


def _write_private(path: Path, text: str, owner: Account | None) -> None:
    """Write a file that only its owner reads, replacing an old one whole."""
    aside = path.with_name(path.name + ".part")
    aside.unlink(missing_ok=True)
    with os.fdopen(
        os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
    ) as file:
        file.write(text)
    if owner:
        os.chown(aside, owner.uid, owner.gid)
    aside.replace(path)


def _may_enter(folder: Path, account: Account) -> bool:
    """Whether the account can reach ``folder``, which need not exist yet."""
    while not folder.exists():
        folder = folder.parent
    return subprocess.run([*account.prefix(), "test", "-x", str(folder)], check=False).returncode == 0


def default_folder() -> Path:
    """``postgres`` in the data folder; for root a system folder when the server's account cannot go there."""
    from portal.settings.environment import DATA_DIR

    account = Account.for_server()
    if account is None or _may_enter(DATA_DIR, account):
        return DATA_DIR / "postgres"
    return ROOT_FOLDER / DATA_DIR.name / "postgres"


def main(arguments: list[str]) -> None:
    """Entry point of the three commands."""
    prepare_streams()
    parser = argparse.ArgumentParser(prog="python -m infra.postgres", description=__doc__.splitlines()[0])
    parser.add_argument("command", choices=["start", "stop", "url"])
    parser.add_argument("--folder", type=Path, help="where the server lives (default: in the data folder)")
    parser.add_argument("--throwaway", action="store_true", help="faster, not safe against a power cut")
    chosen = parser.parse_args(arguments)
    server = Server((chosen.folder or default_folder()).absolute(), throwaway=chosen.throwaway)
    if chosen.command == "start":
        url = server.start()
        print(f"▸ 私有 PostgreSQL 已运行，数据在 {server.folder} (running)", file=sys.stderr, flush=True)
        print(f"DATABASE_URL={url}", flush=True)
    elif chosen.command == "stop":
        stopped = server.stop()
        print(
            "▸ 已停止 (stopped)" if stopped else "▸ 未在运行 (was not running)", file=sys.stderr, flush=True
        )
    else:
        print(server.url, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
