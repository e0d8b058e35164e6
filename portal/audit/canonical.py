"""The canonical text of an event: the same for the same event on every database and machine.

SQLite keeps JSON as it was written; PostgreSQL keeps its meaning and writes it anew (other order of keys, other
spelling of numbers). So values are made plain before they are stored, such that both give back what went in.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
from json.encoder import encode_basestring as _quoted
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from portal.audit.models import AuditEvent


class CanonicalEncoder(json.JSONEncoder):
    """Writes JSON in the one way that digests are made of."""

    def __init__(self, **_options: Any) -> None:
        super().__init__(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


_encode = CanonicalEncoder().encode
#: From here on Python writes a float with an exponent, which PostgreSQL gives back as a whole number.
_EXPONENT_FROM = 1e16


class NotPlain(TypeError):
    """A value of ``before`` or ``after`` that cannot be kept exactly; the message names its place."""


def plain_text(text: str) -> str:
    """The text without what PostgreSQL or UTF-8 cannot hold: such a character becomes U+FFFD, visibly."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return str(text)


def plain(value: Any, place: str = "") -> Any:
    """The value as it comes back from both databases.

    Keys become texts, tuples lists, whole floats from 10^16 on integers, a negative zero a zero.
    Raises :class:`NotPlain` for NaN, infinity, and for anything that is not JSON (dates: write ``isoformat()``);
    ``place`` is what the message calls the value.
    """
    kind = type(value)
    if kind is str:
        return plain_text(value)
    if value is None or kind is bool or kind is int:
        return value
    if kind is dict:
        return {_plain_key(key, place): plain(item, key) for key, item in value.items()}
    if kind is list or kind is tuple:
        return [plain(item, place) for item in value]
    return _plain_other(value, place)


def _plain_other(value: Any, place: str) -> Any:
    """The rarer kinds of values."""
    if isinstance(value, str):
        return plain_text(str.__str__(value))
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise NotPlain(_("审计内容“%s”不是有限的数，不能入库。") % place)
        return int(value) if abs(value) >= _EXPONENT_FROM else value + 0.0
    if isinstance(value, dict):
        return plain(dict(value), place)
    if isinstance(value, (list, tuple)):
        return plain(list(value), place)
    raise NotPlain(
        _("审计内容“%(place)s”是 %(type)s，不能入库；请改为文字、数字或列表。")
        % {"place": place, "type": type(value).__name__}
    )


def _plain_key(key: Any, place: str) -> str:
    if isinstance(key, str):
        return plain_text(str.__str__(key))
    if isinstance(key, int) and not isinstance(key, bool):
        return str(int(key))
    raise NotPlain(_("审计内容“%(place)s”的键 %(key)r 不是文字。") % {"place": place, "key": key})


def text_of(row: tuple[Any, ...]) -> str:
    """Canonical text of (at, actor_id, actor_name, office, action, object_type, object_id, object_label, before,
    after, reason, request_id), ``at`` being a text in ISO form, UTC, with microseconds."""
    before, after = row[8], row[9]
    return text_with_json(
        (
            *row[:8],
            "null" if before is None else _encode(before),
            "null" if after is None else _encode(after),
            *row[10:],
        )
    )


def text_with_json(row: tuple[Any, ...]) -> str:
    """As :func:`text_of`, ``before`` and ``after`` being the canonical JSON texts of their values."""
    at, actor_id, actor_name, office, action, kind, key, label, before, after, reason, request_id = row
    return (
        f'{{"action":{_quoted(action)},"actor_id":{"null" if actor_id is None else actor_id}'
        f',"actor_name":{_quoted(actor_name)},"after":{after},"at":"{at}","before":{before}'
        f',"object_id":{_quoted(key)},"object_label":{_quoted(label)},"object_type":{_quoted(kind)}'
        f',"office":{_quoted(office)},"reason":{_quoted(reason)},"request_id":{_quoted(request_id)}}}'
    )


def canonical_text(event: AuditEvent) -> str:
    """Text that the digest of an event is taken of: JSON with sorted keys and nothing between."""
    return text_of(
        (
            event.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
            event.actor_id,
            event.actor_name,
            event.office,
            event.action,
            event.object_type,
            event.object_id,
            event.object_label,
            event.before,
            event.after,
            event.reason,
            event.request_id,
        )
    )


def digest_of(event: AuditEvent) -> str:
    """SHA-256 of the canonical text, in hexadecimal."""
    return hashlib.sha256(canonical_text(event).encode("utf-8")).hexdigest()
