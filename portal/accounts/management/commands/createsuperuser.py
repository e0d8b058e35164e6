"""Django's command, closed: there are no superusers here."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _


class Command(BaseCommand):
    """Says what to do instead."""

    help = "There are no superusers: use create_administrator."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the arguments of Django's command, so that the answer is ours."""
        for name in ("--username", "--email", "--database"):
            parser.add_argument(name)
        parser.add_argument("--noinput", "--no-input", action="store_false", dest="interactive")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse."""
        raise CommandError(
            _("本系统没有超级用户。请运行 manage.py create_administrator 登录名 姓名，建立首位系统管理员。")
        )
