"""The site itself: look, error pages, display preferences."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Holds base templates, static files, template tags and middleware; it has no tables of its own."""

    name = "portal"
    label = "portal"
    verbose_name = _("门户")
