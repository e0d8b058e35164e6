"""Every request to the workplace: staff only, and only with the powers of today."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from portal.accounts.groups import sync_groups
from portal.accounts.models import User
from portal.middleware.admin_csp import ADMIN_PREFIX


class WorkplaceMiddleware:
    """Bring the groups of the account in line with its grants of today before Wagtail asks for them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path.startswith(ADMIN_PREFIX) and isinstance(request.user, User):
            sync_groups(request.user)
        return self.get_response(request)
