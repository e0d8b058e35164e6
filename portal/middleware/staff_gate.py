"""Before anything in the workplace: a session that lives, an account of staff, an own password, a second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.services.second_factor import authenticator_of, is_required
from portal.accounts.session_store import SessionStore
from portal.accounts.standing import standing_of
from portal.accounts.views.login import ENDED
from portal.middleware.admin_csp import ADMIN_PREFIX

#: Open to everybody: the login itself, and what its pages are drawn with.
OPEN = frozenset(
    ADMIN_PREFIX + path for path in ("login/", "login/code/", "logout/", "sprite/", "jsi18n/", "session/")
)
#: What a page asks for by itself is no sign of a person.
NOT_USE = (ADMIN_PREFIX + "editing-sessions/", ADMIN_PREFIX + "session/")
EXTEND = ADMIN_PREFIX + "session/extend/"
PASSWORD = ADMIN_PREFIX + "security/password/"
ENROL = ADMIN_PREFIX + "security/enrol/"
OWN = ADMIN_PREFIX + "security/"


class StaffGateMiddleware:
    """Stops a request to the workplace at the first thing that is missing and leads to the page that mends it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(ADMIN_PREFIX):
            # On public pages somebody who has not passed the gate is nobody in particular.
            user = request.user
            request.user = cast(Any, SimpleLazyObject(lambda: user if _passed(user) else AnonymousUser()))
            return self.get_response(request)
        if request.path in OPEN:
            return self.get_response(request)
        stopped = self.stop(request)
        return self.get_response(request) if stopped is None else stopped

    def stop(self, request: HttpRequest) -> HttpResponseBase | None:
        """The answer that stops the request, or None."""
        user = request.user
        session = cast(SessionStore, request.session)
        if not isinstance(user, User):
            return _to_login(request, session.ended) if session.ended else None
        if not user.is_of_staff:
            return _refuse(request, _("机构账号不能进入工作人员后台，请从“机构办事”登录。"))
        if request.path == EXTEND or not request.path.startswith(NOT_USE):
            session.note_use()
        if request.path == EXTEND:
            return None
        if user.password_is_initial:
            return None if request.path == PASSWORD else _lead(request, PASSWORD)
        if not _has_second_factor(user):
            return self._second_factor(request, user)
        if not standing_of(user).posts and not request.path.startswith(OWN):
            return _refuse(request, _("您的账号目前没有任何授权。请联系系统管理员按职务授权后再登录。"))
        return None

    def _second_factor(self, request: HttpRequest, user: User) -> HttpResponseBase | None:
        """One without an authenticator sets it up; one that has it logs in again with a code."""
        if authenticator_of(user) is None:
            return None if request.path in (ENROL, PASSWORD) else _lead(request, ENROL)
        logout(request)
        return _to_login(request, "again")


def _passed(user: Any) -> bool:
    return isinstance(user, User) and (
        not user.is_of_staff or (not user.password_is_initial and _has_second_factor(user))
    )


def _has_second_factor(user: Any) -> bool:
    """Whether the session has what is asked of it: a verified device, unless a demo asks for none."""
    if user.is_verified():
        return True
    return not is_required() and authenticator_of(user) is None


def _lead(request: HttpRequest, path: str) -> HttpResponseBase:
    if _is_script(request):
        return JsonResponse({"error": _("请先在浏览器中完成登录（更换初始密码、绑定验证器）。")}, status=403)
    return HttpResponseRedirect(f"{path}?{urlencode({'next': _way_back(request)})}")


def _to_login(request: HttpRequest, ended: str) -> HttpResponseBase:
    if _is_script(request):
        return JsonResponse({"error": str(ENDED[ended])}, status=403)
    values = urlencode({"next": _way_back(request), "ended": ended})
    return HttpResponseRedirect(f"{reverse('wagtailadmin_login')}?{values}")


def _refuse(request: HttpRequest, reason: str) -> HttpResponse:
    if _is_script(request):
        return JsonResponse({"error": reason}, status=403)
    context = {"reason": reason, "heading": _("不能进入后台")}
    page = TemplateResponse(request, "accounts/no_access.html", context, status=403)
    return page.render()


def _is_script(request: HttpRequest) -> bool:
    """Whether a program asks, for which a page to log in would be no answer."""
    if request.path.startswith(ADMIN_PREFIX + "api/"):
        return True
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return True
    accept = request.headers.get("accept", "*/*")
    return "text/html" not in accept and "*/*" not in accept


def _way_back(request: HttpRequest) -> str:
    """The page that the person was on: the address asked for, or the form that was sent."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    before = request.headers.get("referer", "")
    if url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure()):
        return before
    return ADMIN_PREFIX
