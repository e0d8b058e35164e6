"""Helpers to log people in as they do it: password, then the code that their authenticator would show."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts.models import User
from tests.factories.people import PASSWORD

LOGIN = "/admin/login/"
CODE = "/admin/login/code/"
ENROL = "/admin/security/enrol/"


def code_of(user: User, steps: int = 0) -> str:
    """The code that the account's authenticator shows now, or ``steps`` half minutes from now."""
    device = TOTPDevice.objects.filter(user=user).latest("pk")
    return f"{totp(device.bin_key, drift=steps):06d}"


def give_authenticator(user: User) -> TOTPDevice:
    """An authenticator that is set up."""
    device: TOTPDevice = TOTPDevice.objects.create(user=user, name="authenticator", confirmed=True)
    return device


def send_password(client: Client, name: str, password: str = PASSWORD, **fields: Any) -> Any:
    """The first step."""
    return client.post(LOGIN, {"username": name, "password": password, **fields})


def log_in(client: Client, user: User) -> Any:
    """Both steps, or the first one for an account without an authenticator."""
    answer = send_password(client, user.username)
    if answer.headers.get("location", "").startswith(CODE):
        answer = client.post(answer.headers["location"], {"code": code_of(user)})
    return answer
