"""System checks: in production nobody enters the workplace without a second factor."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

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
