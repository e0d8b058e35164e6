"""Who acts in a request to the workplace, and how a form goes on after somebody else was quicker."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from portal.accounts.models import User


def actor_of(request: HttpRequest) -> User:
    """The account with its office, without what middleware wrapped around it."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return User.objects.select_related("office").get(pk=request.user.pk)


def go_on_from(form: forms.BaseForm, version: str) -> None:
    """Let the form, shown again with what was typed, answer for the version that stands now."""
    data: Any = form.data
    data = data.copy()
    data["version"] = version
    form.data = data
