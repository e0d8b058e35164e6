"""Addresses for notices: a Chinese title gives no letters, so the day and a running number do."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from portal.notices.models import NoticePage


def free_slug(page: NoticePage) -> str:
    """``20261122-1``: the notice's day and the first number that no other notice uses."""
    written: dt.date | None = page.written_on
    day = page.published_on or written or timezone.localdate()
    base = f"{day:%Y%m%d}"
    used = set(
        NoticePage.objects.filter(slug__startswith=f"{base}-")
        .exclude(pk=page.pk)
        .values_list("slug", flat=True)
    )
    number = 1
    while f"{base}-{number}" in used:
        number += 1
    return f"{base}-{number}"
