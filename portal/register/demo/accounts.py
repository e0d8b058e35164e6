"""Demo accounts with passwords made at first run; kept in a file that only the owner of the data folder may read."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import Authority, User
from portal.audit.record import record

FILE_NAME = "demo-logins.json"
#: Account, the group that gives its powers, and the office it belongs to.
ACCOUNTS = (
    ("editor", "编辑", True),
    ("publisher", "发布", True),
    ("sysadmin", "系统管理员", False),
)


def load_accounts() -> str:
    """Make the accounts that are missing and write their passwords down; existing ones are never touched."""
    path = Path(settings.DATA_DIR) / FILE_NAME
    missing = [row for row in ACCOUNTS if not User.objects.filter(username=row[0]).exists()]
    if not missing:
        return _("未变")
    logins = {row["user"]: row for row in _read(path)}
    with transaction.atomic():
        for username, role, in_office in missing:
            password = secrets.token_urlsafe(12)
            _make(username, role, password, in_office=in_office)
            logins[username] = {"user": username, "password": password, "role": role}
        # Inside the transaction: an account whose password nobody knows would be of no use.
        _write(path, [logins[username] for username, _role, _office in ACCOUNTS if username in logins])
    return _("新建账号 %s") % "、".join(row[0] for row in missing)


def _make(username: str, role: str, password: str, *, in_office: bool) -> None:
    office = Authority.objects.filter(code=settings.BUREAU_CODE).first() if in_office else None
    user = User(
        username=username, first_name=f"演示{role}", is_staff=False, is_superuser=False, office=office
    )
    user.set_password(password)
    user.save()
    user.groups.add(Group.objects.get_or_create(name=role)[0])
    record("accounts.user.created", user, after={"role": role, "demo": True}, reason="演示数据")


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
