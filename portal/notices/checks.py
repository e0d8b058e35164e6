"""System checks: the powers over publishing are as DESIGN fixes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections


@register(Tags.database)
def nobody_publishes_alone(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Report groups that hold Wagtail's publish permission (that nobody is a superuser the database sees to)."""
    if not databases or "default" not in databases:
        return []
    from wagtail.models import GroupPagePermission

    if GroupPagePermission._meta.db_table not in connections["default"].introspection.table_names():
        return []
    errors: list[CheckMessage] = []
    holders = GroupPagePermission.objects.filter(permission__codename="publish_page")
    for name in sorted(set(holders.values_list("group__name", flat=True))):
        errors.append(
            Error(
                f"用户组“{name}”持有直接发布权限。",
                hint="发布只能由审核流程完成：请运行 manage.py load_reference，或在用户组中去掉“发布”权限。",
                id="notices.E001",
            )
        )
    return errors
