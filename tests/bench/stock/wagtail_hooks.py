"""The bare lists in the workplace."""

from __future__ import annotations

from wagtail import hooks

from tests.bench.stock.viewsets import bare_viewsets

for viewset in bare_viewsets:
    hooks.register("register_admin_viewset", lambda viewset=viewset: viewset)
