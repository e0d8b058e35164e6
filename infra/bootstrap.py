"""Make the virtual environment of the checkout and install the locked requirements into it.

Standard library only. ``python -m infra.bootstrap base`` or ``dev``. What is installed is remembered by the
hash of the lock file, so a later call takes milliseconds until the lock changes.
"""

from __future__ import annotations

import fcntl
import hashlib
import re
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.console import Progress, fail, prepare_streams, say

ROOT = Path(__file__).resolve().parents[1]
REQUIRED_PYTHON = (3, 11)
#: The lock files, by name; installing one also gives what those listed after it hold.
INCLUDES = {"base": ("base",), "dev": ("dev", "base")}

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==\S+\s*(?:;\s*(?P<marker>[^\\]*))?")
_SEEN = re.compile(r"^\s*(?:Collecting|Requirement already satisfied:)\s+(?P<pin>[^\s;]+)")


class Environment:
    """The virtual environment of one checkout."""

    def __init__(self, root: Path = ROOT) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.log = self.folder / "install.log"

    def lock_file(self, name: str) -> Path:
        """Path of the locked requirements called ``name``."""
        return self.root / "requirements" / f"{name}.txt"

    def is_current(self, name: str) -> bool:
        """Whether exactly what the lock file says was installed with this Python."""
        try:
            return self._stamp(name).read_text() == self._wanted(name) and self.python.exists()
        except OSError:
            return False

    def mark_current(self, name: str) -> None:
        """Remember that ``name``, and what it includes, is installed."""
        for included in INCLUDES[name]:
            self._stamp(included).write_text(self._wanted(included))

    def forget(self, name: str) -> None:
        """Forget it before an installation, which may be interrupted."""
        for included in INCLUDES[name]:
            self._stamp(included).unlink(missing_ok=True)

    def _stamp(self, name: str) -> Path:
        return self.folder / f".installed-{name}"

    def _wanted(self, name: str) -> str:
        return hashlib.sha256(self.lock_file(name).read_bytes()).hexdigest()


def ensure(name: str, environment: Environment | None = None) -> Path:
    """Install the requirements ``name`` unless they are there; return the environment's Python."""
    env = environment or Environment()
    if sys.version_info[:2] != REQUIRED_PYTHON:
        fail(f"需要 Python 3.11，当前是 {sys.version.split()[0]}。(Python 3.11 is required.)")
    if env.is_current(name):
        return env.python
    with _one_at_a_time(env):
        if not env.is_current(name):
            _create(env)
            env.forget(name)
            _install(env, name)
            env.mark_current(name)
    return env.python


@contextmanager
def _one_at_a_time(env: Environment) -> Iterator[None]:
    """Two commands started together must not install into the same folder."""
    with open(env.root / ".venv.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _create(env: Environment) -> None:
    """Make the environment, again when it is broken or of another Python."""
    probe = "import pip, sys; sys.exit(sys.version_info[:2] != (3, 11))"
    if env.python.exists() and _quiet([env.python, "-c", probe]) == 0:
        return
    say("▸ 建立虚拟环境 .venv (virtual environment)")
    try:
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=True).create(env.folder)
    except (OSError, subprocess.CalledProcessError) as error:
        fail(f"无法建立虚拟环境 {env.folder}：{error}。(The virtual environment could not be made.)")


def _quiet(command: list[str | Path]) -> int:
    return subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    ).returncode


def count_pins(lock: str) -> int:
    """Number of distributions that a lock file installs here; those for Windows do not count."""
    pins = (match for line in lock.splitlines() if (match := _PIN.match(line)))
    return len({pin["name"] for pin in pins if "win32" not in (pin["marker"] or "")})


def _install(env: Environment, name: str) -> None:
    lock = env.lock_file(name)
    say(f"▸ 安装依赖 requirements/{name}.txt（首次约一分钟）(installing requirements)")
    command = [str(env.python), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "-r", str(lock)]
    progress = Progress(count_pins(lock.read_text()))
    with open(env.log, "w", encoding="utf-8") as log:
        with subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd=env.root,
        ) as pip:
            assert pip.stdout is not None
            for line in pip.stdout:
                log.write(line)
                if match := _SEEN.match(line):
                    progress.advance(match["pin"].split("->")[0])
                elif line.startswith("Installing collected packages"):
                    progress.finish()
                    say("  写入文件 (unpacking) …")
    if pip.returncode != 0:
        progress.finish()
        fail(failure_sentence(env.log.read_text(encoding="utf-8"), env.log))


def failure_sentence(log: str, path: Path) -> str:
    """Say in one sentence why an installation failed, from what pip printed."""
    errors = [line.removeprefix("ERROR:").strip() for line in log.splitlines() if line.startswith("ERROR:")]
    reason = errors[-1].rstrip(".") if errors else "原因见日志"
    if "DO NOT MATCH THE HASHES" in log:
        return f"下载的依赖与锁定的校验值不符，未安装（日志 {path}）。(A download does not match its locked hash.)"
    if "No space left" in log:
        return f"磁盘空间不足，依赖未装完（日志 {path}）。(The disk is full.)"
    return (
        f"依赖下载失败，请检查网络或软件源后重新运行同一命令（{reason[:200]}；日志 {path}）。"
        "(A download failed: check the network and run the command again.)"
    )


def main(arguments: list[str]) -> None:
    """Entry point: the name of the requirements, ``base`` or ``dev``."""
    prepare_streams()
    if len(arguments) != 1 or arguments[0] not in INCLUDES:
        fail("用法：python -m infra.bootstrap base|dev")
    try:
        ensure(arguments[0])
    except KeyboardInterrupt:
        fail("已中断；重新运行会从中断处继续。(Interrupted: run it again to go on.)")


if __name__ == "__main__":
    main(sys.argv[1:])
