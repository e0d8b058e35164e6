"""Wagtail asks groups for what it decides itself (pages, workflow): they follow the grants of the day."""

from __future__ import annotations

from django.contrib.auth.models import Group
from django.db import transaction

from portal.accounts.models import Role, User
from portal.accounts.standing import standing_of


def ensure_groups() -> dict[Role, Group]:
    """One group a role, named by the role's word; makes what is missing."""
    return {role: Group.objects.get_or_create(name=str(role.label))[0] for role in Role}


def sync_groups(user: User) -> bool:
    """Put an account into exactly the groups of its roles today; returns whether anything changed.

    Called before every request to the workplace, so that a grant that ended yesterday gives nothing today,
    whatever else has or has not run.
    """
    wanted = {str(role.label) for role in standing_of(user).roles}
    present = set(user.groups.values_list("name", flat=True))
    if present == wanted:
        return False
    with transaction.atomic():
        user.groups.set([Group.objects.get_or_create(name=name)[0] for name in sorted(wanted)])
    for cache in ("_perm_cache", "_group_perm_cache", "_user_perm_cache", "_page_permission_cache"):
        user.__dict__.pop(cache, None)
    return True
