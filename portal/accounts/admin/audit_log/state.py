"""What stands above the list: how far the chain reaches, and when it was last found sound. Cheap for any size."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from portal.audit.chain import unlinked_events
from portal.audit.examination import last_examination
from portal.audit.models import AuditEvent, AuditHead, AuditLink
from portal.audit.verify import LINKED_WITHIN

#: How far behind the end of the chain is looked for events without a link; ``verify_audit`` looks everywhere.
_LOOK_BACK = 10_000
_MOST = 1000


@dataclass(frozen=True, slots=True)
class ChainState:
    """The chain now. ``waiting`` is capped; ``is_late`` when one of the waiting should have its link by now."""

    last: AuditLink | None
    waiting: int
    oldest_waiting: dt.datetime | None
    head: AuditHead | None
    examined: AuditEvent | None

    @property
    def is_capped(self) -> bool:
        """Whether there are more waiting than were counted."""
        return self.waiting >= _MOST

    @property
    def is_late(self) -> bool:
        """Whether the worker does not keep up, or does not run."""
        return self.oldest_waiting is not None and self.oldest_waiting < timezone.now() - LINKED_WITHIN

    @property
    def is_broken(self) -> bool:
        """Whether the last verification found something wrong."""
        return self.examined is not None and not (self.examined.after or {}).get("sound")


def chain_state() -> ChainState:
    """Four queries."""
    last = AuditLink.objects.select_related("event").order_by("-position").first()
    waiting = list(
        unlinked_events(max(0, last.event_id - _LOOK_BACK) if last else 0).values_list("at", flat=True)[
            :_MOST
        ]
    )
    return ChainState(
        last=last,
        waiting=len(waiting),
        oldest_waiting=min(waiting, default=None),
        head=AuditHead.objects.order_by("-day").first(),
        examined=last_examination(),
    )
