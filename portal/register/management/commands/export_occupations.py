"""``manage.py export_occupations FILE``: a table that the importer reads again without any change."""

from __future__ import annotations

from portal.register.management.export_command import ExportCommand


class Command(ExportCommand):
    """Exports the table of occupations."""

    help = "导出职业、工种和原编码（.csv 或 .xlsx）；导出的文件可原样再导入。"
    table = "occupations"
