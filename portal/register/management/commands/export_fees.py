"""``manage.py export_fees FILE``: a table that the importer reads again without any change."""

from __future__ import annotations

from portal.register.management.export_command import ExportCommand


class Command(ExportCommand):
    """Exports the table of fees."""

    help = "导出收费标准（.csv 或 .xlsx）；导出的文件可原样再导入。"
    table = "fees"
