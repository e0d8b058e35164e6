"""What the steps of a login share: where it leads, what waits for the second factor, how it is completed."""

from __future__ import annotations

import datetime as dt
import time
from typing import cast

from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts.models import User
from portal.accounts.services.failed_logins import client_address, forget_failures
from portal.accounts.session_store import SessionStore
from portal.audit.record import record

PENDING = "pending_login"
#: Seconds between password and second factor.
PENDING_AGE = 300
BACKEND = "django.contrib.auth.backends.ModelBackend"


def safe_next(request: HttpRequest) -> str:
    """Where to go afterwards: an address of this host, or the start of the workplace."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return reverse("wagtailadmin_home")


def hold(request: HttpRequest, user: User) -> None:
    """Remember, in a session with a new key, who gave the right password and still owes the second factor."""
    request.session.cycle_key()
    request.session[PENDING] = {
        "user": user.pk,
        "at": int(time.time()),
        "password": user.get_session_auth_hash(),
    }


def held(request: HttpRequest) -> User | None:
    """Who owes the second factor; None when nobody does, or it took too long."""
    pending = request.session.get(PENDING)
    if not isinstance(pending, dict) or time.time() - pending["at"] > PENDING_AGE:
        request.session.pop(PENDING, None)
        return None
    user = User.objects.filter(pk=pending["user"], is_active=True, kind=User.Kind.STAFF).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), pending["password"]):
        return None
    return user


def enter(request: HttpRequest, user: User, device: TOTPDevice | StaticDevice | None = None) -> None:
    """Complete a login: a new session key, both clocks started, the failures forgotten, an event written."""
    request.session.pop(PENDING, None)
    address = client_address(request)
    with transaction.atomic():
        login(request, user, backend=BACKEND)
        cast(SessionStore, request.session).start_clock()
        # The session ends with the browser, too.
        request.session.set_expiry(0)
        if device is not None:
            request.session[DEVICE_ID_SESSION_KEY] = device.persistent_id
        forget_failures(user.username, address)
        factor = {TOTPDevice: "authenticator", StaticDevice: "recovery"}.get(type(device), "none")
        record(
            "accounts.login.succeeded",
            user,
            actor=user,
            after={"address": address, "second_factor": factor},
        )


def verified(request: HttpRequest, device: TOTPDevice) -> None:
    """Note that the session passed the second factor; its key changes with its rights."""
    request.session.cycle_key()
    request.session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    request.session.set_expiry(0)


def locked_page(request: HttpRequest, until: dt.datetime) -> HttpResponse:
    """Say until when nobody may try: the same for every name, known or not."""
    seconds = max(1, int((until - timezone.now()).total_seconds()) + 1)
    return TemplateResponse(
        request,
        "accounts/locked.html",
        {
            "heading": _("请稍后再登录"),
            "until": until,
            "minutes": -(-seconds // 60),
            "next": safe_next(request),
        },
        status=429,
        headers={"Retry-After": str(seconds)},
    )
