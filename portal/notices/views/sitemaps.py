"""The map of the site for people, and the ones for machines."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from portal.notices.models import HomePage, NoticeSectionPage, TextPage
from portal.notices.services.regulation_pages import articles_by_chapter
from portal.notices.services.site_addresses import (
    INSTITUTIONS_PER_PART,
    institution_addresses,
    institution_parts,
    page_addresses,
)

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """``/sitemap/``: every column of the site on one page."""
    return TemplateResponse(
        request,
        "notices/site_map.html",
        {
            "home": HomePage.objects.live().first(),
            "sections": NoticeSectionPage.objects.live().public().order_by("path"),
            "chapters": articles_by_chapter(),
            "texts": TextPage.objects.live().public().order_by("path"),
        },
    )


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """``/sitemap.xml``: the list of the parts."""
    root = _root(request)
    parts = [f"{root}/sitemap-pages.xml"]
    parts += [f"{root}/sitemap-institutions-{part}.xml" for part in range(1, institution_parts() + 1)]
    entries = "".join(f"<sitemap><loc>{escape(part)}</loc></sitemap>" for part in parts)
    return _xml(f'<sitemapindex xmlns="{NAMESPACE}">{entries}</sitemapindex>')


@require_safe
def sitemap_pages(request: HttpRequest) -> HttpResponse:
    """Pages and notices with the moment of their last change."""
    return _url_set(_root(request), page_addresses())


@require_safe
def sitemap_institutions(request: HttpRequest, part: int) -> HttpResponse:
    """Institutions, in parts of at most 20,000 addresses."""
    if not 1 <= part <= institution_parts():
        raise Http404(part)
    return _url_set(_root(request), institution_addresses((part - 1) * INSTITUTIONS_PER_PART))


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read: everything public, but not searches without end."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /search/",
        "Disallow: /preferences/",
        f"Sitemap: {_root(request)}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _root(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"


def _url_set(root: str, addresses: Iterable[tuple[str, str]]) -> HttpResponse:
    entries = "".join(
        f"<url><loc>{escape(root + path)}</loc>{f'<lastmod>{changed}</lastmod>' if changed else ''}</url>"
        for path, changed in addresses
    )
    return _xml(f'<urlset xmlns="{NAMESPACE}">{entries}</urlset>')


def _xml(content: str) -> HttpResponse:
    return HttpResponse(
        f'<?xml version="1.0" encoding="utf-8"?>\n{content}', content_type="application/xml; charset=utf-8"
    )
