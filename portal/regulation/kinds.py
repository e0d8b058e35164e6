"""Kinds of filing, audiences, ownership and kinds of change (Art. 6, 7, 13)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FilingKind(StrEnum):
    """What an institution is filed for (Art. 6)."""

    EMPLOYER = "employer"
    SCHOOL = "school"
    THIRD_PARTY = "third_party"


class Audience(StrEnum):
    """Who may be assessed by an institution."""

    OWN_STAFF = "own_staff"
    OWN_STUDENTS = "own_students"
    PUBLIC = "public"


class Ownership(StrEnum):
    """What an applicant is; decides, with the area, who files and supervises (Art. 6)."""

    CITY_OWNED = "city_owned"
    CENTRAL_BRANCH = "central_branch"
    DISTRICT_OWNED = "district_owned"
    PRIVATE = "private"
    FOREIGN = "foreign"
    TECHNICAL_SCHOOL = "technical_school"
    TRAINING_BODY = "training_body"


KIND_LABELS: dict[FilingKind, str] = {
    FilingKind.EMPLOYER: "用人单位自主评价",
    FilingKind.SCHOOL: "技工院校学生职业技能等级认定",
    FilingKind.THIRD_PARTY: "社会培训评价组织第三方评价",
}

AUDIENCE_LABELS: dict[Audience, str] = {
    Audience.OWN_STAFF: "本单位职工",
    Audience.OWN_STUDENTS: "本校学生",
    Audience.PUBLIC: "社会人员",
}

OWNERSHIP_LABELS: dict[Ownership, str] = {
    Ownership.CITY_OWNED: "市属企业",
    Ownership.CENTRAL_BRANCH: "中央企业在渝分支机构",
    Ownership.DISTRICT_OWNED: "区县（自治县）属企业",
    Ownership.PRIVATE: "民营企业",
    Ownership.FOREIGN: "外商投资企业",
    Ownership.TECHNICAL_SCHOOL: "技工院校",
    Ownership.TRAINING_BODY: "社会培训评价组织",
}

_DEFAULT_AUDIENCES: dict[FilingKind, frozenset[Audience]] = {
    FilingKind.EMPLOYER: frozenset({Audience.OWN_STAFF}),
    FilingKind.SCHOOL: frozenset({Audience.OWN_STUDENTS}),
    FilingKind.THIRD_PARTY: frozenset({Audience.PUBLIC}),
}


def default_audiences(kind: FilingKind | str) -> frozenset[Audience]:
    """Whom a filing of this kind covers unless its receipt says more."""
    return _DEFAULT_AUDIENCES[FilingKind(kind)]


def code_is_open_to_society(kind: FilingKind | str) -> bool:
    """Whether a filing of this kind gets a code that begins with S instead of Y."""
    return FilingKind(kind) is FilingKind.THIRD_PARTY


class ChangeKind(StrEnum):
    """What an institution wants changed (Art. 13)."""

    NAME = "name"
    CONTACT = "contact"
    SITE = "site"
    OCCUPATION = "occupation"
    LEVEL = "level"
    AREA = "area"
    FILING_KIND = "filing_kind"
    DISTRICT_TO_CITY = "district_to_city"


class ChangeProcedure(StrEnum):
    """How a change is examined."""

    PAPERS = "papers"
    EVALUATION = "evaluation"
    EVALUATION_AND_SELECTION = "evaluation_and_selection"
    NEW_FILING = "new_filing"


CHANGE_LABELS: dict[ChangeKind, str] = {
    ChangeKind.NAME: "机构名称",
    ChangeKind.CONTACT: "联系方式",
    ChangeKind.SITE: "评价场地",
    ChangeKind.OCCUPATION: "评价职业（工种）",
    ChangeKind.LEVEL: "评价等级",
    ChangeKind.AREA: "评价地域",
    ChangeKind.FILING_KIND: "备案类别",
    ChangeKind.DISTRICT_TO_CITY: "由区县范围改为全市范围",
}

PROCEDURE_LABELS: dict[ChangeProcedure, str] = {
    ChangeProcedure.PAPERS: "只审核材料",
    ChangeProcedure.EVALUATION: "需技术评估",
    ChangeProcedure.EVALUATION_AND_SELECTION: "需技术评估和择优遴选",
    ChangeProcedure.NEW_FILING: "需重新申请备案",
}


@dataclass(frozen=True)
class ChangeRequirement:
    """What a change needs, by which article, and on which basis (法定 or 本平台标准)."""

    procedure: ChangeProcedure
    article: str
    basis: str
    explanation: str
    restarts_term: bool = False


def change_requirement(
    change: ChangeKind | str, kind: FilingKind | str, *, widens_area: bool = False
) -> ChangeRequirement:
    """Art. 13: same authority, conditions and procedure; how far each change goes is our standard.

    ``widens_area`` says that a change of area adds districts. The old scope stays valid until the
    decision, and no change restarts the three years.
    """
    change, kind = ChangeKind(change), FilingKind(kind)
    procedure = _procedure(change, kind, widens_area)
    if procedure is ChangeProcedure.NEW_FILING:
        tail = "原备案在新备案决定作出前继续有效。"
    else:
        tail = "决定作出前原备案范围继续有效，备案有效期不重新起算。"
    explanation = f"变更{CHANGE_LABELS[change]}：{PROCEDURE_LABELS[procedure]}，向原备案管理机构提出；{tail}"
    return ChangeRequirement(procedure, "第十三条", "本平台标准", explanation)


def _procedure(change: ChangeKind, kind: FilingKind, widens_area: bool) -> ChangeProcedure:
    if change in {ChangeKind.NAME, ChangeKind.CONTACT}:
        return ChangeProcedure.PAPERS
    if change in {ChangeKind.FILING_KIND, ChangeKind.DISTRICT_TO_CITY}:
        return ChangeProcedure.NEW_FILING
    if change is ChangeKind.AREA and widens_area and kind is FilingKind.THIRD_PARTY:
        return ChangeProcedure.EVALUATION_AND_SELECTION
    return ChangeProcedure.EVALUATION
