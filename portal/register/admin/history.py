"""What was changed about an object, by whom and why, in words: read from the audit log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext, gettext_lazy as _

from portal.audit.models import AuditEvent

SHOWN = 30
#: What happened, by action.
ACTIONS = {
    "register.fees.published": _("公布"),
    "register.fees.corrected": _("更正"),
    "register.fees.ended": _("由后一份接替"),
    "register.fees.extended": _("继续执行"),
    "register.fees.annulled": _("撤回"),
    "register.reference.added": _("增加"),
    "register.reference.changed": _("修改"),
    "register.reference.abolished": _("撤销"),
    "register.calendar.published": _("公布"),
    "register.calendar.changed": _("修改"),
}
#: Keys of events that are no fields.
KEYS = {
    "filing": _("备案"),
    "items": _("项目"),
    "successor": _("承继"),
    "work_types": _("工种"),
    "former": _("原编码"),
    "days": _("天数"),
    "removed": _("删去"),
    "added": _("增加"),
}


@dataclass(frozen=True)
class HistoryRow:
    """One event in words."""

    at: dt.datetime
    who: str
    what: str
    before: list[tuple[str, str]]
    after: list[tuple[str, str]]
    reason: str


def history_of(row: models.Model, limit: int = SHOWN) -> list[HistoryRow]:
    """The latest events of an object, the newest first: one query."""
    events = AuditEvent.objects.filter(object_type=row._meta.label_lower, object_id=str(row.pk))
    changes = events.exclude(action__endswith=".read").exclude(action__endswith=".exported")
    return [in_words(event, type(row)) for event in changes.order_by("-pk")[:limit]]


def in_words(event: AuditEvent, model: type[models.Model]) -> HistoryRow:
    """An event with the names of fields in place of keys."""
    return HistoryRow(
        event.at,
        event.actor_name,
        str(ACTIONS.get(event.action, event.action)),
        _pairs(event.before, model),
        _pairs(event.after, model),
        event.reason,
    )


def _pairs(values: object, model: type[models.Model]) -> list[tuple[str, str]]:
    if not isinstance(values, dict):
        return []
    return [(_label(key, model), _text(value)) for key, value in values.items()]


def _label(key: str, model: type[models.Model]) -> str:
    if key in KEYS:
        return str(KEYS[key])
    try:
        field = model._meta.get_field(key)
    except FieldDoesNotExist:
        return key
    return str(getattr(field, "verbose_name", key))


def _text(value: object) -> str:
    if isinstance(value, list):
        return "、".join(_text(item) for item in value) if _simple(value) else gettext("%d 项") % len(value)
    return gettext("（空）") if value in (None, "") else str(value)


def _simple(values: Iterable[object]) -> bool:
    return all(isinstance(item, (str, int)) for item in values)
