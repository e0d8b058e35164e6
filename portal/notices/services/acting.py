"""Who is publishing right now: Wagtail's signals do not say, the audit log must."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_acting: ContextVar[Any] = ContextVar("acting_user", default=None)


def acting_user() -> Any:
    """The account that acts, or None for the system (a scheduled publication)."""
    return _acting.get()


@contextmanager
def acting_as(user: Any) -> Iterator[None]:
    """Everything inside is done by ``user``."""
    token = _acting.set(user)
    try:
        yield
    finally:
        _acting.reset(token)
