"""Demo accounts with passwords made at first run; kept in a file that only the owner of the data folder may read."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import Authority, Role, User
from portal.accounts.services.grants import grant_role
from portal.audit.record import record

FILE_NAME = "demo-logins.json"
DISTRICT_OFFICE = "CQ-500103"


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One account: its name, its role, the code of its office, and what it is called."""

    username: str
    role: Role
    office: str
    name: str

    @property
    def label(self) -> str:
        """The role in words."""
        return str(self.role.label)


ACCOUNTS = (
    DemoAccount("editor", Role.EDITOR, settings.BUREAU_CODE, "演示编辑"),
    DemoAccount("publisher", Role.PUBLISHER, settings.BUREAU_CODE, "演示发布"),
    DemoAccount("sysadmin", Role.SYSADMIN, settings.BUREAU_CODE, "演示系统管理员"),
    DemoAccount("officer", Role.CASE_OFFICER, settings.CENTRE_CODE, "演示市级经办人"),
    DemoAccount("head", Role.HEAD, settings.CENTRE_CODE, "演示市级负责人"),
    DemoAccount("district-officer", Role.CASE_OFFICER, DISTRICT_OFFICE, "演示渝中经办人"),
    DemoAccount("district-head", Role.HEAD, DISTRICT_OFFICE, "演示渝中负责人"),
    DemoAccount("archivist", Role.ARCHIVIST, settings.CENTRE_CODE, "演示档案员"),
    DemoAccount("auditor", Role.AUDITOR, settings.BUREAU_CODE, "演示审计员"),
)


def load_accounts() -> str:
    """Make the accounts that are missing and write their passwords down; existing ones are never touched."""
    path = Path(settings.DATA_DIR) / FILE_NAME
    present = set(
        User.objects.filter(username__in=[row.username for row in ACCOUNTS]).values_list(
            "username", flat=True
        )
    )
    missing = [row for row in ACCOUNTS if row.username not in present]
    if not missing:
        return _("未变")
    logins = {row["user"]: row for row in _read(path)}
    with transaction.atomic():
        for account in missing:
            password = secrets.token_urlsafe(12)
            office = Authority.objects.get(code=account.office)
            _make(account, password, office)
            logins[account.username] = {
                "user": account.username,
                "password": password,
                "role": f"{office.short_name} {account.label}",
            }
        # Inside the transaction: an account whose password nobody knows would be of no use.
        _write(path, [logins[row.username] for row in ACCOUNTS if row.username in logins])
    return _("新建账号 %s") % "、".join(row.username for row in missing)


def _make(account: DemoAccount, password: str, office: Authority) -> None:
    user = User(username=account.username, first_name=account.name, is_staff=False, office=office)
    user.set_password(password)
    user.save()
    record("accounts.user.created", user, after={"demo": True}, reason="演示数据")
    grant_role(user, account.role, office, reason="演示数据")


def _read(path: Path) -> list[dict[str, str]]:
    try:
        return list(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return []


def _write(path: Path, logins: list[dict[str, str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_suffix(".new")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(logins, stream, ensure_ascii=False, indent=1)
    aside.chmod(0o600)
    aside.replace(path)
