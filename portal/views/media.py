"""Images of pages in the embedded form; a larger installation lets its web server deliver them."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.views.static import serve


def image(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a rendition made by the CMS. Documents are never reached this way: they have a view with checks."""
    return serve(request, path, document_root=str(settings.MEDIA_ROOT / "images"))
