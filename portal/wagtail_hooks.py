"""What the workplace of the staff is made of: their duties first, nothing that nobody needs."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import path
from wagtail import hooks

from portal.accounts.admin import home
from portal.accounts.admin.digest_panel import DigestPanel


@hooks.register("construct_homepage_panels", order=1000)
def duties_first(request: HttpRequest, panels: list[Any]) -> None:
    """The home page shows duties; Wagtail's own panels repeat parts of them without an order."""
    panels[:] = [home.DutiesPanel()]


@hooks.register("construct_homepage_summary_items", order=1000)
def no_summary(request: HttpRequest, items: list[Any]) -> None:
    """Numbers of pages and files ask nobody to do anything."""
    items.clear()


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    """The whole list of duties."""
    return [path("duties/", home.duties, name="staff_duties")]


@hooks.register("register_account_settings_panel")
def digest_panel(request: HttpRequest, user: Any, profile: Any) -> DigestPanel:
    """When to get the morning digest."""
    return DigestPanel(request, user, profile)
