"""The first system administrator of a fresh portal; everybody else is made in the workplace."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import Authority, Role
from portal.accounts.services.accounts import create_account
from portal.accounts.services.grants import GrantRefused, grant_role
from portal.accounts.standing import grants_on


class Command(BaseCommand):
    """``manage.py create_administrator LOGIN NAME``: prints a password for the first login, once."""

    help = "Create the first system administrator and print a password for the first login."

    def add_arguments(self, parser: CommandParser) -> None:
        """Login name, name of the person, office."""
        parser.add_argument("username", help="登录名：小写字母、数字")
        parser.add_argument("name", help="姓名")
        parser.add_argument("--office", default=settings.BUREAU_CODE, help="机关代码，默认为市局")
        parser.add_argument("--email", default="", help="电子邮箱")
        parser.add_argument(
            "--another", action="store_true", help="已有系统管理员时仍再建一个（如均无法登录）"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make account and grant together or not at all."""
        present = grants_on(timezone.localdate()).filter(role=Role.SYSADMIN).select_related("user")
        names = "、".join(sorted({str(grant.user) for grant in present}))
        if names and not options["another"]:
            raise CommandError(
                _("已有系统管理员：%s。请由其在后台“账号”中新建；均无法登录时加 --another。") % names
            )
        office = Authority.objects.on(timezone.localdate()).filter(code=options["office"]).first()
        if office is None:
            raise CommandError(
                _("没有代码为“%s”的机关，请先运行 manage.py load_reference，或核对 --office。")
                % options["office"]
            )
        reason = _("命令行建立系统管理员")
        try:
            with transaction.atomic():
                user, password = create_account(
                    options["username"], options["name"], office, email=options["email"], reason=reason
                )
                grant_role(user, Role.SYSADMIN, office, reason=reason)
        except GrantRefused as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(
            _("已建立系统管理员 %(name)s，登录名 %(login)s") % {"name": user, "login": user.username}
        )
        self.stdout.write(_("初始密码（只显示一次，首次登录时须更换）：%s") % password)
