"""What the register's pages in the workplace show in one way: a status with icon and word."""

from __future__ import annotations

import functools

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.regulation.status import STATUS_LABELS, FilingStatus

register = template.Library()

#: Wagtail's icons: the colour is never the only sign.
ICONS = {
    FilingStatus.ACTIVE: "check",
    FilingStatus.RECTIFICATION: "warning",
    FilingStatus.RENEWAL_PENDING: "time",
    FilingStatus.NOT_YET: "time",
    FilingStatus.EXPIRED: "minus",
    FilingStatus.DEREGISTERED: "cross",
}


@register.simple_tag
@functools.lru_cache(maxsize=16)
def status_tag(value: str) -> SafeString | str:
    """The word of a public status with its icon, in Wagtail's look; nothing for none."""
    if not value:
        return ""
    status = FilingStatus(value)
    return format_html(
        '<span class="w-status{}"><svg class="register-icon icon-{}" aria-hidden="true"><use href="#icon-{}"></use>'
        "</svg> {}</span>",
        " w-status--primary" if status is FilingStatus.ACTIVE else "",
        ICONS[status],
        ICONS[status],
        STATUS_LABELS[status],
    )
