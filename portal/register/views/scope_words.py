"""A filing's scope in a few words."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from django.utils.translation import get_language, gettext as _

from portal.templatetags.portal_format import LEVEL_ORDER, level_short

_ORDER = {code: place for place, code in enumerate(LEVEL_ORDER)}
#: Short names that form one row (五级 … 一级); a run of three or more of them is written as a range.
_RUN = ("5", "4", "3", "2", "1")


def level_place(code: str) -> int:
    """Place of a level from the lowest to the highest; unknown ones last."""
    return _ORDER.get(code, len(_ORDER))


def levels_in_words(levels: Iterable[str]) -> str:
    """``五至三级`` for a run of three or more levels, ``五级和三级`` otherwise; nothing for no level."""
    return _levels_in_words(tuple(sorted(set(levels), key=level_place)), get_language())


@functools.lru_cache(maxsize=1024)
def _levels_in_words(ordered: tuple[str, ...], language: str | None) -> str:
    if not ordered:
        return ""
    run = [code for code in ordered if code in _RUN]
    if len(run) == len(ordered) >= 3 and "".join(run) in "".join(_RUN):
        return _("%(first)s至%(last)s") % {"first": level_short(run[0])[:-1], "last": level_short(run[-1])}
    words = [level_short(code) for code in ordered]
    return (
        _("%(first)s和%(last)s") % {"first": "、".join(words[:-1]), "last": words[-1]}
        if words[1:]
        else words[0]
    )


def scope_in_words(items: Sequence[tuple[str, str]], most: int = 3) -> str:
    """``电工五至三级、茶艺师四级等5个职业（工种）`` from (occupation or work type, level code) pairs in order."""
    by_name: dict[str, list[str]] = {}
    for name, level in items:
        by_name.setdefault(name, []).append(level)
    words = "、".join(f"{name}{levels_in_words(levels)}" for name, levels in list(by_name.items())[:most])
    if len(by_name) > most:
        return _("%(words)s等%(number)s个职业（工种）") % {"words": words, "number": len(by_name)}
    return words


def occupation_title(occupation: str, work_type: str | None) -> str:
    """``电工`` or, for one work type, ``电工（矿井电工）``."""
    return f"{occupation}（{work_type}）" if work_type else occupation
