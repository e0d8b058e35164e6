"""``manage.py import_occupations FILE``: checked wholly, written at once or not at all."""

from __future__ import annotations

from portal.register.management.import_command import ImportCommand
from portal.register.services.import_occupations import import_occupations


class Command(ImportCommand):
    """Imports a table of occupations."""

    help = "导入职业、工种和原编码（CSV 或 XLSX）：先整体检查，再一次写入；有一处问题则全部不写入。"
    importer = staticmethod(import_occupations)
