"""Give every request an identifier, so that an error page, a log line and an audit event can be matched."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from portal.audit.request_context import set_request_id


class RequestIdMiddleware:
    """Set the identifier for the request's thread and send it back as ``X-Request-ID``."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        identifier = secrets.token_hex(8)
        set_request_id(identifier)
        try:
            response = self.get_response(request)
        finally:
            set_request_id("")
        response["X-Request-ID"] = identifier
        return response
