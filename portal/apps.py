"""The site itself: look, error pages, display preferences."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Holds base templates, static files, template tags and middleware; it has no tables of its own."""

    name = "portal"
    label = "portal"
    verbose_name = _("门户")

    def ready(self) -> None:
        """Let the worker run the steps of the day, the digest among them; answer refusals with 403."""
        from portal import digest, wagtail_wording, workplace_refusals
        from portal.contracts.background import BackgroundTask, register_background
        from portal.daily import run_due

        workplace_refusals.take_over()
        digest.register_step()
        wagtail_wording.name_link_fields()
        register_background(BackgroundTask("daily run", run_due, every=20.0, aside=True))
