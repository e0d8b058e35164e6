"""Addresses of login and of the own account, in front of Wagtail's."""

from __future__ import annotations

from typing import NoReturn

from django.http import Http404, HttpRequest
from django.urls import path, re_path
from wagtail.admin.auth import require_admin_access

from portal.accounts.views import login, own_security


def closed(request: HttpRequest) -> NoReturn:
    """Wagtail's screens for accounts, groups, lost passwords and trials: the portal has its own, or none."""
    raise Http404


urlpatterns = [
    path("login/", login.login, name="login"),
    path("login/code/", login.code, name="login_code"),
    path("logout/", login.logout, name="logout"),
    path("security/", own_security.own_security, name="own_security"),
    path("security/enrol/", own_security.enrol, name="enrol"),
    path("security/password/", own_security.password, name="own_password"),
    path("session/", own_security.state, name="session_state"),
    path("session/extend/", own_security.extend, name="session_extend"),
    path("account/", require_admin_access(own_security.OwnAccountView.as_view()), name="own_account"),
    re_path(r"^(?:users|groups|password_reset)/", closed),
    re_path(r"^bulk/accounts/user/", closed),
    # The program sets the steps of the workflow; and nobody tries out what an error looks like.
    re_path(r"^(?:workflows/task_chooser|failwhale)/", closed),
]
