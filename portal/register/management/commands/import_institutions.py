"""``manage.py import_institutions FILE``: checked wholly, written at once or not at all."""

from __future__ import annotations

from portal.register.management.import_command import ImportCommand
from portal.register.services.import_institutions import import_institutions


class Command(ImportCommand):
    """Imports a table of institutions."""

    help = "导入评价机构、备案和范围（CSV 或 XLSX）：先整体检查，再一次写入；有一处问题则全部不写入。"
    importer = staticmethod(import_institutions)
    changes_need_day = True
