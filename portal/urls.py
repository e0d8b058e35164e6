"""Addresses of the site. Wagtail's page addresses come last: they match everything."""

from __future__ import annotations

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from portal.views import health, media, preferences

handler400 = "portal.views.errors.bad_request"
handler403 = "portal.views.errors.permission_denied"
handler404 = "portal.views.errors.not_found"
handler500 = "portal.views.errors.server_error"

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("preferences/large-text/", preferences.large_text, name="large_text"),
    path("media/images/<path:path>", media.image, name="media_image"),
    path("admin/", include("portal.accounts.urls")),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("search/", include("search.urls")),
    path("", include("portal.audit.urls")),
    path("", include("portal.register.urls")),
    path("", include("portal.notices.urls")),
    path("", include(wagtail_urls)),
]
