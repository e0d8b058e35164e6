"""``verify_audit``: compute the whole log anew, a few thousand events at a time, and name the first broken link."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit import signing
from portal.audit.breaks import Break, Kind, Seen, explain_break
from portal.audit.canonical import text_of, text_with_json
from portal.audit.chain import End, end_of_chain, unlinked_events
from portal.audit.heads import signature_holds
from portal.audit.models import AuditHead, AuditLink

#: Positions read at a time: so few that PostgreSQL looks their events up one by one, whatever the size of the log.
CHUNK = 1000
#: An event that has no link after so long is reported.
LINKED_WITHIN = dt.timedelta(seconds=10)
_SQL = """
SELECT l.position, l.event_id, l.previous, l.hash, e.digest, {at}, e.actor_id, e.actor_name, e.office, e.action,
       e.object_type, e.object_id, e.object_label, {before}, {after}, e.reason, e.request_id
FROM audit_auditlink l LEFT JOIN audit_auditevent e ON e.id = l.event_id
WHERE l.position > %s AND l.position <= %s ORDER BY l.position
"""
#: ``2026-11-22T19:40:00.123456+00:00``
_AT_LENGTH = 32
#: Quicker than ``json.loads``, which looks at the kind of its argument first.
_decode = json.JSONDecoder().raw_decode
#: Time and JSON come as texts: turning them into objects would cost more than everything else.
_COLUMNS = {
    "postgresql": {
        "at": """to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')""",
        "before": "e.before::text",
        "after": "e.after::text",
    },
    "sqlite": {
        "at": "replace(e.at || CASE WHEN length(e.at) = 19 THEN '.000000' ELSE '' END, ' ', 'T') || '+00:00'",
        "before": "CASE WHEN json_valid(e.before) THEN e.before || '' WHEN e.before IS NOT NULL THEN '' END",
        "after": "CASE WHEN json_valid(e.after) THEN e.after || '' WHEN e.after IS NOT NULL THEN '' END",
    },
}


@dataclass
class Verification:
    """What was looked at and what is wrong; ``breaks`` begins with the first broken link, if there is one."""

    start: End
    end: End
    checked: int = 0
    heads: int = 0
    last_head: AuditHead | None = None
    seconds: float = 0.0
    breaks: list[Break] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.breaks

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "sound": self.is_sound,
            "checked": self.checked,
            "from_position": self.start.position,
            "position": self.end.position,
            "hash": self.end.hash,
            "heads": self.heads,
            "last_head": self.last_head.day.isoformat() if self.last_head else None,
            "seconds": round(self.seconds, 3),
            "breaks": [each.as_dict() for each in self.breaks],
        }


def verify(from_head: AuditHead | None = None, patience: float = 0.0) -> Verification:
    """Verify the chain (from the place of a signed head on, when one is given), all heads, and what has no link yet.

    ``patience`` is how many seconds an event that looks overdue may still take: a deed that was long under way is
    committed with the time at which its event was made.
    """
    started = time.monotonic()
    heads = list(AuditHead.objects.order_by("day"))
    found = Verification(start=End(), end=end_of_chain(), heads=len(heads))
    keys = signing.known_keys()
    trusted = [head for head in heads if signature_holds(head, keys)]
    found.last_head = trusted[-1] if trusted else None
    by_position: dict[int, list[AuditHead]] = {}
    for head in trusted:
        by_position.setdefault(head.position, []).append(head)
    if from_head is not None:
        found.start = End(from_head.position, from_head.hash)
    _verify_chain(found, by_position)
    trusted_days = {head.day for head in trusted}
    found.breaks += [_forged(head, keys) for head in heads if head.day not in trusted_days]
    _verify_nothing_overdue(found, patience)
    found.seconds = time.monotonic() - started
    return found


def _verify_chain(found: Verification, heads: dict[int, list[AuditHead]]) -> None:
    """Walk along the chain to the first thing that is wrong."""
    digest_of_row = _DIGESTS[connection.vendor]
    position, previous = found.start.position, found.start.hash
    event = _event_at_start(found, heads) if position else 0
    if found.breaks:
        return
    for row in _rows(position, found.end.position):
        computed = digest_of_row(row)
        here, link_event, link_previous, link_hash, digest = row[:5]
        expected = sha256(f"{here}:{link_event}:{previous}:{computed}".encode("ascii")).hexdigest()
        sound = computed == digest and expected == link_hash and link_previous == previous
        if not sound or here != position + 1:
            seen = Seen(here, link_event, link_previous, link_hash, digest, computed)
            found.breaks.append(explain_break(seen, End(position, previous), event))
            break
        position, previous, event = here, link_hash, link_event
        if here in heads and any(head.hash != link_hash for head in heads[here]):
            found.breaks.append(_head_differs(heads[here][0]))
            break
    else:
        _verify_not_cut_off(found, position, heads)
    found.checked = position - found.start.position


def _event_at_start(found: Verification, heads: dict[int, list[AuditHead]]) -> int:
    """Number of the event at the signed head from which is verified; notes when the chain does not pass there."""
    start = found.start
    present = AuditLink.objects.filter(position=start.position).values_list("hash", "event_id").first()
    if present is not None:
        if present[0] != start.hash:
            found.breaks.append(_head_differs(heads[start.position][0]))
        return int(present[1])
    if found.end.position < start.position:
        _verify_not_cut_off(found, found.end.position, heads)
    else:
        text = _("缺少链环：链上第 %d 位已不在，它是已签署的链头。") % start.position
        found.breaks.append(Break(Kind.LINK_MISSING, text, start.position))
    return 0


def _verify_not_cut_off(found: Verification, position: int, heads: dict[int, list[AuditHead]]) -> None:
    beyond = [signed[0] for place, signed in sorted(heads.items()) if place > position]
    if beyond:
        text = _("链尾被截：%(day)s 签署的链头在第 %(signed)s 位，链上现只到第 %(position)s 位。") % {
            "day": beyond[0].day.isoformat(),
            "signed": beyond[0].position,
            "position": position,
        }
        found.breaks.append(Break(Kind.END_CUT_OFF, text, position + 1))


def _rows(after: int, up_to: int) -> Iterator[tuple[Any, ...]]:
    """Links with their events, by position. A range of positions a query: with a limit instead, PostgreSQL joins all
    that is left of the log each time."""
    sql = _SQL.format(**_COLUMNS[connection.vendor])
    while after < up_to:
        with connection.cursor() as cursor:
            cursor.execute(sql, [after, min(after + CHUNK, up_to)])
            rows = cursor.fetchall()
        yield from rows
        after += CHUNK
        if not rows:
            following = AuditLink.objects.filter(position__gt=after).order_by("position")
            after = (following.values_list("position", flat=True).first() or up_to + 1) - 1


def _digest_as_written(row: tuple[Any, ...]) -> str | None:
    """As :func:`_digest`, where JSON is kept as it was written: then nothing need be read from it.

    Contents of which the digest comes out are these contents: number, time and JSON, which stand in the text without
    quotes, are of a form that ends by itself.
    """
    digest, at, actor_id, before, after = row[4], row[5], row[6], row[13], row[14]
    if digest is None:
        return None
    try:
        if len(at) == _AT_LENGTH and (actor_id is None or type(actor_id) is int):
            text = text_with_json(
                (
                    *row[5:13],
                    "null" if before is None else before,
                    "null" if after is None else after,
                    *row[15:],
                )
            )
            if sha256(text.encode("utf-8")).hexdigest() == digest:
                return str(digest)
        return _digest(row)
    except (TypeError, ValueError):
        return ""


def _digest(row: tuple[Any, ...]) -> str | None:
    """Digest of the contents as they stand; None when there is no event, empty when they are not even well formed."""
    if row[4] is None:
        return None
    try:
        text = text_of((*row[5:13], _value(row[13]), _value(row[14]), *row[15:]))
        return sha256(text.encode("utf-8")).hexdigest()
    except (TypeError, ValueError):
        return ""


_DIGESTS: dict[str, Callable[[tuple[Any, ...]], str | None]] = {
    "postgresql": _digest,
    "sqlite": _digest_as_written,
}


def _value(text: str | None) -> Any:
    if text is None:
        return None
    value, end = _decode(text)
    if end != len(text):
        raise ValueError(text)
    return value


def _head_differs(head: AuditHead) -> Break:
    text = _("链上第 %(position)s 位与 %(day)s 签署的链头不符：此前的链被整体改写。") % {
        "position": head.position,
        "day": head.day.isoformat(),
    }
    return Break(Kind.HEAD_DIFFERS, text, head.position)


def _forged(head: AuditHead, keys: dict[str, bytes]) -> Break:
    if head.key_id in keys:
        text = _("%s 的链头签名无效：签署后被改，或系伪造。") % head.day.isoformat()
    else:
        text = _(
            "%(day)s 的链头由不认识的密钥 %(key)s 签署：系伪造，或更换 SIGNING_KEY 后未在 AUDIT_FORMER_KEYS 中列出旧公钥。"
        ) % {"day": head.day.isoformat(), "key": head.key_id}
    return Break(Kind.HEAD_FORGED, text, head.position)


def _verify_nothing_overdue(found: Verification, patience: float) -> None:
    overdue = list(
        unlinked_events().filter(at__lt=timezone.now() - LINKED_WITHIN).values_list("pk", flat=True)[:1000]
    )
    deadline = time.monotonic() + patience
    while overdue and time.monotonic() < deadline:
        time.sleep(min(0.2, patience))
        linked = set(AuditLink.objects.filter(event__in=overdue).values_list("event_id", flat=True))
        overdue = [number for number in overdue if number not in linked]
    if overdue:
        count = f"{len(overdue)}" if len(overdue) < 1000 else _("1000 个以上")
        text = _(
            "有 %(count)s 个事件超过 %(seconds)s 秒未入链，第一个是事件 %(event)s；请检查后台进程 run_worker 是否在运行。"
        ) % {
            "count": count,
            "seconds": int(LINKED_WITHIN.total_seconds()),
            "event": overdue[0],
        }
        found.breaks.append(Break(Kind.UNLINKED, text, event=overdue[0]))
