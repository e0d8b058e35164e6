"""``manage.py import_fees FILE``: checked wholly, written at once or not at all."""

from __future__ import annotations

from portal.register.management.import_command import ImportCommand
from portal.register.services.import_fees import import_fees


class Command(ImportCommand):
    """Imports a table of fees."""

    help = "导入收费标准（CSV 或 XLSX）：先整体检查，再一次写入；有一处问题则全部不写入。"
    importer = staticmethod(import_fees)
