"""What every importer shares: its options, its report, the audit event, and the collecting of cell errors."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.audit.record import record
from portal.register.services.import_limits import OfficeLimit
from portal.register.tabular.cells import CellError
from portal.register.tabular.problems import Problems, TableError
from portal.register.tabular.table import Columns, Row, read_table, sha256_of
from portal.regulation.codes import CodeError

T = TypeVar("T")
Progress = Callable[[int], None]


def no_progress(done: int) -> None:
    """Show nothing."""


def at_once(report: ImportReport) -> AbstractContextManager[Any]:
    """The transaction in which a checked file is written."""
    return transaction.atomic()


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to import. ``effective_on`` and ``reason`` allow what is in the register to be changed, from that day on.

    ``limit`` keeps a file to one office's own filings. ``writing`` opens the transaction of the write and may refuse
    it by raising. ``at_desk`` names fields of a form as remedies in place of options of a command;
    ``file_name`` is the name that the file was uploaded under.
    """

    dry_run: bool = False
    effective_on: dt.date | None = None
    reason: str = ""
    actor: User | None = None
    progress: Progress = no_progress
    limit: OfficeLimit | None = None
    writing: Callable[[ImportReport], AbstractContextManager[Any]] = at_once
    at_desk: bool = False
    file_name: str = ""

    @property
    def may_change(self) -> bool:
        """Whether differences become dated events."""
        return self.effective_on is not None and bool(self.reason)

    @property
    def how_to_change(self) -> str:
        """What to do so that a difference is recorded as a change from a day on."""
        if self.at_desk:
            return _("请在“更改已登记的内容”中填写生效日期和理由，重新检查")
        return _("加 --effective-on 日期和 --reason 理由重新导入")

    @property
    def how_to_correct(self) -> str:
        """What to do so that a difference takes the place of what is registered."""
        return _("请填写理由后重新检查") if self.at_desk else _("加 --reason 理由重新导入")


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do. With problems nothing has been written."""

    noun: str
    dry_run: bool = False
    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    sha256: str = ""
    problems: Problems = field(default_factory=Problems)
    changes: list[str] = field(default_factory=list)

    @property
    def written(self) -> bool:
        """Whether anything was written to the register."""
        return not self.dry_run and not self.problems and bool(self.new or self.changed)

    def summary(self) -> str:
        """One line for the screen."""
        counts = _("共 %(rows)d 行，%(noun)s新增 %(new)d、变更 %(changed)d、未变 %(unchanged)d") % {
            "rows": self.rows,
            "noun": self.noun,
            "new": self.new,
            "changed": self.changed,
            "unchanged": self.unchanged,
        }
        if self.problems:
            return _("检查发现 %d 处问题，没有写入任何内容。") % self.problems.total
        return (_("检查通过，未写入（试运行）：") if self.dry_run else _("已完成：")) + counts + "。"


class CellReader:
    """Reads the cells of one row; what is wrong goes to the problems and ``ok`` becomes False."""

    __slots__ = ("ok", "problems", "row")

    def __init__(self, row: Row, problems: Problems) -> None:
        self.row = row
        self.problems = problems
        self.ok = True

    def read(self, column: str, parse: Callable[[str], T]) -> T | None:
        """The parsed cell, or None after noting what is wrong with it."""
        return self.parse(column, self.row[column], parse)

    def parse(self, column: str, text: str, parse: Callable[[str], T]) -> T | None:
        """The same for a part of a cell."""
        try:
            return parse(text)
        except (CellError, CodeError) as error:
            self.refuse(column, str(error))
            return None

    def refuse(self, column: str, message: str) -> None:
        """Note a problem of this row."""
        self.problems.add(self.row.number, column, message)
        self.ok = False


def rows_of(path: Path, columns: Columns, report: ImportReport, options: ImportOptions) -> Iterator[Row]:
    """The rows of the file, counted; a file that cannot be read as a table leaves one problem and no rows."""
    try:
        for row in read_table(path, columns, report.problems):
            report.rows += 1
            options.progress(row.number)
            yield row
        report.sha256 = sha256_of(path)
    except TableError as error:
        problem = error.problem
        report.problems.add(problem.row, problem.column, problem.message)


def check_options(options: ImportOptions, report: ImportReport) -> None:
    """A change needs both its day and its reason."""
    if options.at_desk:
        # Every import has its reason there, also one that changes nothing.
        if options.effective_on and not options.reason:
            report.problems.add(None, "", _("填写了生效日期，还须填写更改的理由。"))
    elif bool(options.effective_on) != bool(options.reason):
        report.problems.add(None, "", _("登记变更须同时给出 --effective-on 日期和 --reason 理由。"))
    if options.effective_on and options.effective_on > timezone.localdate():
        name = _("生效日期") if options.at_desk else "--effective-on "
        report.problems.add(None, "", _("%s不能晚于今天，请填写变更实际生效的日期。") % name)


def record_import(kind: str, path: Path, report: ImportReport, options: ImportOptions) -> None:
    """Write the audit event of the whole file; inside the transaction of the import."""
    name = options.file_name or path.name
    record(
        f"register.import.{kind}",
        ("register.import", report.sha256[:64], name),
        actor=options.actor,
        after={
            "file": name,
            "sha256": report.sha256,
            "rows": report.rows,
            "new": report.new,
            "changed": report.changed,
            "unchanged": report.unchanged,
        },
        reason=options.reason,
    )
