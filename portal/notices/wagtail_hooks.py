"""What the editors' workplace gains, and what it hides."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button

from portal.notices.choosers import FilingChooserViewSet, filing_chooser
from portal.notices.models import NoticePage
from portal.notices.services.withdrawal import PERMISSION
from portal.notices.views.withdraw import withdraw

#: Parts of the workplace that nobody here uses: pictures have no block, help leads to an outside site.
HIDDEN_MENU_ITEMS = frozenset({"help", "images", "snippets"})


@hooks.register("register_admin_viewset")
def register_filing_chooser() -> FilingChooserViewSet:
    """The chooser of filings."""
    return filing_chooser


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """The screen for withdrawing a notice."""
    return [path("notices/<int:page_id>/withdraw/", withdraw, name="withdraw_notice")]


@hooks.register("construct_main_menu")
def hide_unused(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Leave out what does not lead anywhere for these groups."""
    menu_items[:] = [item for item in menu_items if item.name not in HIDDEN_MENU_ITEMS]


class WithdrawMenuItem(ActionMenuItem):
    """“撤下” in the menu of a published notice."""

    name = "action-withdraw"
    label = _("撤下公告")
    icon_name = "download-alt"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Only for published notices and people who may."""
        page = context.get("page")
        return isinstance(page, NoticePage) and page.live and context["request"].user.has_perm(PERMISSION)

    def get_url(self, context: dict[str, Any]) -> str:
        """The screen that asks for the reason."""
        return reverse("withdraw_notice", args=[context["page"].pk])


@hooks.register("register_page_action_menu_item")
def register_withdraw_action() -> WithdrawMenuItem:
    """Put it at the end of the menu."""
    return WithdrawMenuItem(order=90)


def _withdraw_button(page: Any, user: Any) -> Any:
    if isinstance(page.specific_deferred, NoticePage) and page.live and user.has_perm(PERMISSION):
        yield Button(
            str(_("撤下公告")),
            reverse("withdraw_notice", args=[page.pk]),
            icon_name="download-alt",
            priority=60,
        )


@hooks.register("register_page_listing_more_buttons")
def listing_button(page: Any, user: Any, next_url: str | None = None) -> Any:
    """In the list of pages."""
    return _withdraw_button(page, user)


@hooks.register("register_page_header_buttons")
def header_button(page: Any, user: Any, view_name: str, next_url: str | None = None) -> Any:
    """In the menu beside a page's title: publishers do not always have the editor's action menu."""
    return _withdraw_button(page, user)
