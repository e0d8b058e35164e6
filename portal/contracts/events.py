"""Domain events: an app says what happened, later apps subscribe.

Subscribers run at once, inside the transaction of the change, so what they write stands or falls with it
(the search outbox, for one). A subscriber must be quick and must not raise for its own convenience.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changed:
    """Objects of one kind whose public face changed.

    ``kind`` is a kind declared in :mod:`portal.contracts.searchable`; ``ids`` are the objects' primary keys.
    """

    kind: str
    ids: tuple[int, ...]


Subscriber = Callable[[Changed], None]
_subscribers: list[Subscriber] = []


def subscribe(subscriber: Subscriber) -> None:
    """Call ``subscriber`` for every :class:`Changed`; subscribing twice has no further effect."""
    if subscriber not in _subscribers:
        _subscribers.append(subscriber)


def announce(kind: str, ids: Iterable[int]) -> None:
    """Tell every subscriber that these objects changed. Call inside the transaction of the change."""
    event = Changed(kind, tuple(ids))
    if event.ids:
        for subscriber in _subscribers:
            subscriber(event)
