"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Authorities, districts, accounts, grants."""

    name = "portal.accounts"
    label = "accounts"
    verbose_name = _("机关与账号")

    def ready(self) -> None:
        """Declare how this app's objects belong to offices, what has to be done every day, and by whom."""
        from portal.accounts import checks, daily, duties, no_event_mails, scopes  # noqa: F401

        scopes.declare()
        daily.register_steps()
        duties.register_sources()
        no_event_mails.connect()
