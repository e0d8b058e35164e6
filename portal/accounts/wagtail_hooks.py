"""What the workplace gains from accounts: their screens, absences, one's own security, the end of a session."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from portal.accounts.admin import addresses
from portal.accounts.admin.audit_log.hooks import register_audit_menu_item, register_audit_urls
from portal.accounts.models import User
from portal.accounts.powers import Action
from portal.accounts.scoping import may_any


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """Accounts, grants, absences."""
    return addresses.urlpatterns


class AccountsMenuItem(MenuItem):
    """Shown to those who may list accounts."""

    def is_shown(self, request: HttpRequest) -> bool:
        """By the table of powers."""
        return may_any(request.user, Action.LIST, User)


@hooks.register("register_admin_menu_item")
def register_accounts() -> MenuItem:
    """The list of accounts."""
    return AccountsMenuItem(_("账号"), reverse("accounts_list"), name="accounts", icon_name="user", order=700)


@hooks.register("register_admin_menu_item")
def register_absences() -> MenuItem:
    """Everybody may be away."""
    return MenuItem(
        _("外出与替代"), reverse("absences"), name="absences", icon_name="calendar-alt", order=710
    )


@hooks.register("register_account_menu_item")
def register_own_security(request: HttpRequest) -> dict[str, Any]:
    """One's own authenticator, recovery codes and password."""
    return {
        "url": reverse("own_security"),
        "label": _("登录安全"),
        "help_text": _("两步验证、恢复码、密码。"),
    }


@hooks.register("insert_global_admin_css")
def workplace_style() -> SafeString:
    """The style of the banner of a demo and of the notice before a session ends."""
    return format_html('<link rel="stylesheet" href="{}">', static("portal/admin/workplace.css"))


@hooks.register("insert_global_admin_js")
def session_script() -> SafeString:
    """The script that warns before a session ends, so that nothing typed is lost."""
    return format_html(
        '<script src="{}" data-state="{}" data-extend="{}" data-login="{}" data-idle="{}" defer></script>',
        static("portal/admin/session.js"),
        reverse("session_state"),
        reverse("session_extend"),
        reverse("login"),
        settings.SESSION_IDLE_AGE,
    )


hooks.register("register_admin_urls", register_audit_urls)
hooks.register("register_admin_menu_item", register_audit_menu_item)
