"""Addresses of feeds, site maps and staff actions; pages themselves are Wagtail's."""

from __future__ import annotations

from django.urls import path

from portal.notices.views import feeds, notice, sitemaps

app_name = "notices"

urlpatterns = [
    path("notices/feed/", feeds.all_notices, name="feed"),
    path("notices/<slug:section>/feed/", feeds.section_notices, name="section_feed"),
    path("notices/<slug:section>/<slug:slug>/", notice.notice, name="notice"),
    path("sitemap/", sitemaps.site_map, name="site_map"),
    path("sitemap.xml", sitemaps.sitemap_index, name="sitemap_index"),
    path("sitemap-pages.xml", sitemaps.sitemap_pages, name="sitemap_pages"),
    path("sitemap-institutions-<int:part>.xml", sitemaps.sitemap_institutions, name="sitemap_institutions"),
    path("robots.txt", sitemaps.robots, name="robots"),
]
