"""The parent process of a running portal: set-up, then the web server and the worker, kept alive.

Run inside the virtual environment (``python -m infra.supervisor``; ``make run`` does). SIGTERM and Ctrl-C end
both children in good order; a second Ctrl-C does not wait for them.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from types import FrameType
from typing import TextIO
from urllib.error import URLError

from infra import ports
from infra.bootstrap import ROOT
from infra.children import Child, end_all, end_with_parent, keep_alive
from infra.console import fail, prepare_streams, say

WEB_PROCESSES = 2
#: Threads for requests in each web process. Most of a request is Python, which runs one thread at a time.
WEB_THREADS = 4
READY_WITHIN = 90.0
#: A child that dies this often before the portal was ever ready will not get well by itself.
HOPELESS_AFTER = 4


def web_command(port: int) -> list[str]:
    """The web server: granian with the portal's WSGI application, on the loopback address."""
    return [
        *[sys.executable, "-m", "granian", "portal.wsgi:application", "--interface", "wsgi"],
        *["--host", ports.HOST, "--port", str(port), "--workers", str(WEB_PROCESSES)],
        *["--blocking-threads", str(WEB_THREADS), "--no-ws", "--log-level", "warning"],
        *["--respawn-failed-workers", "--workers-kill-timeout", "10"],
    ]


def worker_command() -> list[str]:
    """The worker: one process for the search outbox and everything that happens at a time of day."""
    return [sys.executable, str(ROOT / "manage.py"), "run_worker"]


class Supervisor:
    """Keeps the children running until told to end."""

    def __init__(self, children: list[Child], port: int) -> None:
        self.children = children
        self.port = port
        self.signals = 0
        self.was_ready = False

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """Count SIGTERM and SIGINT; the loop sees it."""
        self.signals += 1

    def run(self, announce: str) -> int:
        """Run until a signal; return the exit status."""
        signal.signal(signal.SIGTERM, self.on_signal)
        signal.signal(signal.SIGINT, self.on_signal)
        give_up_at = time.monotonic() + READY_WITHIN
        status = 0
        while not self.signals:
            for child in self.children:
                keep_alive(child, say)
            if not self.was_ready:
                if self._is_hopeless() or time.monotonic() > give_up_at:
                    say("✗ 门户未能启动，原因见上面的日志。(The portal did not start, see the lines above.)")
                    status = 1
                    break
                if is_ready(self.port):
                    self.was_ready = True
                    say(announce)
            time.sleep(0.2)
        say("▸ 正在停止 (stopping) …")
        clean = end_all(self.children, hurry=lambda: self.signals > 1)
        say("  ✓ 已停止 (stopped)" if clean else "  ! 已强制停止 (killed)")
        return status

    def _is_hopeless(self) -> bool:
        return any(child.failures >= HOPELESS_AFTER for child in self.children)


def is_ready(port: int) -> bool:
    """Whether ``/readyz`` answers 200 now."""
    hosts = [host for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host and "*" not in host]
    request = urllib.request.Request(f"http://{ports.HOST}:{port}/readyz")
    # What a proxy in front would say, so that a portal set up for its public name answers too.
    request.add_header("Host", hosts[0].strip().lstrip(".") if hosts else f"{ports.HOST}:{port}")
    request.add_header("X-Forwarded-Proto", "https")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError, ValueError):
        return False


def announcement(port: int, data_dir: Path) -> str:
    """What stands on the screen when the portal is ready: the address and the demo logins."""
    address = f"http://{ports.HOST}:{port}/"
    lines = ["", f"✓ 门户已就绪 (ready)：{address}", f"  管理后台 (admin)：{address}admin/"]
    logins = data_dir / "demo-logins.json"
    if logins.exists():
        lines.append("  演示账号 (demo logins)：")
        for login in json.loads(logins.read_text(encoding="utf-8")):
            lines.append(f"    {login['user']:<16} {login['password']:<20} {login['role']}")
    lines += [f"  数据文件夹 (data)：{data_dir}", "  按 Ctrl-C 停止 (press Ctrl-C to stop)", ""]
    return "\n".join(lines)


def claim(data_dir: Path) -> TextIO:
    """Hold the data folder for this portal: the search index has one writer. Ends when another holds it."""
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = (data_dir / "running.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        fail(
            f"数据文件夹 {data_dir} 已有一个门户在使用，请先停止它，或用 PORTAL_DATA=路径 另选文件夹。"
            "(Another portal is using this data folder.)"
        )
    return handle


def prepare() -> None:
    """First-run set-up in a process of its own, so that the parent stays small. Ends when it fails."""
    process = subprocess.Popen(
        [sys.executable, "-m", "infra.prepare"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        preexec_fn=end_with_parent,  # noqa: PLW1509
    )
    try:
        status = process.wait()
    except KeyboardInterrupt:
        # A step that is cut off leaves no mark and its transaction is rolled back.
        process.terminate()
        process.wait()
        raise
    if status:
        raise SystemExit(1)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def serve() -> int:
    """Claim the data folder, set up what is missing, serve; return the exit status."""
    from portal.settings.environment import DATA_DIR

    port = ports.port_from_environment()
    ports.require_free(port)
    lock = claim(DATA_DIR)
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    prepare()
    children = [
        Child("web", web_command(port), environment),
        Child("worker", worker_command(), environment),
    ]
    status = Supervisor(children, port).run(announcement(port, DATA_DIR))
    lock.close()
    return status


def main() -> None:
    """Serve; before the children run, SIGTERM means the same as Ctrl-C."""
    prepare_streams()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        status = serve()
    except KeyboardInterrupt:
        fail("已中断；重新运行会接着做完。(Interrupted: run it again to go on.)")
    raise SystemExit(status)


if __name__ == "__main__":
    main()
