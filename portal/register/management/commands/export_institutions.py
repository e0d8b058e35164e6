"""``manage.py export_institutions FILE``: a table that the importer reads again without any change."""

from __future__ import annotations

from portal.register.management.export_command import ExportCommand


class Command(ExportCommand):
    """Exports the table of institutions."""

    help = "导出评价机构、备案和范围（.csv 或 .xlsx）；导出的文件可原样再导入。"
    table = "institutions"
