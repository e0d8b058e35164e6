"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Documents and their storage."""

    name = "documents"
    verbose_name = _("文档")

    def ready(self) -> None:
        """Declare whose files are whose, and put our policy in the place of Wagtail's own (registered before)."""
        from wagtail.permissions import register_permission_policy

        from documents import scopes, signals
        from documents.models import PortalDocument
        from documents.policy import make_policy

        scopes.declare()
        signals.connect()
        register_permission_policy(PortalDocument, make_policy())
