"""How a contradiction between a notice and the register is put into words."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from portal.notices.services.publication_checks.named_filings import Named


def contradiction(item: Named, says: str, register: str, remedy: str) -> str:
    """Name the institution, what the notice says, what the register says, and what to do."""
    return _("%(name)s：公告写的是“%(says)s”，登记库为“%(register)s”。%(remedy)s") % {
        "name": item.name,
        "says": says,
        "register": register,
        "remedy": remedy,
    }


def in_words(day: dt.date) -> str:
    """``2026年3月2日``."""
    return f"{day.year}年{day.month}月{day.day}日"
