"""What must not stand in a tracked file: paths of one machine, package registries, empty names, unfinished work."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from infra.bootstrap import ROOT

#: Patterns are written so that they do not match themselves.
FORBIDDEN = {
    "a path of one machine": re.compile(
        r"(?<![\w./-])/(?:work|root|farm|home/\w+|Users/\w+)/|/tmp/bash_job[s]"
    ),
    "a host of a package registry": re.compile(
        r"pypi\.org|files\.pythonhosted|registry\.npmjs|repo1?\.maven|crates\.io|proxy\.golang|deb\.debian"
    ),
    "unfinished work": re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X]|HAC[K])\b"),
    "a conflict marker": re.compile(r"^(?:<{7}|>{7}) "),
}
EMPTY_NAMES = {"utils.py", "helpers.py", "common.py", "misc.py"}
LONGEST_SOURCE = 400
#: Locked requirements hold hashes, in which anything may turn up by chance.
WITHOUT_WORDS = ("requirements/base.txt", "requirements/dev.txt")


@dataclass(frozen=True)
class Fault:
    """A place and what is wrong there."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def tracked_files(root: Path = ROOT) -> list[str]:
    """Paths that git tracks, or would track, relative to ``root``; those that still exist."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=True, text=True).stdout
    return sorted({path for path in listed.split("\0") if path and (root / path).is_file()})


def faults_in_text(path: str, text: str) -> list[Fault]:
    """Faults of one text file."""
    faults = []
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        faults += [Fault(path, number, what) for what, pattern in FORBIDDEN.items() if pattern.search(line)]
    if path.endswith(".py") and "/migrations/" not in path and len(lines) > LONGEST_SOURCE:
        faults.append(Fault(path, len(lines), f"more than {LONGEST_SOURCE} lines: is it one thing?"))
    return faults


def find_faults(root: Path = ROOT) -> list[Fault]:
    """Faults of all tracked files. Files that are no UTF-8 text are only looked at by name."""
    faults = []
    for path in tracked_files(root):
        if Path(path).name in EMPTY_NAMES:
            faults.append(Fault(path, 1, "a name that says nothing"))
        if path in WITHOUT_WORDS:
            continue
        try:
            text = (root / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        faults += faults_in_text(path, text)
    return faults


def main() -> None:
    """Print every fault; exit status 1 when there is one."""
    faults = find_faults()
    for fault in faults:
        print(fault)
    raise SystemExit(1 if faults else 0)


if __name__ == "__main__":
    main()
