"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """The audit log."""

    name = "portal.audit"
    label = "audit"
    verbose_name = _("审计日志")

    def ready(self) -> None:
        """Register the check that the database protects the log."""
        from portal.audit import checks  # noqa: F401
