"""``explain_deadline RULE START [--json]``: a limit's last day and how it is found."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils.translation import gettext as _

from portal.register.calendar import current_calendar
from portal.regulation.deadlines import EXPLAINABLE_RULES, DeadlineError, explain
from portal.regulation.working_days import WorkCalendar, load_shipped_calendar

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Command(BaseCommand):
    """Print the date and why; with ``--json`` the same as data (``due``, ``provisional``, ``article``, …)."""

    help = _("按规则和起算日推算期限，并说明推算过程。")
    # A date can be explained on a site that is not set up yet.
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """RULE and START are positional; the start day means what each rule counts from."""
        names = "、".join(EXPLAINABLE_RULES)
        parser.add_argument("rule", metavar="RULE", help=_("规则：%(names)s") % {"names": names})
        parser.add_argument("start", metavar="START", help=_("起算日，写成 2026-02-13 的样子"))
        parser.add_argument("--json", action="store_true", help=_("以 JSON 输出"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError (exit code 1) for an unknown rule or a start that is no date."""
        start = _parsed_start(options["start"])
        try:
            deadline = explain(options["rule"], start, self._calendar())
        except DeadlineError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            self.stdout.write(json.dumps(deadline.to_dict(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(deadline.explanation_lines()))

    def _calendar(self) -> WorkCalendar:
        """The calendar with the days staff added, or the shipped one when there is no database yet."""
        try:
            return current_calendar()
        except DatabaseError:
            self.stderr.write(_("数据库尚未就绪，只按随程序发布的放假安排推算。"))
            return load_shipped_calendar()


def _parsed_start(text: str) -> date:
    if _ISO_DATE.fullmatch(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            message = _("起算日 START“%(text)s”不是存在的日期，请核对月和日。") % {"text": text}
            raise CommandError(message) from None
    message = _("起算日 START“%(text)s”不是日期，请写成 2026-02-13 的样子。") % {"text": text[:40]}
    raise CommandError(message)
