"""First-run set-up: database, reference data, demo content, search index, static files.

Each step has a key made of what it depends on; the key is written down in the data folder once the step is
done and the step is skipped while it is the same. An interrupted step leaves no key and runs again. Keys
belong to one database, told by the moment at which its first migration ran.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from infra.bootstrap import ROOT
from infra.console import Progress, fail, prepare_streams, say, timed_step

#: Where the program lies; a change in it may change what the steps produce.
SOURCES = ("portal", "documents", "search")


@dataclass(frozen=True)
class Step:
    """One step: what the screen says, what it depends on, what it does."""

    name: str
    label: str
    key: str
    run: Callable[[], object]
    is_there: Callable[[], bool] = lambda: True


class Journal:
    """Which steps are done, by their keys; a small JSON file that is replaced, never rewritten in place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._done: dict[str, str] = dict(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            self._done = {}

    def has(self, step: Step) -> bool:
        """Whether the step was done with the same key."""
        return self._done.get(step.name) == step.key

    def forget(self, step: Step) -> None:
        """Before the step runs, which may be interrupted."""
        if self._done.pop(step.name, None) is not None:
            self._write()

    def note(self, step: Step) -> None:
        """After it ran."""
        self._done[step.name] = step.key
        self._write()

    def _write(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = self.path.with_suffix(".new")
        aside.write_text(json.dumps(self._done, indent=1), encoding="utf-8")
        aside.replace(self.path)


def digest(paths: Iterable[Path], *more: str) -> str:
    """Hash of the names and contents of files, and of further text."""
    total = hashlib.sha256("\0".join(more).encode())
    for path in sorted(paths):
        total.update(f"\0{path.relative_to(ROOT)}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()[:20]


def source_files(*folders: str) -> list[Path]:
    """Every file of those folders but compiled ones."""
    files = (path for folder in folders for path in (ROOT / folder).rglob("*"))
    return [path for path in files if path.is_file() and path.suffix != ".pyc"]


def carry_out(steps: Iterable[Step], journal: Journal) -> int:
    """Run the steps that are not done; return how many ran."""
    count = 0
    for step in steps:
        if journal.has(step) and step.is_there():
            continue
        journal.forget(step)
        with timed_step(step.label):
            step.run()
        journal.note(step)
        count += 1
    return count


class _MigrationLines(io.StringIO):
    """Takes what ``migrate`` prints and counts the migrations."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self.progress = progress

    def write(self, text: str) -> int:
        if text.strip().startswith("Applying "):
            self.progress.advance(text.strip().removeprefix("Applying ").split("...", maxsplit=1)[0])
        return len(text)


def migrate() -> None:
    """Bring the database up to date, counting migrations on the screen."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return
    with timed_step(f"更新数据库，{len(plan)} 步 (migrate)"):
        progress = Progress(len(plan))
        call_command("migrate", interactive=False, stdout=_MigrationLines(progress))
        progress.finish()


def database_mark() -> str:
    """What tells this database from any other one: the moment of its first migration."""
    from django.db.migrations.recorder import MigrationRecorder
    from django.db.models import Min

    first = MigrationRecorder.Migration.objects.aggregate(first=Min("applied"))["first"]
    return str(first)


def content_steps(mark: str) -> list[Step]:
    """The steps after the migrations, in order."""
    from django.conf import settings
    from django.core.management import call_command

    lock = (ROOT / "requirements" / "base.txt").read_text(encoding="utf-8")
    program = digest(source_files(*SOURCES), lock, mark)
    static_files = [path for path in source_files(*SOURCES) if "static" in path.parts]
    static_root, index = Path(settings.STATIC_ROOT), Path(settings.INDEX_DIR)
    steps = [
        Step("reference", "载入基础数据 (reference data)", program, lambda: call_command("load_reference")),
        Step("demo", "载入演示内容 (demo content)", mark, lambda: call_command("load_demo")),
        Step(
            "search",
            "建立检索索引 (search index)",
            program,
            lambda: call_command("rebuild_search"),
            is_there=lambda: index.is_dir() and any(index.iterdir()),
        ),
        Step(
            "static",
            "收集静态文件 (static files)",
            digest(static_files, lock, str(static_root)),
            lambda: call_command("collectstatic", interactive=False, verbosity=0),
            is_there=(static_root / "staticfiles.json").exists,
        ),
    ]
    # Invented institutions have no place in a register that people rely on.
    return [step for step in steps if step.name != "demo" or settings.ROLE != "production"]


def main() -> None:
    """Set up what is missing; say in one sentence when the database cannot be reached."""
    prepare_streams()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.embedded")
    import django
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management.base import CommandError
    from django.db.utils import OperationalError

    try:
        django.setup()
        from django.conf import settings

        migrate()
        done = carry_out(content_steps(database_mark()), Journal(Path(settings.DATA_DIR) / "setup.json"))
    except OperationalError as error:
        fail(f"无法使用数据库：{str(error).strip().splitlines()[0]}。(The database cannot be used.)")
    except (CommandError, ImproperlyConfigured) as error:
        fail(f"准备工作未完成：{error} (Set-up did not finish.)")
    if not done:
        say("▸ 数据与静态文件均已就绪 (set-up is complete)")


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(1)
