"""May this institution assess this person here on this day?"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from portal.regulation.assessment import (
    VERDICT_ALLOWED,
    VERDICT_NO_ANSWER,
    VERDICT_NOT_COVERED,
    VERDICT_NOT_FOUND,
    AreaSpan,
    AudienceSpan,
    FilingSnapshot,
    KnownFact,
    StatusSpan,
    may_assess,
)
from portal.regulation.kinds import Audience
from portal.regulation.spans import Span
from portal.regulation.status import FilingStatus, status_on
from tests.regulation.snapshots import (
    ELECTRICIAN,
    FILED,
    LAST_VALID,
    WANZHOU,
    WELDER,
    YUZHONG,
    days,
    plain_filing,
    snapshots,
)

DAY = date(2025, 3, 1)


@pytest.mark.parametrize(
    ("question", "allowed"),
    [
        ({}, True),
        ({"occupation": ELECTRICIAN}, True),
        ({"occupation": ELECTRICIAN, "level": "4"}, True),
        ({"occupation": ELECTRICIAN, "level": "1"}, False),
        ({"occupation": "4-03-02-01"}, False),
        ({"occupation": ELECTRICIAN, "work_type": "任何工种", "level": "4"}, True),
        ({"occupation": WELDER, "work_type": "钎焊工", "level": "4"}, True),
        ({"occupation": WELDER, "work_type": "电焊工", "level": "4"}, False),
        ({"occupation": WELDER, "level": "3"}, False),
        ({"level": "3"}, True),
        ({"level": "1"}, False),
        ({"district": WANZHOU}, True),
        ({"district": "500102"}, False),
        ({"site": "main"}, True),
        ({"site": "main", "district": WANZHOU}, True),
        ({"site": "main", "district": YUZHONG}, False),
        ({"site": "elsewhere"}, False),
        ({"audience": "public"}, True),
        ({"audience": Audience.OWN_STAFF}, False),
        (
            {
                "occupation": ELECTRICIAN,
                "level": "4",
                "district": WANZHOU,
                "site": "branch",
                "audience": "public",
            },
            True,
        ),
    ],
)
def test_questions(question: dict[str, Any], allowed: bool) -> None:
    answer = may_assess(plain_filing(), **question, day=DAY)
    assert answer.allowed is allowed
    assert answer.verdict == (VERDICT_ALLOWED if allowed else VERDICT_NOT_COVERED)
    assert all(reason.article.startswith("第") for reason in answer.reasons)
    assert allowed == all(reason.satisfied for reason in answer.reasons)


def test_levels_are_not_mixed_between_occupations() -> None:
    """Level 3 is filed, the welder is filed, but not the welder at level 3."""
    assert not may_assess(plain_filing(), WELDER, None, "3", day=DAY).allowed


@pytest.mark.parametrize(
    ("question", "last_day"),
    [
        ({"occupation": ELECTRICIAN, "level": "3"}, date(2025, 12, 31)),
        ({"site": "branch"}, date(2025, 5, 31)),
        ({}, LAST_VALID),
    ],
)
def test_a_part_ends_with_its_last_day(question: dict[str, Any], last_day: date) -> None:
    assert may_assess(plain_filing(), **question, day=last_day).allowed
    following = date.fromordinal(last_day.toordinal() + 1)
    assert not may_assess(plain_filing(), **question, day=following).allowed


@pytest.mark.parametrize(
    ("snapshot", "day", "verdict"),
    [
        (
            plain_filing(statuses=(StatusSpan(FilingStatus.RECTIFICATION, Span(date(2025, 2, 1))),)),
            DAY,
            "已备案，整改期内不得评价",
        ),
        (
            plain_filing(statuses=(StatusSpan(FilingStatus.DEREGISTERED, Span(date(2025, 2, 1))),)),
            DAY,
            "备案已注销，不得评价",
        ),
        (plain_filing(), date(2027, 4, 1), "备案已到期，不得评价"),
        (
            plain_filing(renewals=(Span(date(2027, 1, 4)),)),
            date(2027, 4, 1),
            "有效期届满，延续审查中，不得评价",
        ),
        (plain_filing(), date(2023, 1, 1), "该日尚未备案"),
    ],
)
def test_no_assessment_without_an_active_filing(snapshot: FilingSnapshot, day: date, verdict: str) -> None:
    answer = may_assess(snapshot, ELECTRICIAN, level="4", day=day)
    assert (answer.allowed, answer.verdict) == (False, verdict)


def test_unknown_filing() -> None:
    answer = may_assess(None, ELECTRICIAN, day=DAY)
    assert (answer.allowed, answer.verdict, answer.no_answer) == (False, VERDICT_NOT_FOUND, False)


def test_no_answer_before_the_register_begins() -> None:
    answer = may_assess(plain_filing(), day=date(2020, 12, 30))
    assert answer.no_answer
    assert answer.verdict == VERDICT_NO_ANSWER
    assert "2020年12月31日" in answer.reasons[0].text
    assert not may_assess(plain_filing(), day=date(2020, 12, 31)).no_answer


def test_valid_on_is_kept_apart_from_known_on() -> None:
    late = KnownFact(date(2025, 2, 1), date(2025, 4, 1), "责令改正")
    in_time = KnownFact(FILED, FILED, "备案")
    snapshot = plain_filing(known=(in_time, late))
    assert may_assess(snapshot, day=date(2025, 1, 31)).later_recorded == ()
    assert may_assess(snapshot, day=date(2025, 2, 1)).later_recorded == (late,)
    assert may_assess(snapshot, day=date(2025, 3, 31)).later_recorded == (late,)
    assert may_assess(snapshot, day=date(2025, 4, 1)).later_recorded == ()


def test_city_wide_area_and_its_dates() -> None:
    widened = plain_filing(
        areas=(
            AreaSpan(frozenset({WANZHOU}), Span(FILED, date(2025, 12, 31))),
            AreaSpan(None, Span(date(2026, 1, 1))),
        )
    )
    assert not may_assess(widened, district="500240", day=date(2025, 12, 31)).allowed
    assert may_assess(widened, district="500240", day=date(2026, 1, 1)).allowed


def test_a_site_outside_the_area_is_not_covered() -> None:
    narrowed = plain_filing(areas=(AreaSpan(frozenset({YUZHONG}), Span(FILED)),))
    assert not may_assess(narrowed, site="main", day=DAY).allowed


def test_audience_over_time() -> None:
    widened = plain_filing(
        audience_spans=(
            AudienceSpan(frozenset({Audience.OWN_STAFF}), Span(FILED)),
            AudienceSpan(frozenset({Audience.PUBLIC}), Span(date(2025, 6, 1))),
        )
    )
    assert not may_assess(widened, audience="public", day=date(2025, 5, 31)).allowed
    assert may_assess(widened, audience="public", day=date(2025, 6, 1)).allowed
    assert may_assess(widened, audience="own_staff", day=date(2025, 6, 1)).allowed
    with pytest.raises(ValueError, match="everybody"):
        may_assess(widened, audience="everybody", day=DAY)


@pytest.mark.parametrize(
    ("question", "day", "words"),
    [
        ({"occupation": WELDER}, date(2025, 12, 31), ["只备案了部分工种"]),
        ({"occupation": WELDER, "work_type": "钎焊工"}, date(2026, 1, 1), ["标准已更新"]),
        ({"district": YUZHONG}, DAY, ["没有备案的评价场地"]),
        ({"district": WANZHOU}, DAY, []),
        ({"occupation": ELECTRICIAN}, DAY, []),
    ],
)
def test_cautions_do_not_change_the_verdict(question: dict[str, Any], day: date, words: list[str]) -> None:
    answer = may_assess(plain_filing(), **question, day=day)
    assert answer.allowed
    assert len(answer.cautions) == len(words)
    assert all(word in caution for word, caution in zip(words, answer.cautions, strict=True))


optional = st.one_of(st.none(), st.sampled_from([ELECTRICIAN, WELDER, "4-03-02-01"]))
questions = st.fixed_dictionaries(
    {
        "occupation": optional,
        "work_type": st.sampled_from([None, "钎焊工", "电焊工"]),
        "level": st.sampled_from([None, "3", "4", "1"]),
        "district": st.sampled_from([None, WANZHOU, YUZHONG, "500102"]),
        "site": st.sampled_from([None, "main", "branch", "x"]),
        "audience": st.sampled_from([None, *Audience]),
    }
)


@given(snapshots, questions, days)
def test_allowed_means_active(snapshot: FilingSnapshot, question: dict[str, Any], day: date) -> None:
    answer = may_assess(snapshot, **question, day=day)
    if answer.allowed:
        assert status_on(snapshot, day) is FilingStatus.ACTIVE
        assert answer.verdict == VERDICT_ALLOWED
        assert not answer.no_answer
    assert (answer.verdict == VERDICT_ALLOWED) == answer.allowed
    assert answer.reasons


@given(
    snapshots,
    questions,
    days,
    st.sampled_from(["occupation", "work_type", "level", "district", "site", "audience"]),
)
def test_asking_less_never_turns_a_yes_into_a_no(
    snapshot: FilingSnapshot, question: dict[str, Any], day: date, dropped: str
) -> None:
    if may_assess(snapshot, **question, day=day).allowed:
        assert may_assess(snapshot, **{**question, dropped: None}, day=day).allowed
