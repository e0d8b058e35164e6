"""``make check``: every check runs, each failure is shown in full, the last lines say which failed."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field

from infra.bootstrap import ROOT
from infra.console import prepare_streams, say

TEMPLATES = "templates"


@dataclass(frozen=True)
class Check:
    """One command that must exit with 0."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def module(*words: str) -> list[str]:
    """Command that runs a module of this environment; scripts would break when a checkout is moved."""
    return [sys.executable, "-m", *words]


def manage(*words: str) -> list[str]:
    """Command that runs a management command."""
    return [sys.executable, str(ROOT / "manage.py"), *words]


def all_checks() -> list[Check]:
    """The checks, quickest first."""
    tests = {"DJANGO_SETTINGS_MODULE": "portal.settings.test"}
    production = {
        "DJANGO_SETTINGS_MODULE": "portal.settings.production",
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SIGNING_KEY": secrets.token_urlsafe(48),
        "ALLOWED_HOSTS": "portal.example.cn",
    }
    imports = "from importlinter.cli import lint_imports_command as run; run()"
    return [
        Check("format", module("ruff", "format", "--check", "--quiet", ".")),
        Check("lint", module("ruff", "check", "--quiet", ".")),
        Check("tracked files", module("infra.tracked_files")),
        Check("templates: format", module("djlint", "--check", TEMPLATES)),
        Check("templates: lint", module("djlint", "--lint", "--quiet", TEMPLATES)),
        Check("import direction", [sys.executable, "-c", imports]),
        Check("migrations", manage("makemigrations", "--check", "--dry-run"), tests),
        Check("settings", manage("check", "--deploy", "--fail-level", "WARNING"), production),
        Check("types", module("mypy")),
    ]


def run_check(check: Check, data_folder: str) -> bool:
    """Run one check and say how it went; what it printed is shown only when it failed."""
    started = time.monotonic()
    done = subprocess.run(
        check.command,
        cwd=ROOT,
        env={**os.environ, "PORTAL_DATA": data_folder, **check.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    sign = "✓" if done.returncode == 0 else "✗"
    say(f"{sign} {check.name:<20} {time.monotonic() - started:5.1f} s")
    if done.returncode:
        say(done.stdout.rstrip())
    return done.returncode == 0


def main() -> None:
    """Run all checks, or those named as arguments; exit status 1 when one failed."""
    prepare_streams()
    wanted = set(sys.argv[1:])
    chosen = [check for check in all_checks() if not wanted or check.name in wanted]
    with tempfile.TemporaryDirectory(prefix="zhiping-check-") as folder:
        failed = [check.name for check in chosen if not run_check(check, folder)]
    if failed:
        say(f"✗ 未通过 (failed): {', '.join(failed)}")
        raise SystemExit(1)
    say(f"✓ {len(chosen)} 项检查全部通过 (all checks passed)")


if __name__ == "__main__":
    main()
