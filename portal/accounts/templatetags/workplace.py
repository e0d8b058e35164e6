"""Questions of the workplace's frame."""

from __future__ import annotations

from django import template

from portal.accounts.services.second_factor import is_required

register = template.Library()


@register.simple_tag
def second_factor_is_relaxed() -> bool:
    """Whether this portal lets staff in without a second factor: a demo, and every page says so."""
    return not is_required()
