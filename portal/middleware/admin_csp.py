"""The editors' workplace: a content policy of its own, and refusals in plain words."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.utils.http import url_has_allowed_host_and_scheme

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
        if request.path.startswith(ADMIN_PREFIX) and "Content-Security-Policy" not in response.headers:
            response.headers["Content-Security-Policy"] = settings.ADMIN_CONTENT_SECURITY_POLICY
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """Turn a refusal that is written for staff (``shown_to_staff``) into a message on their page."""
        if not getattr(exception, "shown_to_staff", False) or not request.path.startswith(ADMIN_PREFIX):
            return None
        messages.error(request, str(exception))
        target = _page_before(request)
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return JsonResponse({"step": "success", "redirect": target})
        return HttpResponseRedirect(target)


def _page_before(request: HttpRequest) -> str:
    """The page that the person was on, when it is one of this host's admin."""
    before = request.headers.get("referer", "")
    if url_has_allowed_host_and_scheme(before, {request.get_host()}, require_https=request.is_secure()):
        return before
    return ADMIN_PREFIX
