"""Which day a page is about: today, or a past day asked for with ``?on=2025-07-05``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _

from portal.register.views.parameters import Notes, iso_day, shown
from portal.regulation.wording import chinese_date


@dataclass(frozen=True)
class AskedDay:
    """The day that a page answers for. ``dated``: name the day even when it is today, as paper must."""

    day: dt.date
    today: dt.date
    dated: bool = False

    @property
    def is_past(self) -> bool:
        """Whether the page shows another day than today."""
        return self.day < self.today

    @property
    def before_register(self) -> bool:
        """Whether the register had not begun."""
        return self.day < first_day()

    @property
    def words(self) -> str:
        """今天, or the day with 当天."""
        return (
            _("今天")
            if not (self.is_past or self.dated)
            else _("%(day)s当天") % {"day": chinese_date(self.day)}
        )


def first_day() -> dt.date:
    """The register's first day: before it there is no answer."""
    day: dt.date = settings.REGISTER_FIRST_DAY
    return day


def read_asked_day(params: QueryDict, today: dt.date, notes: Notes) -> AskedDay:
    """Read ``on``. A malformed or a future day is refused in words and today is shown instead."""
    raw = params.get("on", "").strip()
    if not raw:
        return AskedDay(today, today)
    day = iso_day(raw)
    if day is None:
        notes.add(_("日期“{}”无法识别，已显示今天的情况。请写成 2025-07-05 的样子。"), shown(raw))
        return AskedDay(today, today)
    if day > today:
        notes.add(
            _("{}还没有到，登记簿不预告以后的状态，已显示今天的情况。有效期见下方“备案回执”。"),
            chinese_date(day),
        )
        return AskedDay(today, today)
    return AskedDay(day, today)
