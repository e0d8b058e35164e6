"""Facets as the page shows them: the choices in force and the commonest ones first, the rest in a list that opens."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _, gettext_noop

from portal.contracts.directory import DirectoryQuery
from portal.register.views.directory_question import (
    AUDIENCE_WORDS,
    KIND_WORDS,
    STATUS_WORDS,
    Answered,
    address_of,
)
from portal.register.views.scope_words import level_place

SHOWN_AT_ONCE = 7
LABELS = {
    "audience": gettext_noop("面向"),
    "occupation": gettext_noop("职业（工种）"),
    "level": gettext_noop("等级"),
    "district": gettext_noop("区县"),
    "status": gettext_noop("状态"),
    "kind": gettext_noop("类型"),
}
#: Facets with few values keep one order; the others begin with the commonest.
_FIXED_ORDER = {
    "audience": list(AUDIENCE_WORDS),
    "status": list(STATUS_WORDS),
    "kind": list(KIND_WORDS),
}


@dataclass(slots=True)
class Choice:
    """One value of a facet; ``child`` marks a work type under its occupation."""

    value: str
    label: str
    count: int
    selected: bool = False
    child: bool = False


@dataclass(slots=True)
class Facet:
    """A facet with the values shown at once and the rest."""

    name: str
    legend: str
    values: list[Choice]
    rest: list[Choice]


def facets_of(answered: Answered) -> list[Facet]:
    """All facets in the order of the question a reader brings: who am I, what, which level, where."""
    return [_facet(name, legend, answered) for name, legend in LABELS.items()]


def _facet(name: str, legend: str, answered: Answered) -> Facet:
    counts = answered.result.facets.get(name, {})
    selected = getattr(answered.query, name)
    values = [
        value for value in {**counts, **dict.fromkeys(selected)} if ":" not in value or value in selected
    ]
    choices = [
        Choice(value, answered.names.of(name, value), counts.get(value, 0), value in selected, ":" in value)
        for value in values
    ]
    if name in _FIXED_ORDER:
        order = _FIXED_ORDER[name]
        return Facet(name, str(legend), sorted(choices, key=lambda choice: order.index(choice.value)), [])
    if name == "level":
        return Facet(name, str(legend), sorted(choices, key=lambda choice: level_place(choice.value)), [])
    choices.sort(key=lambda choice: (not choice.selected, -choice.count, choice.value))
    most = max(SHOWN_AT_ONCE, len(selected))
    shown, rest = choices[:most], sorted(choices[most:], key=lambda choice: choice.value)
    if name == "occupation":
        shown = _with_work_types(shown, answered)
    return Facet(name, str(legend), shown, rest)


def _with_work_types(shown: list[Choice], answered: Answered) -> list[Choice]:
    """Under each chosen occupation its work types, so that one can go on to the narrower question."""
    counts = answered.result.facets.get("occupation", {})
    parents = {choice.value.partition(":")[0] for choice in shown if choice.selected}
    result = [choice for choice in shown if not choice.child and choice.value not in parents]
    chosen: list[Choice] = []
    for code in sorted(parents):
        selected = set(answered.query.occupation)
        chosen.append(
            Choice(code, answered.names.of("occupation", code), counts.get(code, 0), code in selected)
        )
        for value in sorted(value for value in answered.names.occupations if value.startswith(f"{code}:")):
            if value in counts or value in selected:
                label = answered.names.of("occupation", value)
                chosen.append(Choice(value, label, counts.get(value, 0), value in selected, child=True))
    return chosen + result


def chips_of(answered: Answered) -> list[tuple[str, str]]:
    """The choices in force as (words, address without this one)."""
    query = answered.query
    chips = []
    if query.q:
        chips.append((_("“%(words)s”") % {"words": query.q}, address_of(query, without=("q", query.q))))
    for name in LABELS:
        for value in getattr(query, name):
            chips.append((_chip_words(name, value, answered), address_of(query, without=(name, value))))
    return chips


def _chip_words(name: str, value: str, answered: Answered) -> str:
    word = answered.names.of(name, value)
    if name == "occupation" and ":" in value:
        return f"{answered.names.of(name, value.partition(':')[0])}：{word}"
    return word


def chosen_count(query: DirectoryQuery) -> int:
    """How many choices are in force, the words included."""
    return bool(query.q) + sum(len(getattr(query, name)) for name in LABELS)
