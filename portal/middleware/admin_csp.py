"""The editors' workplace: a content policy of its own, and refusals in plain words."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

ADMIN_PREFIX = "/admin/"


class AdminCspMiddleware:
    """Add ``ADMIN_CONTENT_SECURITY_POLICY`` to every answer below ``/admin/``.

    Wagtail's admin has inline scripts without nonces, so the strict policy of the public side does not fit.
    The preview of a public page keeps the strict policy: it must look as it will for the public.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.path.startswith(ADMIN_PREFIX) and "Content-Security-Policy" not in response:
            response.headers["Content-Security-Policy"] = settings.ADMIN_CONTENT_SECURITY_POLICY
        return response
