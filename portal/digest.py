"""The morning digest goes out on working days: accounts write it, the register's calendar says when."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from portal.contracts.daily import DailyStep, register_daily

DIGEST_AT = dt.time(8, 0)


def register_step() -> None:
    """Register the step; it comes last, when the day's other steps have brought the duties up to date."""
    register_daily(DailyStep("accounts.digest", send_on_working_days, order=900, not_before=DIGEST_AT))


def send_on_working_days(day: dt.date) -> str:
    """Send the digests of a working day; make-up working weekends count, festivals do not."""
    from portal.accounts.services.digest import send_digests
    from portal.register.calendar import current_calendar

    verdict = current_calendar().day_verdict(day)
    return send_digests(day) if verdict.working else _("%s，不发晨报") % verdict.reason
