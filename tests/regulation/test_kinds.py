"""Kinds, audiences, and what a change needs (Art. 6, 13)."""

from __future__ import annotations

import pytest

from portal.regulation.kinds import (
    AUDIENCE_LABELS,
    CHANGE_LABELS,
    KIND_LABELS,
    OWNERSHIP_LABELS,
    PROCEDURE_LABELS,
    Audience,
    ChangeKind,
    ChangeProcedure,
    FilingKind,
    Ownership,
    change_requirement,
    code_is_open_to_society,
    default_audiences,
)


@pytest.mark.parametrize(
    ("kind", "audience", "public_code"),
    [("employer", "own_staff", False), ("school", "own_students", False), ("third_party", "public", True)],
)
def test_default_audience_and_code_letter(kind: str, audience: str, public_code: bool) -> None:
    assert default_audiences(kind) == {Audience(audience)}
    assert code_is_open_to_society(kind) is public_code


@pytest.mark.parametrize(
    ("change", "kind", "widens", "procedure"),
    [
        ("name", "employer", False, "papers"),
        ("contact", "third_party", False, "papers"),
        ("site", "school", False, "evaluation"),
        ("occupation", "third_party", False, "evaluation"),
        ("level", "employer", False, "evaluation"),
        ("area", "third_party", False, "evaluation"),
        ("area", "third_party", True, "evaluation_and_selection"),
        ("area", "employer", True, "evaluation"),
        ("filing_kind", "employer", False, "new_filing"),
        ("district_to_city", "third_party", True, "new_filing"),
    ],
)
def test_what_a_change_needs(change: str, kind: str, widens: bool, procedure: str) -> None:
    need = change_requirement(change, kind, widens_area=widens)
    assert need.procedure == procedure
    assert need.article == "第十三条"
    assert not need.restarts_term
    assert "继续有效" in need.explanation


def test_every_value_has_a_chinese_label() -> None:
    assert set(KIND_LABELS) == set(FilingKind)
    assert set(AUDIENCE_LABELS) == set(Audience)
    assert set(OWNERSHIP_LABELS) == set(Ownership)
    assert set(CHANGE_LABELS) == set(ChangeKind)
    assert set(PROCEDURE_LABELS) == set(ChangeProcedure)
