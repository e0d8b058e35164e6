"""What may happen to a filing after what, with the article of each (Art. 12–14, 30, 31).

An event of a kind leads from one state of decision into another; time alone (expiry, Art. 14) is no event and
stands in :mod:`portal.regulation.status`. What is not in the table is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FilingState(StrEnum):
    """The state that decides what may come next."""

    NONE = "none"
    ACTIVE = "active"
    RECTIFICATION = "rectification"
    DEREGISTERED = "deregistered"


class FilingStep(StrEnum):
    """Kinds of event that change or confirm something about a filing."""

    FILED = "filed"
    CHANGED = "changed"
    RENEWAL_REQUESTED = "renewal_requested"
    RENEWED = "renewed"
    RENEWAL_REFUSED = "renewal_refused"
    RECTIFICATION_ORDERED = "rectification_ordered"
    RESTORED = "restored"
    DEREGISTERED = "deregistered"
    RENAMED = "renamed"


class TransitionRefused(ValueError):
    """A step that may not follow; the Chinese message says why and what has to come first."""


@dataclass(frozen=True)
class Transition:
    """From which states a step may be taken, into which state it leads (None: it stays), under which article."""

    after: frozenset[FilingState]
    into: FilingState | None
    article: int


_ACTIVE = frozenset({FilingState.ACTIVE})
_STANDING = frozenset({FilingState.ACTIVE, FilingState.RECTIFICATION})

#: Nothing is granted while an order to correct is open (Art. 30): neither a change nor a renewal. Asking for a
#: renewal and refusing one stay possible, and so does a new name, which is a fact and not a favour (Art. 13).
TRANSITIONS: dict[FilingStep, Transition] = {
    FilingStep.FILED: Transition(frozenset({FilingState.NONE}), FilingState.ACTIVE, 12),
    FilingStep.CHANGED: Transition(_ACTIVE, None, 13),
    FilingStep.RENAMED: Transition(_STANDING, None, 13),
    FilingStep.RENEWAL_REQUESTED: Transition(_STANDING, None, 14),
    FilingStep.RENEWED: Transition(_ACTIVE, None, 14),
    FilingStep.RENEWAL_REFUSED: Transition(_STANDING, None, 14),
    FilingStep.RECTIFICATION_ORDERED: Transition(_ACTIVE, FilingState.RECTIFICATION, 30),
    FilingStep.RESTORED: Transition(frozenset({FilingState.RECTIFICATION}), FilingState.ACTIVE, 30),
    FilingStep.DEREGISTERED: Transition(_STANDING, FilingState.DEREGISTERED, 30),
}

REFUSALS: dict[FilingState, str] = {
    FilingState.NONE: "备案尚未成立，应先登记“同意备案”。",
    FilingState.ACTIVE: "备案现为有效状态，不能登记该事项。",
    FilingState.RECTIFICATION: "整改期内不得变更或延续，应先登记“整改合格，恢复评价”或“注销备案”。",
    FilingState.DEREGISTERED: "备案已注销，不能再登记其他事项。",
}


class DeregistrationGround(StrEnum):
    """Why a filing is struck off."""

    FAILED_RECTIFICATION = "failed_rectification"
    SERIOUS = "serious"
    VOLUNTARY = "voluntary"
    ENTITY_ENDED = "entity_ended"


@dataclass(frozen=True)
class GroundRule:
    """A ground in words, its article, and whether an order to correct has to be open."""

    words: str
    article: int
    after_order: bool = False


#: The regulation names three grounds (Art. 30, 31). That an institution which has ended as a legal person (Art. 7)
#: leaves in the same way as one that gives up by itself is a reading of ours.
DEREGISTRATION_GROUNDS: dict[DeregistrationGround, GroundRule] = {
    DeregistrationGround.FAILED_RECTIFICATION: GroundRule("整改期满后仍不符合要求", 30, after_order=True),
    DeregistrationGround.SERIOUS: GroundRule("违反规定，情节严重", 30),
    DeregistrationGround.VOLUNTARY: GroundRule("自愿终止评价工作", 31),
    DeregistrationGround.ENTITY_ENDED: GroundRule("机构依法终止，不再具有法人资格", 31),
}


def may_follow(state: FilingState | str, step: FilingStep | str) -> bool:
    """Whether the step may be taken in the state."""
    return FilingState(state) in TRANSITIONS[FilingStep(step)].after


def steps_after(state: FilingState | str) -> frozenset[FilingStep]:
    """Every step that may be taken in the state."""
    return frozenset(step for step in FilingStep if may_follow(state, step))


def state_after(state: FilingState | str, step: FilingStep | str) -> FilingState:
    """The state that the step leads into. Raises :class:`TransitionRefused` when it may not be taken."""
    state, step = FilingState(state), FilingStep(step)
    if not may_follow(state, step):
        raise TransitionRefused(REFUSALS[state])
    into = TRANSITIONS[step].into
    return state if into is None else into


def article_of(step: FilingStep | str, ground: DeregistrationGround | str | None = None) -> int:
    """The article under which a step is taken; for a deregistration that of its ground."""
    if ground and FilingStep(step) is FilingStep.DEREGISTERED:
        return DEREGISTRATION_GROUNDS[DeregistrationGround(ground)].article
    return TRANSITIONS[FilingStep(step)].article


def check_ground(state: FilingState | str, ground: DeregistrationGround | str) -> None:
    """Refuse a ground that does not fit the state: what was never ordered cannot have failed (Art. 30)."""
    rule = DEREGISTRATION_GROUNDS[DeregistrationGround(ground)]
    if rule.after_order and FilingState(state) is not FilingState.RECTIFICATION:
        raise TransitionRefused(
            f"以“{rule.words}”注销，须先有责令改正且整改期已满（第三十条）；当天没有未结的责令改正。"
        )
