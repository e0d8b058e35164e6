"""What the editors' workplace gains, and what it hides."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import Menu, MenuItem, SubmenuMenuItem
from wagtail.admin.widgets import Button

from portal.accounts.powers import Action
from portal.accounts.scoping import may_any
from portal.notices.admin.all_notices import NoticesView
from portal.notices.admin.details import details, review
from portal.notices.admin.filter_people import narrow_filters
from portal.notices.admin.sections import sections_report
from portal.notices.admin.withdrawals import WithdrawalsView
from portal.notices.choosers import FilingChooserViewSet, filing_chooser
from portal.notices.models import NoticePage
from portal.notices.services.houses import passable
from portal.notices.services.publishing import refusals
from portal.notices.services.withdrawal import may_withdraw
from portal.notices.views.withdraw import withdraw

#: Parts of the workplace that nobody here uses: pictures have no block, help leads to an outside site.
HIDDEN_MENU_ITEMS = frozenset({"help", "images", "snippets"})

narrow_filters()


@hooks.register("register_admin_viewset")
def register_filing_chooser() -> FilingChooserViewSet:
    """The chooser of filings."""
    return filing_chooser


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """The screens about notices."""
    return [
        path("notices/", NoticesView.as_view(), name="notices_index"),
        path("notices/results/", NoticesView.as_view(results_only=True), name="notices_index_results"),
        path("notices/sections/", sections_report, name="notice_sections"),
        path("notices/withdrawals/", WithdrawalsView.as_view(), name="notice_withdrawals"),
        path(
            "notices/withdrawals/results/",
            WithdrawalsView.as_view(results_only=True),
            name="notice_withdrawals_results",
        ),
        path("notices/<int:page_id>/", details, name="notice_details"),
        path("notices/<int:page_id>/review/", review, name="notice_review"),
        path("notices/<int:page_id>/withdraw/", withdraw, name="withdraw_notice"),
    ]


class NoticesMenuItem(SubmenuMenuItem):
    """“公告” in the main menu, for whoever may list notices."""

    def is_shown(self, request: HttpRequest) -> bool:
        """By the table of powers."""
        return may_any(request.user, Action.LIST, NoticePage)


@hooks.register("register_admin_menu_item")
def register_menu() -> NoticesMenuItem:
    """List, sections, withdrawals."""
    items = [
        MenuItem(_("公告一览"), reverse_lazy("notices_index"), icon_name="list-ul", order=10),
        MenuItem(_("栏目更新情况"), reverse_lazy("notice_sections"), icon_name="calendar", order=20),
        MenuItem(_("撤下的公告"), reverse_lazy("notice_withdrawals"), icon_name="download-alt", order=30),
    ]
    return NoticesMenuItem(_("公告"), Menu(items=items), icon_name="doc-full-inverse", order=90)


@hooks.register("construct_main_menu")
def hide_unused(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Leave out what does not lead anywhere for these groups."""
    menu_items[:] = [item for item in menu_items if item.name not in HIDDEN_MENU_ITEMS]


@hooks.register("construct_reports_menu")
def hide_closed_reports(request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Leave out the report that counts the pages of all offices."""
    menu_items[:] = [item for item in menu_items if item.name != "page-types-usage"]


@hooks.register("construct_page_chooser_queryset")
def choose_own_pages(pages: Any, request: HttpRequest) -> Any:
    """Choosers offer the pages of the own house and those on the way to them."""
    return pages.filter(pk__in=passable(request.user).values("pk"))


@hooks.register("before_edit_page")
def readers_do_not_edit(request: HttpRequest, page: Any) -> HttpResponse | None:
    """Whoever may only read or approve goes to the screen for that; nothing is saved."""
    if page.permissions_for_user(request.user).may_edit:
        return None
    if isinstance(page, NoticePage):
        return redirect("notice_details", page.pk)
    raise PermissionDenied


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def warn_after_submitting(request: HttpRequest, page: Any) -> None:
    """Tell the author at once what would keep a submitted version from being published."""
    if not page.workflow_in_progress:
        return
    for problem in refusals(page.get_latest_revision_as_object()):
        messages.warning(request, _("已提交，但按现在的内容不能发布：%(problem)s") % {"problem": problem})


class WithdrawMenuItem(ActionMenuItem):
    """“撤下” in the menu of a published notice."""

    name = "action-withdraw"
    label = _("撤下公告")
    icon_name = "download-alt"

    def is_shown(self, context: dict[str, Any]) -> bool:
        """Only for published notices and people who may."""
        page = context.get("page")
        return isinstance(page, NoticePage) and page.live and may_withdraw(context["request"].user, page)

    def get_url(self, context: dict[str, Any]) -> str:
        """The screen that asks for the reason."""
        return reverse("withdraw_notice", args=[context["page"].pk])


@hooks.register("register_page_action_menu_item")
def register_withdraw_action() -> WithdrawMenuItem:
    """Put it at the end of the menu."""
    return WithdrawMenuItem(order=90)


def _withdraw_button(page: Any, user: Any) -> Any:
    notice = page.specific
    if not isinstance(notice, NoticePage):
        return
    yield Button(
        str(_("查看与审核")), reverse("notice_details", args=[page.pk]), icon_name="view", priority=5
    )
    if page.live and may_withdraw(user, notice):
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
