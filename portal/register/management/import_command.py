"""What the import commands share: options, the progress bar, the report on screen and in a file."""

from __future__ import annotations

import datetime as dt
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from portal.register.services.importing import ImportOptions, ImportReport
from portal.register.tabular.problems import SHOWN


def iso_day(text: str) -> dt.date:
    """A date given on the command line."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(_("“%s”不是日期，请写成 2026-11-22 的形式。") % text) from None


class ImportCommand(BaseCommand):
    """Runs one importer on one file."""

    importer: Callable[[Path, ImportOptions], ImportReport]
    changes_need_day = False

    def add_arguments(self, parser: CommandParser) -> None:
        """File, dry run, file for the problems, and what allows changes."""
        parser.add_argument("file", type=Path, metavar="FILE", help="CSV（UTF-8 或 GBK）或 XLSX 文件")
        parser.add_argument("--dry-run", action="store_true", help="只检查并列出将发生的变化，不写入")
        parser.add_argument("--errors", type=Path, metavar="FILE", help="把全部问题写入该 CSV 文件")
        parser.add_argument("--reason", default="", help="更改登记库已有内容的理由")
        if self.changes_need_day:
            parser.add_argument(
                "--effective-on",
                type=iso_day,
                metavar="DATE",
                help="更改的生效日期，如 2026-11-22（须同时给出理由）",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, then say what happened; problems end the command with status 1."""
        with tqdm(unit=" 行", desc="读取", leave=False, disable=not sys.stderr.isatty()) as bar:

            def progress(done: int) -> None:
                if done - bar.n >= 500:
                    bar.update(done - bar.n)

            report = type(self).importer(
                options["file"],
                ImportOptions(
                    dry_run=options["dry_run"],
                    effective_on=options.get("effective_on"),
                    reason=options["reason"].strip(),
                    progress=progress,
                ),
            )
        self._say(report, options["errors"])

    def _say(self, report: ImportReport, errors: Path | None) -> None:
        if report.problems:
            for line in report.problems.lines():
                self.stderr.write(line)
            if errors is not None:
                report.problems.write(errors)
                self.stderr.write(_("全部问题已写入 %s") % errors)
            raise CommandError(report.summary())
        if report.dry_run:
            for line in report.changes[:SHOWN]:
                self.stdout.write(line)
            if len(report.changes) > SHOWN:
                self.stdout.write(
                    _("以上为前 %(shown)d 项变化，共 %(total)d 项。")
                    % {"shown": SHOWN, "total": len(report.changes)}
                )
        self.stdout.write(report.summary())
