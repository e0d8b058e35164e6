"""Two people at the same thing: a form carries the version that it was filled from, the service compares under lock."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext as _


class ChangeRefused(Exception):
    """What was asked for cannot be done; ``field`` names the field of the form, empty for the whole."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class StaleVersion(ChangeRefused):
    """Somebody has changed it since the form was opened."""

    def __init__(self) -> None:
        super().__init__(
            _("您打开本页之后，这里的内容已被他人修改，没有保存。您填写的内容还在；请核对最新情况后再保存。")
        )


def version_of(*values: object) -> str:
    """A short digest of plain values, the same for the same values."""
    text = json.dumps(values, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def version_of_row(row: models.Model, fields: Iterable[str]) -> str:
    """The version of a row, as it stands in the database, by those of its fields that a form shows."""
    values = row._meta.model._default_manager.filter(pk=row.pk).values_list(*sorted(fields)).first()
    return version_of(row.pk, list(values or ()))


def check_version(found: str, seen: str) -> None:
    """Raise :class:`StaleVersion` unless both are the same."""
    if found != seen:
        raise StaleVersion
