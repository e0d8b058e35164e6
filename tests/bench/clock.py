"""Taking times: of calls, of WSGI requests in this process, of a real server."""

from __future__ import annotations

import contextlib
import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import psutil

ROOT = Path(__file__).resolve().parents[2]
Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def percentile(times: list[float], share: float) -> float:
    """The time within which ``share`` (0–1) of the calls were done, in seconds."""
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(times: list[float]) -> float:
    """The middle one."""
    return statistics.median(times)


def request(application: Application, address: str) -> tuple[float, int, bytes]:
    """Ask for an address through WSGI; return seconds, status and body."""
    parts = urlsplit(address)
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": parts.path,
        "QUERY_STRING": quote(parts.query, safe="=&:%"),
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "HTTP_HOST": "127.0.0.1",
        "REMOTE_ADDR": "127.0.0.1",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    status: list[int] = []
    started = time.perf_counter()
    response = application(environ, lambda line, headers, error=None: status.append(int(line[:3])))
    body = b"".join(response)
    close = getattr(response, "close", None)
    if close is not None:
        close()
    return time.perf_counter() - started, status[0], body


def must_answer(application: Application, address: str) -> bytes:
    """The body of an address that has to answer 200."""
    _seconds, status, body = request(application, address)
    if status != 200:
        raise SystemExit(f"✗ {address} 回答 {status}，无法测量。(answered {status})")
    return body


def times_of(application: Application, addresses: list[str], rounds: int) -> list[float]:
    """Times of all addresses, asked for in turn, after one warm-up each."""
    for address in addresses:
        must_answer(application, address)
    return [request(application, address)[0] for _ in range(rounds) for address in addresses]


@dataclass
class Server:
    """A granian on the loopback address."""

    port: int
    process: subprocess.Popen[bytes]
    peak: int = 0
    _watching: threading.Event = field(default_factory=threading.Event)

    def processes(self) -> list[psutil.Process]:
        """The server with its workers."""
        parent = psutil.Process(self.process.pid)
        return [parent, *parent.children(recursive=True)]

    def memory(self) -> int:
        """Resident memory of all of them, in bytes."""
        total = 0
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_info().rss
        return total

    @contextlib.contextmanager
    def watched(self) -> Iterator[None]:
        """Note the highest memory use during a block in ``peak``."""
        self.peak = self.memory()
        self._watching.set()
        thread = threading.Thread(target=self._watch, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._watching.clear()
            thread.join()

    def _watch(self) -> None:
        while self._watching.is_set():
            self.peak = max(self.peak, self.memory())
            time.sleep(0.02)

    def get(self, address: str) -> tuple[float, float, int]:
        """Ask for an address; return seconds to the first byte of the body, seconds in all, bytes."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        parts = urlsplit(address)
        started = time.perf_counter()
        connection.request("GET", parts.path + ("?" + quote(parts.query, safe="=&:%") if parts.query else ""))
        response = connection.getresponse()
        size = len(response.read(1))
        first = time.perf_counter() - started
        while piece := response.read(65536):
            size += len(piece)
        if response.status != 200:
            raise SystemExit(f"✗ {address} 回答 {response.status}，无法测量。(answered {response.status})")
        connection.close()
        return first, time.perf_counter() - started, size


@contextlib.contextmanager
def granian() -> Iterator[Server]:
    """Start the server as `make run` does, on a free port; end it afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "portal.wsgi:application", "--interface", "wsgi"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--blocking-threads", "4"]
    process = subprocess.Popen([*command, "--no-ws", "--log-level", "error"], cwd=ROOT, env=dict(os.environ))
    server = Server(port, process)
    try:
        _wait_for(server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(server: Server, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            server.get("/readyz")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("✗ 服务器未能启动。(the server did not start)")
