"""The pages for 400, 403, 404 and 500, and what to say when no other page can be drawn."""

from __future__ import annotations

from django.core.exceptions import BadRequest
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    HttpResponseNotFound,
    HttpResponseServerError,
)
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

STYLE_SHEETS = (
    "portal/css/tokens.css",
    "portal/css/base.css",
    "portal/css/layout.css",
    "portal/css/parts.css",
)
#: For answers made outside the middleware that adds the policy of public pages.
STANDALONE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'"
)


class BadInput(BadRequest):
    """Input that a view cannot answer. Its text names the field and the remedy and is shown to the reader."""


def plain_bad_request(reason: str) -> HttpResponse:
    """Return a 400 page that says ``reason``, drawn without request, session or database."""
    response = HttpResponseBadRequest(_standalone("400.html", reason=reason))
    response["Content-Security-Policy"] = STANDALONE_POLICY
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 400. A reason is shown only when one of our views wrote it (``BadInput``)."""
    reason = str(exception) if isinstance(exception, BadInput) else ""
    return HttpResponseBadRequest(_standalone("400.html", reason=reason))


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 403 in plain words; the reason inside the exception is for the log, not for the reader."""
    return HttpResponseForbidden(render_to_string("403.html", request=request))


@never_cache
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404 with the search box, filled with the last part of the path when it reads like a word."""
    return HttpResponseNotFound(
        render_to_string("404.html", {"search_text": _last_word(request.path)}, request=request)
    )


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500 without database, session or context processors: any of them may be what failed."""
    number = getattr(request, "request_id", "")
    return HttpResponseServerError(_standalone("500.html", reference=str(number)))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a failed form check (``CSRF_FAILURE_VIEW``): the remedy is to open the form again."""
    text = _("这张表单已过期，或浏览器没有接受本站的 Cookie。请回到上一页、刷新后重新提交。")
    return HttpResponseForbidden(_standalone("400.html", reason=text))


def _standalone(template: str, **context: str) -> SafeString:
    """Render a page that needs nothing but its template and, when it can be found, the style sheets."""
    return render_to_string(template, {**context, "style_sheets": _style_addresses()})


def _style_addresses() -> list[str]:
    """Return the addresses of the style sheets, none when the list of static files cannot be read."""
    try:
        return [static(path) for path in STYLE_SHEETS]
    except (ValueError, OSError):
        return []


def _last_word(path: str) -> str:
    """Return the last part of a path when it could be a name or a code someone looked for."""
    word = path.rstrip("/").rpartition("/")[2][:40]
    return word if word.isprintable() and "." not in word else ""
