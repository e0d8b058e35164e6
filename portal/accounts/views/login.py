"""Logging in with a name, a password and a second factor; logging out."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth import logout as end_session
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from portal.accounts.models import User
from portal.accounts.services import failed_logins, second_factor
from portal.accounts.services.second_factor import Verdict
from portal.accounts.views.entering import enter, held, hold, locked_page, safe_next
from portal.audit.record import record

#: Why a session was over, by what stands in the address of the login page.
ENDED = {
    "idle": gettext_lazy("您已有半小时没有操作，为安全起见已自动退出。请重新登录，登录后会回到刚才的页面。"),
    "old": gettext_lazy("本次登录已满8小时，须重新登录。登录后会回到刚才的页面。"),
    "out": gettext_lazy("您已退出登录。"),
    "code": gettext_lazy("输入密码后已超过5分钟，请重新登录。"),
    "password": gettext_lazy("密码已更换，请用新密码登录。"),
    "again": gettext_lazy("请重新登录，并输入验证码。"),
}


class LoginForm(AuthenticationForm):
    """Name and password. Whatever is wrong, the answer is the same."""

    username = forms.CharField(
        label=gettext_lazy("登录名"),
        max_length=150,
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "username", "autocapitalize": "none"}
        ),
        error_messages={"required": gettext_lazy("请输入登录名。")},
    )
    password = forms.CharField(
        label=gettext_lazy("密码"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": gettext_lazy("请输入密码。")},
    )
    error_messages = {
        "invalid_login": gettext_lazy("登录名或密码不正确，请核对后重新输入；注意大小写。"),
        "inactive": gettext_lazy("登录名或密码不正确，请核对后重新输入；注意大小写。"),
    }

    def confirm_login_allowed(self, user: Any) -> None:
        """Only staff enter here; an account of an institution gets the answer of an unknown one."""
        super().confirm_login_allowed(user)
        if not user.is_of_staff:
            raise self.get_invalid_login_error()


class CodeForm(forms.Form):
    """One code, of the authenticator or for recovery."""

    code = forms.CharField(
        label=gettext_lazy("验证码或恢复码"),
        max_length=40,
        help_text=gettext_lazy("验证器中的6位数字；手机不在身边时可输入一个恢复码。"),
        widget=forms.TextInput(
            attrs={"autofocus": True, "autocomplete": "one-time-code", "autocapitalize": "none"}
        ),
        error_messages={"required": gettext_lazy("请输入验证码或恢复码。")},
    )


@sensitive_post_parameters("password")
@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def login(request: HttpRequest) -> HttpResponse:
    """The first step: name and password."""
    if request.method == "GET" and request.user.is_authenticated:
        return redirect(safe_next(request))
    form = LoginForm(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST":
        name, address = request.POST.get("username", "")[:150].strip(), failed_logins.client_address(request)
        until = failed_logins.waiting_until(name, address)
        if until is not None:
            return locked_page(request, until)
        if form.is_valid():
            return _password_was_right(request, form.get_user())
        if form.has_error("__all__"):
            failed_logins.note_failure(name, address, step="password")
            until = failed_logins.waiting_until(name, address)
            if until is not None:
                return locked_page(request, until)
    return _page(request, "accounts/login.html", form, notice=ENDED.get(request.GET.get("ended", "")))


def _password_was_right(request: HttpRequest, user: User) -> HttpResponse:
    target = safe_next(request)
    if second_factor.authenticator_of(user) is None:
        enter(request, user)
        return HttpResponseRedirect(target)
    hold(request, user)
    return HttpResponseRedirect(f"{reverse('login_code')}?{urlencode({'next': target})}")


@sensitive_post_parameters("code")
@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second step: a code. Wrong codes count like wrong passwords."""
    user = held(request)
    if user is None:
        return to_login(safe_next(request), "code")
    form = CodeForm(request.POST if request.method == "POST" else None)
    address = failed_logins.client_address(request)
    until = failed_logins.waiting_until(user.username, address)
    if until is not None:
        return locked_page(request, until)
    if request.method == "POST" and form.is_valid():
        answer = second_factor.verify(user, form.cleaned_data["code"])
        if answer.verdict is Verdict.RIGHT:
            enter(request, user, answer.device)
            return HttpResponseRedirect(_after_code(request, answer.codes_left))
        if answer.verdict is not Verdict.THROTTLED:
            failed_logins.note_failure(user.username, address, step="second factor")
        form.add_error("code", ValidationError(answer.message))
    return _page(request, "accounts/code.html", form, heading=_("输入验证码"))


def _after_code(request: HttpRequest, codes_left: int | None) -> str:
    """Somebody who used a recovery code is shown how many are left, and how to set up a new phone."""
    target = safe_next(request)
    if codes_left is None:
        return target
    return f"{reverse('own_security')}?{urlencode({'next': target})}"


@never_cache
@csrf_protect
@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session."""
    user = request.user
    if isinstance(user, User):
        with transaction.atomic():
            record("accounts.login.left", user, actor=user)
    end_session(request)
    return to_login("", "out")


def to_login(target: str, ended: str = "") -> HttpResponseRedirect:
    """Lead to the login page, and back to ``target`` afterwards."""
    values = {name: value for name, value in (("next", target), ("ended", ended)) if value}
    return HttpResponseRedirect(f"{reverse('wagtailadmin_login')}?{urlencode(values)}")


def _page(request: HttpRequest, template: str, form: forms.Form, **context: Any) -> HttpResponse:
    context |= {"form": form, "next": safe_next(request), "relaxed": not second_factor.is_required()}
    return TemplateResponse(request, template, context)
