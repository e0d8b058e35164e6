"""Display preferences kept in a cookie: the large-text mode (适老化), working without scripts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

LARGE_TEXT_COOKIE = "large_text"
ONE_YEAR_SECONDS = 365 * 24 * 3600


@never_cache
@require_safe
def large_text(request: HttpRequest) -> HttpResponse:
    """Switch the large-text mode (``on=1`` or ``on=0``) and return to ``next``.

    ``next`` is followed only to a path of this host; anything else leads to the home page, so that the
    link cannot be used to send people elsewhere.
    """
    response = HttpResponseRedirect(_safe_target(request))
    if request.GET.get("on") == "1":
        response.set_cookie(
            LARGE_TEXT_COOKIE,
            "1",
            max_age=ONE_YEAR_SECONDS,
            secure=request.is_secure(),
            httponly=True,
            samesite="Lax",
        )
    else:
        response.delete_cookie(LARGE_TEXT_COOKIE, samesite="Lax")
    return response


def _safe_target(request: HttpRequest) -> str:
    """Return ``next`` when it is a path on this host, else the home page."""
    target = request.GET.get("next", "")
    # A path only: an absolute address, even of this host, is never needed here.
    if not target.startswith("/") or not target.isprintable():
        return "/"
    allowed = url_has_allowed_host_and_scheme(target, allowed_hosts=None, require_https=request.is_secure())
    return target if allowed else "/"
