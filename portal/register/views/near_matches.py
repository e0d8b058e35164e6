"""What a reader may have meant by a code that is not in the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Q

from portal.register.models import Filing
from portal.register.status_sql import publicly_known
from portal.regulation.codes import normalise_code

if TYPE_CHECKING:
    from portal.register.status_sql import FilingWithStatus

MOST = 8
MAX_CODE = 16
#: What filing codes are made of (the pattern is a setting; another alphabet only means fewer suggestions).
CODE_CHARACTERS = "0123456789YS"


def near_matches(raw: str, today: dt.date) -> list[FilingWithStatus]:
    """Filings whose code differs by one slip of the pen, or whose names or credit code contain what was typed.

    The variants are computed and looked up by index, so the register's size does not matter.
    """
    code = normalise_code(raw)
    words = raw.strip()[:60]
    wanted = Q(pk__in=[])
    if 4 <= len(code) <= MAX_CODE and code.isascii():
        wanted |= Q(code__in=sorted(set(slips(code))))
    if len(code) == 18:
        wanted |= Q(institution__social_credit_code=code)
    if 6 <= len(code) <= MAX_CODE and code.isascii() and code.isalnum():
        wanted |= Q(code__startswith=code) | Q(code__endswith=code)
    if len(words) >= 2 and not words.isascii():
        wanted |= Q(institution__name__contains=words) | Q(institution__names__name__contains=words)
    found = publicly_known(Filing.objects.filter(wanted), today).select_related("institution").distinct()
    return list(found.order_by("code")[:MOST])


def slips(code: str) -> Iterator[str]:
    """Codes one slip away: a character wrong, missing, too many, or two neighbours swapped."""
    for place in range(len(code) + 1):
        before, after = code[:place], code[place:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for character in CODE_CHARACTERS:
            yield before + character + after
            if after:
                yield before + character + after[1:]
