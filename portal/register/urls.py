"""Addresses of the register's public pages."""

from __future__ import annotations

from django.urls import path

from portal.register.views import directory, exports, fees, institution

app_name = "register"

urlpatterns = [
    path("institutions/", directory.directory, name="directory"),
    path("institutions/export.csv", exports.institutions_csv, name="institutions_csv"),
    path("institutions/<str:code>/", institution.institution, name="institution"),
    path("institutions/<str:code>/qr.svg", institution.qr_code, name="qr_code"),
    path("fees/", fees.fees, name="fees"),
    path("fees/export.csv", exports.fees_csv, name="fees_csv"),
]
