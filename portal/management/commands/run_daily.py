"""``manage.py run_daily``: what has to be done once a day, now."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.daily import run_day


class Command(BaseCommand):
    """Run every step that is not done for the day; done ones are left alone."""

    help = "Run the daily steps that are not done for the day. The worker does so by itself."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("--day", metavar="YYYY-MM-DD", help="make up for an earlier day; default: today")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a line a step; exit status 1 when one failed."""
        reports = run_day(_day(options["day"]))
        for report in reports:
            mark = {"done": "✓", "failed": "✗"}.get(report.outcome, "·")
            self.stdout.write(f"{mark} {report.step}: {report.line}")
        failed = [report.step for report in reports if report.outcome == "failed"]
        if failed:
            raise CommandError(_("未完成：%s。原因见上面的日志，处理后再次运行即可。") % "、".join(failed))


def _day(text: str | None) -> dt.date:
    today = timezone.localdate()
    if text is None:
        return today
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(_("--day：“%s”不是日期，请写成 2026-11-22 的样子。") % text) from None
    if day > today:
        raise CommandError(_("--day：%s 还没有到，请写今天或更早的日期。") % day)
    return day
