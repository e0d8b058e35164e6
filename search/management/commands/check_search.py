"""``manage.py check_search``: compare the index with the database."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from search.consistency import compare
from search.engine import IndexUnavailableError
from search.store import store

_SHOWN = 10


class Command(BaseCommand):
    """Ends with status 1 when they differ."""

    help = "Compare every entry of the index with the database."

    def handle(self, *args: Any, **options: Any) -> None:
        """Compare and say what differs."""
        try:
            result = compare(store())
        except IndexUnavailableError as error:
            raise CommandError(_("索引无法读取：%(reason)s") % {"reason": error}) from error
        if result.is_clean:
            self.stdout.write(_("索引与数据库一致，共 %(count)s 条。") % {"count": result.compared})
            return
        for label, keys in (
            (_("索引缺少"), result.missing),
            (_("索引多出"), result.surplus),
            (_("内容不同"), result.different),
        ):
            if keys:
                names = "、".join(str(key) for key in keys[:_SHOWN])
                self.stderr.write(f"{label} {len(keys)}：{names}")
        raise CommandError(_("索引与数据库不一致；运行 rebuild_search 可重建。"))
