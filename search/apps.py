"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SearchConfig(AppConfig):
    """Index, outbox, worker and search page."""

    name = "search"
    verbose_name = _("检索")

    def ready(self) -> None:
        """Listen to changes and offer the directory that answers from the index."""
        from portal.contracts.directory import register_engine
        from portal.contracts.events import subscribe
        from search.directory import IndexDirectory
        from search.outbox import note_change

        subscribe(note_change)
        register_engine(IndexDirectory, preference=10)
