"""Districts in time: what an old name or code means today (江北区 and 渝北区 became part of 两江新区 on 2025-11-06)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from portal.accounts.models import District


@dataclass(frozen=True)
class DistrictBook:
    """All districts, read once: by code, by name, with their successors on a day."""

    day: dt.date
    by_code: dict[str, District]

    @classmethod
    def on(cls, day: dt.date) -> DistrictBook:
        """Read the districts: one query."""
        return cls(
            day, {district.code: district for district in District.objects.select_related("successor")}
        )

    def current(self, code: str) -> str:
        """The code that stands for this district on the day: its own, or its successor's."""
        seen = set()
        while code in self.by_code and code not in seen:
            seen.add(code)
            district = self.by_code[code]
            if district.exists_on(self.day) or district.successor is None:
                break
            code = district.successor.code
        return code

    def standing_for(self, code: str) -> set[str]:
        """The district and those it has succeeded by the day."""
        return {other for other in self.by_code if self.current(other) == code} | {code}

    def named(self, word: str) -> set[str]:
        """Codes of the districts whose name contains the word, or whose successor's does."""
        return {
            code
            for code, district in self.by_code.items()
            if word in district.name or word in self.by_code[self.current(code)].name
        }

    def find(self, text: str) -> District | None:
        """A district by code, name or short name, old ones included."""
        wanted = text.strip()
        for district in self.by_code.values():
            if wanted in (district.code, district.name, district.short_name):
                return district
        return None
