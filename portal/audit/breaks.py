"""What can be wrong with the log, and how a broken link is told apart from another."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from portal.audit.chain import End, link_hash, unlinked_events
from portal.audit.models import AuditHead, AuditLink


class Kind(StrEnum):
    """What differs."""

    CONTENT_CHANGED = "content_changed"
    DIGEST_CHANGED = "digest_changed"
    EVENT_MISSING = "event_missing"
    LINK_MISSING = "link_missing"
    LINK_CHANGED = "link_changed"
    PREVIOUS_WRONG = "previous_wrong"
    POSITION_GAP = "position_gap"
    END_CUT_OFF = "end_cut_off"
    HEAD_DIFFERS = "head_differs"
    HEAD_FORGED = "head_forged"
    UNLINKED = "unlinked"


@dataclass(frozen=True, slots=True)
class Break:
    """One thing that is wrong: which kind, where, and a sentence that says it. ``event`` is the number of the event,
    where one can be named."""

    kind: Kind
    text: str
    position: int | None = None
    event: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Seen:
    """A link as it stands in the table, with its event: ``digest`` is the stored one, ``computed`` that of the
    contents; both None when the event is gone."""

    position: int
    event: int
    previous: str
    hash: str
    digest: str | None
    computed: str | None

    def fits(self, previous: str, digest: str | None) -> bool:
        """Whether the link's hash is made of these."""
        return digest is not None and self.hash == link_hash(self.position, self.event, previous, digest)


def explain_break(seen: Seen, before: End, event_before: int) -> Break:
    """Say what is wrong with the first link that does not fit. ``before`` is the last sound one."""
    if seen.position != before.position + 1:
        return _missing_positions(seen, before, event_before)
    where = _("链上第 %(position)s 位（事件 %(event)s）") % {"position": seen.position, "event": seen.event}
    if seen.digest is None or seen.computed is None:
        text = _("%s：事件缺失，链环还在，事件已不在事件表中。") % where
        return Break(Kind.EVENT_MISSING, text, seen.position, seen.event)
    if seen.previous != before.hash:
        return _wrong_previous(seen, before, event_before, where)
    if seen.computed != seen.digest:
        if seen.fits(seen.previous, seen.computed):
            text = _("%s：事件的摘要被改，内容与链一致。") % where
            return Break(Kind.DIGEST_CHANGED, text, seen.position, seen.event)
        text = _("%s：事件内容被改，与入链时的摘要不符。") % where
        return Break(Kind.CONTENT_CHANGED, text, seen.position, seen.event)
    return _content_or_link(seen, where)


def _missing_positions(seen: Seen, before: End, event_before: int) -> Break:
    first, last = before.position + 1, seen.position - 1
    span = str(first) if first == last else f"{first}–{last}"
    if seen.previous == before.hash:
        text = _("链上位置不连续：第 %s 位空缺，前后两环的哈希却相接。") % span
        return Break(Kind.POSITION_GAP, text, first)
    orphans = list(
        unlinked_events(event_before)
        .filter(pk__lt=seen.event)
        .values_list("pk", flat=True)[: last - first + 1]
    )
    if orphans:
        text = _("缺少链环：链上第 %(span)s 位已不在，其事件（%(event)s）仍在事件表中。") % {
            "span": span,
            "event": "、".join(map(str, orphans[:5])),
        }
        return Break(Kind.LINK_MISSING, text, first, orphans[0])
    text = _("缺少链环和事件：链上第 %(span)s 位已不在，位于事件 %(before)s 与 %(after)s 之间。") % {
        "span": span,
        "before": event_before or "—",
        "after": seen.event,
    }
    return Break(Kind.LINK_MISSING, text, first)


def _wrong_previous(seen: Seen, before: End, event_before: int, where: str) -> Break:
    if before.position and seen.fits(seen.previous, seen.digest):
        # This link is sound in itself and remembers another one before it.
        text = _(
            "链上第 %(position)s 位（事件 %(event)s）：链环连同事件被整体改写，后一环记下的是另一个哈希。"
        ) % {
            "position": before.position,
            "event": event_before,
        }
        return Break(Kind.LINK_CHANGED, text, before.position, event_before)
    if seen.fits(before.hash, seen.digest):
        text = _("%s：前一环哈希不符，链环中记录的前一环被改。") % where
        return Break(Kind.PREVIOUS_WRONG, text, seen.position, seen.event)
    return Break(Kind.LINK_CHANGED, _("%s：链环被改。") % where, seen.position, seen.event)


def _content_or_link(seen: Seen, where: str) -> Break:
    """Content and digest agree but the link's hash is another: whoever vouches for the hash tells which was changed."""
    following = (
        AuditLink.objects.filter(position=seen.position + 1).values_list("previous", flat=True).first()
    )
    if following is None:
        following = AuditHead.objects.filter(position=seen.position).values_list("hash", flat=True).first()
    if following == seen.hash:
        text = _("%s：事件内容连同摘要被改，与链环不符。") % where
        return Break(Kind.CONTENT_CHANGED, text, seen.position, seen.event)
    if following is None:
        text = _("%s：链环与事件不符，两者之一被改（链尾，没有后一环可作证）。") % where
        return Break(Kind.LINK_CHANGED, text, seen.position, seen.event)
    return Break(Kind.LINK_CHANGED, _("%s：链环的哈希被改，事件无误。") % where, seen.position, seen.event)
