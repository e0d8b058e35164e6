"""Read what an address asks for. What cannot be understood is left out and named, never an error page."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.accounts.models import District
from portal.register.districts import DistrictBook
from portal.register.models import Occupation, OccupationFormerCode
from portal.regulation.codes import normalise_code
from portal.regulation.wording import chinese_date
from portal.templatetags.portal_format import LEVEL_NAMES

MAX_TEXT = 200
MAX_VALUES = 60
OCCUPATION_CODE = re.compile(r"[0-9]-[0-9]{2}-[0-9]{2}-[0-9]{2}")
OCCUPATION_VALUE = re.compile(rf"({OCCUPATION_CODE.pattern})(?::([1-9][0-9]{{0,11}}))?")
ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INVISIBLE = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")


@dataclass
class Notes:
    """Sentences for the reader about what was understood differently from what was typed."""

    lines: list[SafeString] = field(default_factory=list)

    def add(self, text: str, *values: object) -> None:
        """Add a sentence; ``{}`` in it take the values, escaped."""
        line = format_html(text, *values)
        if line not in self.lines:
            self.lines.append(line)


def free_text(raw: str, notes: Notes) -> str:
    """The words asked for, without invisible characters, at most 200 characters."""
    text = " ".join(_INVISIBLE.sub(" ", raw).split())
    if len(text) > MAX_TEXT:
        notes.add(_("查询词超过{}个字，只用前{}个字查询。"), MAX_TEXT, MAX_TEXT)
        text = text[:MAX_TEXT].strip()
    return text


def shown(raw: str) -> str:
    """What was typed, short and without invisible characters, to be repeated in a message."""
    text = _INVISIBLE.sub("", raw).strip()
    return text if len(text) <= 30 else text[:30] + "…"


def listed(params: QueryDict, name: str) -> list[str]:
    """The non-empty values of a repeated parameter, each once, at most 60."""
    values = (value.strip() for value in params.getlist(name))
    return list(dict.fromkeys(value for value in values if value))[:MAX_VALUES]


def choices(params: QueryDict, name: str, label: str, known: dict[str, str], notes: Notes) -> tuple[str, ...]:
    """Values of a facet by code or by the word that the page shows for it."""
    by_word = {word: code for code, word in known.items()}
    found = []
    for value in listed(params, name):
        code = value if value in known else by_word.get(value)
        if code is None:
            notes.add(_("“{}”中没有“{}”这一项，已略去。"), label, shown(value))
        else:
            found.append(code)
    return tuple(dict.fromkeys(found))


def one_choice(
    params: QueryDict, name: str, label: str, known: dict[str, str], default: str, notes: Notes
) -> str:
    """One value of a parameter, its default when missing or not understood."""
    value = params.get(name, "").strip()
    if not value:
        return default
    if value not in known:
        notes.add(_("“{}”中没有“{}”这一项，已按“{}”显示。"), label, shown(value), known[default])
        return default
    return value


def level_values(params: QueryDict, notes: Notes) -> tuple[str, ...]:
    """Levels by code, by full name or by either half of it (三级, 高级工)."""
    words = {code: str(name) for code, name in LEVEL_NAMES.items()}
    halves = {half: code for code, name in words.items() for half in name.split("/")}
    known = {halves.get(value, value) for value in listed(params, "level")}
    asked = QueryDict(mutable=True)
    asked.setlist("level", sorted(known))
    return choices(asked, "level", _("等级"), words, notes)


def district_values(params: QueryDict, book: DistrictBook, notes: Notes) -> tuple[str, ...]:
    """Codes of districts as they stand on the book's day; a former district is answered by its successor."""
    found = []
    for value in listed(params, "district"):
        district = book.find(normalise_code(value)) or book.find(value)
        if district is None:
            notes.add(_("没有叫“{}”的区县，已略去。请在左侧“区县”中选择。"), shown(value))
            continue
        current = book.current(district.code)
        if current != district.code:
            note_succession(district, book.by_code[current], notes)
        found.append(current)
    return tuple(dict.fromkeys(found))


def note_succession(old: District, new: District, notes: Notes) -> None:
    """Say that a district is gone, since when, and what stands in its place."""
    ended = chinese_date(old.valid_to) if old.valid_to else ""
    notes.add(_("{}已于{}撤销，现由{}承继，以下按{}查询。"), old.name, ended, new.name, new.name)


def occupation_values(params: QueryDict, notes: Notes) -> tuple[str, ...]:
    """Occupations as ``code`` or ``code:work type key``. Names are looked up; codes are checked later.

    One query when a name was given, none otherwise.
    """
    found: list[str] = []
    names: list[str] = []
    for value in listed(params, "occupation"):
        code = normalise_code(value, drop_hyphens=False)
        if OCCUPATION_VALUE.fullmatch(code):
            found.append(code)
        else:
            names.append(value)
    if names:
        found += _codes_of_names(names, notes)
    return tuple(dict.fromkeys(found))


def _codes_of_names(names: list[str], notes: Notes) -> list[str]:
    by_name: dict[str, str] = {}
    former = OccupationFormerCode.objects.filter(name__in=names).order_by("id")
    by_name.update(former.values_list("name", "occupation__code"))
    by_name.update(Occupation.objects.filter(name__in=names).values_list("name", "code"))
    for name in names:
        if name not in by_name:
            notes.add(_("没有叫“{}”的职业，已略去。可以把它写进查询框，按文字查找。"), shown(name))
    return [by_name[name] for name in names if name in by_name]


def successors_of(unknown: Iterable[str], notes: Notes) -> dict[str, tuple[str, ...]]:
    """Unknown occupation codes → the codes that stand for them today (none when they never existed)."""
    wanted = {value: value.partition(":")[0] for value in unknown}
    if not wanted:
        return {}
    rows: dict[str, list[OccupationFormerCode]] = {}
    former = OccupationFormerCode.objects.filter(code__in=set(wanted.values())).select_related("occupation")
    for row in former.order_by("occupation__code"):
        rows.setdefault(row.code, []).append(row)
    result: dict[str, tuple[str, ...]] = {}
    for value, code in wanted.items():
        for row in rows.get(code, []):
            notes.add(
                _("{}是“{}”的原编码，现行编码为{}（{}），以下按现行编码查询。"),
                code,
                row.name,
                row.occupation.code,
                row.occupation.name,
            )
        if code not in rows:
            notes.add(_("没有编码为“{}”的职业，已略去。"), shown(value))
        result[value] = tuple(dict.fromkeys(row.occupation.code for row in rows.get(code, [])))
    return result


def page_number(params: QueryDict, notes: Notes, name: str = "page") -> int:
    """The page asked for, 1 when it is missing or no number."""
    raw = params.get(name, "").strip()
    if not raw:
        return 1
    if raw.isdecimal() and len(raw) <= 6 and int(raw) >= 1:
        return int(raw)
    notes.add(_("页码“{}”不是从1起的数字，已显示第1页。"), shown(raw))
    return 1


def iso_day(raw: str) -> dt.date | None:
    """A date written as 2026-11-22 (full-width digits are read too), or None."""
    text = normalise_code(raw, drop_hyphens=False)
    if not ISO_DAY.fullmatch(text):
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def address(path: str, values: Iterable[tuple[str, object]]) -> str:
    """A shareable address: the given parameters in order, empty ones left out."""
    pairs = [(name, str(value)) for name, value in values if value not in (None, "")]
    return f"{path}?{urlencode(pairs)}" if pairs else path
