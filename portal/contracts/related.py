"""What later apps know about a filing: notices that name it, and the like."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RelatedItem:
    """A link shown on the page of a filing."""

    title: str
    url: str
    date: dt.date | None
    label: str = ""


Provider = Callable[[str], list[RelatedItem]]
_providers: list[Provider] = []


def provide(provider: Provider) -> None:
    """Register a provider: it takes a filing code and returns what it knows, newest first."""
    if provider not in _providers:
        _providers.append(provider)


def related_to(filing_code: str) -> list[RelatedItem]:
    """Everything that later apps relate to a filing, newest first."""
    items = [item for provider in _providers for item in provider(filing_code)]
    return sorted(items, key=lambda item: item.date or dt.date.min, reverse=True)
