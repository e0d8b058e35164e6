"""Who runs the site, for the header, the footer and the metadata of every page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from wagtail.models import Site

from portal.notices.models import SiteIdentity
from portal.notices.services.stamps import read_stamp

#: Set on the request by the page cache, which reads the stamp anyway.
STAMP_ATTRIBUTE = "content_stamp"

_cache: dict[str, tuple[str, SiteIdentity]] = {}
_MAX_HOSTS = 20


def site_identity(request: HttpRequest) -> dict[str, Any]:
    """``site_identity``: the settings of the site, read when a template first asks for them."""
    return {"site_identity": SimpleLazyObject(lambda: identity_for(request))}


def identity_for(request: HttpRequest) -> SiteIdentity:
    """The identity of the request's site, from this process's memory while the stamp stands."""
    stamp = getattr(request, STAMP_ATTRIBUTE, None) or read_stamp()
    host = request.get_host()
    known = _cache.get(host)
    if known is not None and known[0] == stamp:
        return known[1]
    identity = _load(request)
    if len(_cache) >= _MAX_HOSTS:
        _cache.clear()
    _cache[host] = (stamp, identity)
    return identity


def _load(request: HttpRequest) -> SiteIdentity:
    """The saved identity of the site, or an unsaved one with the defaults."""
    site = Site.find_for_request(request)
    saved = SiteIdentity.objects.filter(site=site).first() if site is not None else None
    return saved if saved is not None else SiteIdentity(site=site)
