"""``manage.py rebuild_search``: build the index anew beside the one that answers."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from search.engine import IndexUnavailableError
from search.rebuild import count_objects, rebuild
from search.store import store


class Command(BaseCommand):
    """Rebuild with a progress bar; the portal goes on answering meanwhile."""

    help = "Build the search index anew and switch to it in one step."

    def handle(self, *args: Any, **options: Any) -> None:
        """Rebuild."""
        with tqdm(
            total=count_objects(), unit="", desc=_("编制索引"), disable=options["verbosity"] == 0
        ) as bar:

            def report(kind: str, count: int) -> None:
                bar.set_postfix_str(kind, refresh=False)
                bar.update(count)

            try:
                count = rebuild(store().root, report)
            except IndexUnavailableError as error:
                raise CommandError(_("索引未能重建：%(reason)s") % {"reason": error}) from error
        if options["verbosity"]:
            self.stdout.write(_("已编入 %(count)s 条。") % {"count": count})
