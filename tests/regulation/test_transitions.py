"""What may follow what: every pair of state and step, and every ground, both ways (Art. 12–14, 30, 31)."""

from __future__ import annotations

import pytest

from portal.regulation.transitions import (
    DEREGISTRATION_GROUNDS,
    REFUSALS,
    DeregistrationGround,
    FilingState,
    FilingStep,
    TransitionRefused,
    article_of,
    check_ground,
    may_follow,
    state_after,
    steps_after,
)

#: The table again, as a person would draw it: a row a step, a column a state. ``-`` is refused.
COLUMNS = ("none", "active", "rectification", "deregistered")
DRAWN = """
filed                  active  -              -             -
changed                -       active         -             -
renamed                -       active         rectification -
renewal_requested      -       active         rectification -
renewed                -       active         -             -
renewal_refused        -       active         rectification -
rectification_ordered  -       rectification  -             -
restored               -       -              active        -
deregistered           -       deregistered   deregistered  -
"""
PAIRS = [
    (step, state, into)
    for step, *cells in (line.split() for line in DRAWN.strip().splitlines())
    for state, into in zip(COLUMNS, cells, strict=True)
]
ARTICLES = {
    "filed": 12,
    "changed": 13,
    "renamed": 13,
    "renewal_requested": 14,
    "renewed": 14,
    "renewal_refused": 14,
    "rectification_ordered": 30,
    "restored": 30,
    "deregistered": 30,
}


def test_the_drawing_is_complete() -> None:
    assert {(step, state) for step, state, _into in PAIRS} == {
        (step.value, state.value) for step in FilingStep for state in FilingState
    }


@pytest.mark.parametrize(("step", "state", "into"), PAIRS)
def test_every_pair(step: str, state: str, into: str) -> None:
    assert may_follow(state, step) is (into != "-")
    assert (FilingStep(step) in steps_after(state)) is (into != "-")
    if into == "-":
        with pytest.raises(TransitionRefused) as refused:
            state_after(state, step)
        assert str(refused.value) == REFUSALS[FilingState(state)]
    else:
        assert state_after(state, step) == into


@pytest.mark.parametrize("step", FilingStep)
def test_every_step_names_its_article(step: FilingStep) -> None:
    assert article_of(step) == ARTICLES[step]


@pytest.mark.parametrize(
    ("ground", "article", "states"),
    [
        ("failed_rectification", 30, {"rectification"}),
        ("serious", 30, {"active", "rectification"}),
        ("voluntary", 31, {"active", "rectification"}),
        ("entity_ended", 31, {"active", "rectification"}),
    ],
)
def test_every_ground_of_deregistration(ground: str, article: int, states: set[str]) -> None:
    assert article_of("deregistered", ground) == article
    for state in ("active", "rectification"):
        if state in states:
            check_ground(state, ground)
        else:
            with pytest.raises(TransitionRefused, match="责令改正"):
                check_ground(state, ground)


def test_every_ground_has_words() -> None:
    assert set(DEREGISTRATION_GROUNDS) == set(DeregistrationGround)
    assert all(rule.words for rule in DEREGISTRATION_GROUNDS.values())


def test_an_unknown_word_is_an_error_not_a_permission() -> None:
    with pytest.raises(ValueError, match="sold"):
        may_follow("active", "sold")
