"""For a system administrator who lost phone and recovery codes, when no other one is there to help."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.accounts.services.accounts import reset_two_factor
from portal.accounts.services.grants import GrantRefused


class Command(BaseCommand):
    """``manage.py reset_second_factor LOGIN --reason …``: the next login sets up a new authenticator."""

    help = "Take the authenticator and the recovery codes from an account."

    def add_arguments(self, parser: CommandParser) -> None:
        """Login name and reason."""
        parser.add_argument("username", help="登录名")
        parser.add_argument("--reason", required=True, help="理由，记入审计日志")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset, or say why not."""
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(_("没有登录名为“%s”的账号，请核对。") % options["username"])
        try:
            reset_two_factor(user, reason=options["reason"])
        except GrantRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(_("已重置%s的验证器，下次登录时重新绑定。") % user)
