"""What somebody gets in the workplace who may not do something there: 403 and a page that says so.

Wagtail leads to the home page with a message and status 302, which reads like success to a script, hides what was
refused from the access log, and loses the address that was asked for.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse


def refuse(request: HttpRequest) -> HttpResponse:
    """Answer 403; a script of the workplace gets the plain refusal."""
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        raise PermissionDenied
    return TemplateResponse(request, "wagtailadmin/403.html", status=403).render()


def take_over() -> None:
    """Put :func:`refuse` in the place of Wagtail's own answer (from an app's ``ready``)."""
    from wagtail.admin import auth

    auth.permission_denied = refuse
