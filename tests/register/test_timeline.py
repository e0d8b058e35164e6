"""From events to spans: the table of what may follow what, and properties of the fold."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

import pytest
from hypothesis import given, strategies as st

from portal.register.timeline import HANDLERS, Event, Held, TimelineError, fold, names
from portal.regulation.transitions import FilingState, FilingStep, may_follow, state_after, steps_after

DAY0 = dt.date(2024, 3, 1)
TERM = {"first_day": "2024-03-01", "last_day": "2027-02-28"}
ITEM = {"occupation": "6-31-01-03", "level": "5"}
OTHER_ITEM = {"occupation": "6-31-01-03", "level": "4"}
SITE = {"name": "本部", "address": "演示路1号", "district": "500103", "on_receipt": True}
PAYLOADS: dict[str, dict[str, Any]] = {
    "filed": {
        "name": "（演示）甲",
        "term": TERM,
        "audiences": ["public"],
        "areas": ["500103"],
        "scope": [ITEM],
        "sites": [SITE],
    },
    "changed": {"scope_added": [OTHER_ITEM]},
    "renewed": {"term": {"first_day": "2027-03-01", "last_day": "2030-02-28"}},
    "renamed": {"name": "（演示）乙"},
    "deregistered": {"ground": "voluntary"},
}
#: Events that lead into each state.
PATHS: dict[str, list[str]] = {
    "none": [],
    "active": ["filed"],
    "rectification": ["filed", "rectification_ordered"],
    "deregistered": ["filed", "deregistered"],
}


def events(*kinds: str) -> list[Event]:
    return [
        Event(number, kind, DAY0 + dt.timedelta(days=30 * number), PAYLOADS.get(kind, {}))
        for number, kind in enumerate(kinds)
    ]


def held(found: list[Held], track: str) -> list[tuple[Any, dt.date, dt.date | None]]:
    return [(one.value, one.first_day, one.last_day) for one in found if one.track == track]


@pytest.mark.parametrize("kind", sorted(HANDLERS))
@pytest.mark.parametrize("state", sorted(FilingState))
def test_every_event_in_every_state(state: str, kind: str) -> None:
    history = events(*PATHS[state], kind)
    if may_follow(state, kind):
        assert fold(history)
    else:
        with pytest.raises(TimelineError):
            fold(history)


def test_an_order_to_correct_suspends_until_it_is_lifted() -> None:
    found = fold(events("filed", "rectification_ordered", "restored"))
    assert held(found, "status") == [
        ("active", DAY0, dt.date(2024, 3, 30)),
        ("rectification", dt.date(2024, 3, 31), dt.date(2024, 4, 29)),
        ("active", dt.date(2024, 4, 30), None),
    ]


def test_scope_added_and_ended_has_its_own_days() -> None:
    history = [*events("filed", "changed"), Event(5, "changed", dt.date(2025, 1, 1), {"scope_ended": [ITEM]})]
    days = {item.level: (first, last) for item, first, last in held(fold(history), "scope")}
    assert days == {"5": (DAY0, dt.date(2024, 12, 31)), "4": (dt.date(2024, 3, 31), None)}


def test_ending_what_never_held_is_refused() -> None:
    history = [*events("filed"), Event(5, "changed", dt.date(2025, 1, 1), {"scope_ended": [OTHER_ITEM]})]
    with pytest.raises(TimelineError, match="6-31-01-03 4"):
        fold(history)


def test_areas_and_audiences_are_replaced_as_a_whole() -> None:
    wider = {"areas": ["500103", "500106"], "audiences": ["public", "own_staff"]}
    found = fold([*events("filed"), Event(5, "changed", dt.date(2025, 1, 1), wider)])
    assert held(found, "area") == [("500103", DAY0, None), ("500106", dt.date(2025, 1, 1), None)]
    narrower = Event(6, "changed", dt.date(2025, 6, 1), {"areas": ["500106"]})
    found = fold([*events("filed"), Event(5, "changed", dt.date(2025, 1, 1), wider), narrower])
    assert ("500103", DAY0, dt.date(2025, 5, 31)) in held(found, "area")


def test_a_correction_takes_the_place_of_the_event_that_it_names() -> None:
    wrong = Event(1, "rectification_ordered", dt.date(2024, 5, 1), {})
    right = Event(2, "rectification_ordered", dt.date(2024, 6, 1), {}, corrects=1)
    statuses = held(fold([*events("filed"), wrong, right]), "status")
    assert statuses[1] == ("rectification", dt.date(2024, 6, 1), None)
    annulled = Event(3, "annulled", dt.date(2024, 7, 1), {}, corrects=2)
    assert held(fold([*events("filed"), wrong, right, annulled]), "status") == [("active", DAY0, None)]


def test_two_changes_on_one_day_leave_no_empty_span() -> None:
    history = [
        *events("filed"),
        Event(5, "rectification_ordered", dt.date(2025, 1, 1), {}),
        Event(6, "restored", dt.date(2025, 1, 1), {}),
    ]
    assert all(last is None or first <= last for _value, first, last in held(fold(history), "status"))
    assert [value for value, _first, _last in held(fold(history), "status")] == ["active", "active"]


def test_names_follow_receipts_and_renamings() -> None:
    assert names(events("filed", "renamed")) == [("（演示）甲", DAY0), ("（演示）乙", dt.date(2024, 3, 31))]
    same = Event(9, "renamed", dt.date(2025, 1, 1), {"name": "（演示）甲"})
    assert names([*events("filed"), same]) == [("（演示）甲", DAY0)]


def walk(choices: list[int]) -> list[Event]:
    """A random history that the table allows."""
    state, history = FilingState.NONE, list[str]()
    for choice in choices:
        # A second change would add what the first one added.
        allowed = sorted(steps_after(state) - ({FilingStep.CHANGED} & set(history)))
        if not allowed:
            break
        kind = allowed[choice % len(allowed)]
        history.append(kind)
        state = state_after(state, kind)
    return events(*history)


@given(st.lists(st.integers(0, 20), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_one_status_a_day_and_the_order_of_arrival_does_not_matter(
    choices: list[int], order: random.Random
) -> None:
    history = walk(choices)
    found = fold(history)
    shuffled = list(history)
    order.shuffle(shuffled)
    assert set(found) == set(fold(shuffled))
    for offset in range(0, 400, 7):
        day = DAY0 + dt.timedelta(days=offset)
        statuses = [
            value
            for value, first, last in held(found, "status")
            if first <= day and (not last or day <= last)
        ]
        assert len(statuses) == 1, (day, statuses)
    assert held(found, "status")[0][1] == DAY0
