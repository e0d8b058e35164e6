"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    """Wagtail pages, feeds, site map, whole-page cache."""

    name = "portal.notices"
    label = "notices"
    verbose_name = _("公告与页面")

    def ready(self) -> None:
        """Connect what follows from publishing and declare what can be found."""
        from portal.contracts import events, related
        from portal.contracts.setup import Stage, register_step
        from portal.notices import (  # noqa: F401
            checks,
            duties,
            page_policy,
            related_notices,
            scopes,
            searchable,
            setup,
            signals,
        )
        from portal.notices.demo.load import load_step
        from portal.notices.services import publication_checks
        from portal.notices.services.stamps import bump_on_event

        scopes.declare()
        page_policy.register_policy()
        publication_checks.register_all()
        duties.register()
        signals.connect()
        searchable.declare_kinds()
        related.provide(related_notices.notices_naming)
        events.subscribe(bump_on_event)
        register_step(Stage.REFERENCE, 100, "页面、栏目与审核流程", setup.load_pages)
        register_step(Stage.DEMO, 10, "演示公告", load_step)
