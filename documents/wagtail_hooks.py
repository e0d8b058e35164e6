"""Files in the workplace: who gets them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from documents.access import require_readable
from documents.file_list import FilesView
from documents.models import PortalDocument
from portal.accounts.powers import Action
from portal.accounts.scoping import may_any


class FilesMenuItem(MenuItem):
    """“文件一览” in the main menu, for whoever may list files."""

    def is_shown(self, request: HttpRequest) -> bool:
        """By the table of powers."""
        return may_any(request.user, Action.LIST, PortalDocument)


@hooks.register("register_admin_menu_item")
def register_menu() -> FilesMenuItem:
    """Beside the notices that carry them."""
    return FilesMenuItem(_("文件一览"), reverse_lazy("files_index"), icon_name="doc-full-inverse", order=95)


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """The list of files."""
    return [
        path("files/", FilesView.as_view(), name="files_index"),
        path("files/results/", FilesView.as_view(results_only=True), name="files_index_results"),
    ]


@hooks.register("before_serve_document")
def only_readable(document: Any, request: HttpRequest) -> None:
    """A file that is not public is not there for strangers."""
    require_readable(document, request)
