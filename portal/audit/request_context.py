"""The identifier of the request under way, so that events, logs and error pages can be matched."""

from __future__ import annotations

from contextvars import ContextVar

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def current_request_id() -> str:
    """Identifier of the request being answered, or an empty string outside one."""
    return _request_id.get()


def set_request_id(value: str) -> None:
    """Remember the identifier for this thread of execution."""
    _request_id.set(value)
