"""Builders for people of the administration: an account, its office, and a grant for each role."""

from __future__ import annotations

from typing import Any

from portal.accounts.models import Authority, Role, User
from portal.accounts.services.grants import grant_role
from tests.factories.register import make_bureau

PASSWORD = "zp-Kx81-notice"


def make_person(name: str, *roles: Role, office: Authority | None = None, **fields: Any) -> User:
    """An account of an office (the bureau unless given) that holds these roles there from today on."""
    office = office or make_bureau()
    user: User = User.objects.create_user(name, password=PASSWORD, office=office, **fields)
    for role in roles:
        grant_role(user, role, office, reason="测试")
    return User.objects.get(pk=user.pk)
