"""What the export commands share."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from tqdm import tqdm

from portal.register.services.export import export_to


class ExportCommand(BaseCommand):
    """Writes one table to a file; the ending decides between CSV and XLSX."""

    table: str

    def add_arguments(self, parser: CommandParser) -> None:
        """The file."""
        parser.add_argument("file", type=Path, metavar="FILE", help="要写入的 .csv 或 .xlsx 文件")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export and say how many rows were written."""
        path: Path = options["file"]
        if path.suffix.lower() not in (".csv", ".xlsx"):
            raise CommandError(_("文件名应以 .csv 或 .xlsx 结尾。"))
        if not path.parent.is_dir():
            raise CommandError(_("文件夹 %s 不存在，请先建立。") % path.parent)
        with tqdm(unit=" 行", desc="导出", leave=False, disable=not sys.stderr.isatty()) as bar:

            def progress(done: int) -> None:
                if done - bar.n >= 500:
                    bar.update(done - bar.n)

            count = export_to(path, self.table, progress)
        self.stdout.write(_("已导出 %(count)d 行到 %(path)s。") % {"count": count, "path": path})
