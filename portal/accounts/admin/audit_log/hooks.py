"""Addresses and menu item of the log."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from portal.accounts.admin.audit_log import views
from portal.accounts.powers import Action
from portal.accounts.scoping import may_any
from portal.audit.models import AuditEvent


def register_audit_urls() -> list[URLPattern]:
    """Below ``/admin/``."""
    return [
        path("audit/", views.log, name="audit_log"),
        path("audit/export/", views.export, name="audit_export"),
        path("audit/<int:pk>/", views.event, name="audit_event"),
    ]


class AuditMenuItem(MenuItem):
    """Shown to those who may list the log."""

    def is_shown(self, request: HttpRequest) -> bool:
        """By the table of powers."""
        return may_any(request.user, Action.LIST, AuditEvent)


def register_audit_menu_item() -> MenuItem:
    """The log."""
    return AuditMenuItem(
        _("审计日志"), reverse_lazy("audit_log"), name="audit", icon_name="history", order=720
    )
