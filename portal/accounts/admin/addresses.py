"""Addresses of the screens for accounts, below ``/admin/``."""

from __future__ import annotations

from django.urls import URLPattern, path

from portal.accounts.admin import absences, account_page
from portal.accounts.admin.account_list import AccountIndexView

urlpatterns: list[URLPattern] = [
    path("accounts/", AccountIndexView.as_view(), name="accounts_list"),
    path("accounts/results/", AccountIndexView.as_view(results_only=True), name="accounts_list_results"),
    path("accounts/new/", account_page.create, name="account_create"),
    path("accounts/<int:pk>/", account_page.account, name="account"),
    path("accounts/<int:pk>/<slug:slug>/", account_page.act, name="account_action"),
    path("grants/<int:pk>/end/", account_page.end, name="grant_end"),
    path("absences/", absences.absences, name="absences"),
    path("absences/new/", absences.enter, name="absence_enter"),
    path("absences/<int:pk>/cancel/", absences.cancel, name="absence_cancel"),
]
