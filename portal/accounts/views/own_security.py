"""One's own account: the second factor, recovery codes, the password, the session."""

from __future__ import annotations

from base64 import b32encode
from typing import Any, cast

import segno
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import get_token
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp.plugins.otp_totp.models import TOTPDevice
from wagtail.admin.views.account import AccountView, ThemeSettingsPanel

from portal.accounts.admin.digest_panel import DigestPanel
from portal.accounts.models import User
from portal.accounts.services import failed_logins, second_factor
from portal.accounts.services.accounts import change_own_password
from portal.accounts.services.second_factor import Verdict
from portal.accounts.session_store import SessionStore
from portal.accounts.views.entering import locked_page, safe_next, verified
from portal.accounts.views.login import to_login


class EnrolmentForm(forms.Form):
    """The first code of a new authenticator."""

    code = forms.CharField(
        label=gettext_lazy("验证器显示的6位数字"),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": gettext_lazy("请输入验证器显示的6位数字。")},
    )


class PasswordForm(PasswordChangeForm):
    """The present password and a new one, twice."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": gettext_lazy("当前密码不正确，请重新输入。"),
        "password_mismatch": gettext_lazy("两次输入的新密码不一致，请重新输入。"),
    }
    field_order = ("old_password", "new_password1", "new_password2")

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(user, *args, **kwargs)
        for name, label in (
            ("old_password", _("当前密码")),
            ("new_password1", _("新密码")),
            ("new_password2", _("再次输入新密码")),
        ):
            self.fields[name].label = label
            self.fields[name].error_messages["required"] = _("请输入%s。") % label
        self.fields["new_password2"].help_text = ""


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator: the square to scan, then its first code, then the recovery codes, once."""
    user = _staff(request)
    if user is None:
        return to_login(request.get_full_path())
    device = second_factor.begin_enrolment(request, user)
    form = EnrolmentForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answer, codes = second_factor.finish_enrolment(user, device, form.cleaned_data["code"])
        if answer.verdict is Verdict.RIGHT and isinstance(answer.device, TOTPDevice):
            verified(request, answer.device)
            request.session.pop(second_factor.ENROLMENT, None)
            return _codes_page(request, codes)
        form.add_error("code", ValidationError(answer.message))
    context = {
        "heading": _("绑定验证器"),
        "form": form,
        "next": safe_next(request),
        "square": _square(device),
        "secret": _spaced_secret(device),
        "account": user.username,
        "issuer": settings.OTP_TOTP_ISSUER,
        "replaces": second_factor.authenticator_of(user) is not None,
    }
    return TemplateResponse(request, "accounts/enrol.html", context, headers={"Cache-Control": "no-store"})


def _square(device: TOTPDevice) -> SafeString:
    """What authenticators read as a QR code, drawn into the page: the secret never stands in an address."""
    code = segno.make(device.config_url, error="m", micro=False)
    svg = code.svg_inline(scale=5, border=4, dark="#000", light="#fff", svgclass=None, lineclass=None)
    return mark_safe(svg)  # noqa: S308 - made by segno from our own data


def _spaced_secret(device: TOTPDevice) -> str:
    text = b32encode(device.bin_key).decode("ascii")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def own_security(request: HttpRequest) -> HttpResponse:
    """The state of the own second factor; a POST makes new recovery codes."""
    user = _staff(request)
    if user is None:
        return to_login(request.get_full_path())
    device = second_factor.authenticator_of(user)
    if request.method == "POST" and device is not None:
        return _codes_page(request, second_factor.renew_recovery_codes(user))
    context = {
        "device": device,
        "codes_left": second_factor.recovery_codes_left(user),
        "next": safe_next(request),
        "required": second_factor.is_required(),
    }
    return TemplateResponse(request, "accounts/admin/own_security.html", context)


def _codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    """Show the recovery codes in the answer itself: they are kept nowhere that could show them again."""
    context = {
        "heading": _("请保存恢复码"),
        "codes": codes,
        "next": safe_next(request),
        "account": request.user.get_username(),
    }
    return TemplateResponse(request, "accounts/codes.html", context, headers={"Cache-Control": "no-store"})


@sensitive_post_parameters()
@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change the own password; every other session of the account ends."""
    user = _staff(request)
    if user is None:
        return to_login(request.get_full_path())
    form = PasswordForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        address = failed_logins.client_address(request)
        until = failed_logins.waiting_until(user.username, address)
        if until is not None:
            return locked_page(request, until)
        if form.is_valid():
            with transaction.atomic():
                change_own_password(user, form.cleaned_data["new_password1"])
                # Cycles the key; the sessions elsewhere do not fit the new password.
                update_session_auth_hash(request, user)
            messages.success(request, _("密码已更换，其他地方的登录已全部退出。"))
            return HttpResponseRedirect(safe_next(request))
        if form.has_error("old_password", "password_incorrect"):
            failed_logins.note_failure(user.username, address, step="password change")
    context = {
        "heading": _("更换密码"),
        "form": form,
        "next": safe_next(request),
        "initial": user.password_is_initial,
    }
    return TemplateResponse(request, "accounts/password.html", context)


@never_cache
@csrf_protect
@require_POST
def extend(request: HttpRequest) -> HttpResponse:
    """Go on working: the gate has noted it, the answer says how many seconds are left."""
    return _left(request)


@never_cache
def state(request: HttpRequest) -> HttpResponse:
    """How long the session lasts, without counting as use of it."""
    return _left(request)


def _left(request: HttpRequest) -> JsonResponse:
    """Seconds until the session ends by itself, and the token that its forms need."""
    if not request.user.is_authenticated:
        return JsonResponse({"left": 0, "token": ""})
    session = cast(SessionStore, request.session)
    return JsonResponse({"left": session.seconds_left(), "token": get_token(request)})


class OwnAccountView(AccountView):
    """Wagtail's own settings without what others rely on: the name in the log, the address for mails."""

    def get_panels(self) -> list[Any]:
        """The morning digest and appearance: Wagtail's own notification mails are not sent."""
        kept = (DigestPanel, ThemeSettingsPanel)
        return [panel for panel in super().get_panels() if isinstance(panel, kept)]


def _staff(request: HttpRequest) -> User | None:
    user = request.user
    return User.objects.get(pk=user.pk) if isinstance(user, User) and user.is_of_staff else None
