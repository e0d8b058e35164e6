"""System checks: the second factor in production; the table of powers and the program name the same things."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from portal.accounts.powers import PowersTableError, powers_table
from portal.accounts.scoping import declared_scopes

WORDS = ("required", "relaxed")


@register(Tags.security)
def second_factor_is_asked_for(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report an unknown word, and “relaxed” outside a demo."""
    if settings.STAFF_TWO_FACTOR not in WORDS:
        return [
            Error(
                f"STAFF_TWO_FACTOR 的值“{settings.STAFF_TWO_FACTOR}”无法识别。",
                hint="只能是 required（必须两步验证）或 relaxed（仅限演示）。",
                id="accounts.E001",
            )
        ]
    if settings.ROLE == "production" and settings.STAFF_TWO_FACTOR == "relaxed":
        return [
            Error(
                "正式环境不能放宽两步验证。",
                hint="删去 STAFF_TWO_FACTOR，或改为 required。",
                id="accounts.E002",
            )
        ]
    return []


@register(Tags.security)
def table_and_program_agree(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report words of the table that no app declares, and declared things that the table forgets."""
    try:
        written = {row.thing for row in powers_table()}
    except (PowersTableError, KeyError) as error:
        return [
            Error(
                f"权限表无法读取：{error}", hint="请按表头和已有的词语改正 powers.csv。", id="accounts.E003"
            )
        ]
    declared = {scope.thing for scope in declared_scopes()}
    return [
        Error(
            f"权限表与程序不一致：“{thing}”{'未在程序中声明' if thing in written else '不在权限表中，任何人都看不到'}。",
            hint="请核对 powers.csv 的“对象”一列和各应用的 scopes。",
            id="accounts.E004",
        )
        for thing in sorted(written ^ declared)
    ]
