"""May this institution assess this person, for this occupation, here, on this day? (Art. 5, 14, 26, 30)

The answer says what is filed, never whether a certificate is genuine.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from portal.regulation.kinds import AUDIENCE_LABELS, Audience
from portal.regulation.snapshot import (
    AreaSpan,
    AudienceSpan,
    FilingSnapshot,
    KnownFact,
    ScopeSpan,
    SiteSpan,
    StatusSpan,
)
from portal.regulation.status import STATUS_ARTICLES, STATUS_LABELS, FilingStatus, status_on
from portal.regulation.wording import chinese_date

__all__ = [
    "VERDICT_ALLOWED",
    "VERDICT_NOT_COVERED",
    "VERDICT_NOT_FOUND",
    "VERDICT_NO_ANSWER",
    "AreaSpan",
    "AssessmentAnswer",
    "AudienceSpan",
    "FilingSnapshot",
    "KnownFact",
    "Reason",
    "ScopeSpan",
    "SiteSpan",
    "StatusSpan",
    "may_assess",
]

VERDICT_ALLOWED = "已备案，可评"
VERDICT_NOT_COVERED = "已备案，不含该项"
VERDICT_NOT_FOUND = "未查到备案"
VERDICT_NO_ANSWER = "登记簿没有这一天的记录"

_STATUS_VERDICTS: dict[FilingStatus, str] = {
    FilingStatus.RECTIFICATION: "已备案，整改期内不得评价",
    FilingStatus.RENEWAL_PENDING: "有效期届满，延续审查中，不得评价",
    FilingStatus.EXPIRED: "备案已到期，不得评价",
    FilingStatus.DEREGISTERED: "备案已注销，不得评价",
    FilingStatus.NOT_YET: "该日尚未备案",
}


@dataclass(frozen=True)
class Reason:
    """One checked point: what was found, by which article, and whether it speaks for the assessment."""

    text: str
    article: str
    satisfied: bool


@dataclass(frozen=True)
class AssessmentAnswer:
    """The answer for one day as known now.

    ``later_recorded`` are facts that already held on the day but reached the register after it: what was
    *known on* the day may have differed from what was *valid on* it. ``no_answer`` marks days before the
    register begins; ``allowed`` is then False without meaning a refusal. ``cautions`` do not change the
    verdict.
    """

    allowed: bool
    verdict: str
    day: date
    status: FilingStatus | None = None
    reasons: tuple[Reason, ...] = ()
    cautions: tuple[str, ...] = ()
    later_recorded: tuple[KnownFact, ...] = ()
    no_answer: bool = False


def may_assess(
    snapshot: FilingSnapshot | None,
    occupation: str | None = None,
    work_type: str | None = None,
    level: str | None = None,
    district: str | None = None,
    site: str | None = None,
    audience: Audience | str | None = None,
    *,
    day: date,
) -> AssessmentAnswer:
    """Whether the filing allows such an assessment on ``day``; an argument that is None is not asked.

    Raises ValueError for an audience that is none of own_staff, own_students, public.
    """
    if snapshot is None:
        reason = Reason("登记簿中没有这个备案。", "第二条", False)
        return AssessmentAnswer(False, VERDICT_NOT_FOUND, day, reasons=(reason,))
    if day < snapshot.register_first_day:
        return _no_answer(snapshot, day)
    status = status_on(snapshot, day)
    reasons = [_status_reason(status, day)]
    if status is not FilingStatus.NOT_YET:
        reasons += _audience_reasons(snapshot, audience, day)
        reasons += _scope_reasons(snapshot, occupation, work_type, level, day)
        reasons += _area_reasons(snapshot, district, site, day)
    allowed = all(reason.satisfied for reason in reasons)
    if status is not FilingStatus.ACTIVE:
        verdict = _STATUS_VERDICTS[status]
    else:
        verdict = VERDICT_ALLOWED if allowed else VERDICT_NOT_COVERED
    return AssessmentAnswer(
        allowed=allowed,
        verdict=verdict,
        day=day,
        status=status,
        reasons=tuple(reasons),
        cautions=tuple(_cautions(snapshot, occupation, work_type, level, district, site, day)),
        later_recorded=tuple(fact for fact in snapshot.known if fact.effective_on <= day < fact.recorded_on),
    )


def _no_answer(snapshot: FilingSnapshot, day: date) -> AssessmentAnswer:
    first = chinese_date(snapshot.register_first_day)
    reason = Reason(f"登记簿自{first}起有记录，这一天在此之前，不能作答。", "第十二条", False)
    return AssessmentAnswer(False, VERDICT_NO_ANSWER, day, reasons=(reason,), no_answer=True)


def _status_reason(status: FilingStatus, day: date) -> Reason:
    text = f"{chinese_date(day)}备案状态：{STATUS_LABELS[status]}。"
    return Reason(text, STATUS_ARTICLES[status], status is FilingStatus.ACTIVE)


def _audience_reasons(snapshot: FilingSnapshot, audience: Audience | str | None, day: date) -> list[Reason]:
    if audience is None:
        return []
    asked = Audience(audience)
    covered = snapshot.audiences_on(day)
    names = "、".join(AUDIENCE_LABELS[item] for item in Audience if item in covered) or "无"
    satisfied = asked in covered
    word = "包括" if satisfied else "不包括"
    return [Reason(f"备案的评价对象是{names}，{word}{AUDIENCE_LABELS[asked]}。", "第六条", satisfied)]


def _scope_reasons(
    snapshot: FilingSnapshot, occupation: str | None, work_type: str | None, level: str | None, day: date
) -> list[Reason]:
    if not (occupation or work_type or level):
        return []
    satisfied = bool(_matching_scope(snapshot, occupation, work_type, level, day))
    text = "所问职业（工种）和等级在备案范围内。" if satisfied else "所问职业（工种）或等级不在备案范围内。"
    return [Reason(text, "第五条、第十二条", satisfied)]


def _matching_scope(
    snapshot: FilingSnapshot, occupation: str | None, work_type: str | None, level: str | None, day: date
) -> list[ScopeSpan]:
    items = snapshot.scope_on(day)
    return [item for item in items if item.matches(occupation or None, work_type, level or None)]


def _area_reasons(
    snapshot: FilingSnapshot, district: str | None, site: str | None, day: date
) -> list[Reason]:
    reasons = []
    areas = snapshot.areas_on(day)
    if district is not None:
        inside = any(area.includes(district) for area in areas)
        text = "所问区县在备案地域范围内。" if inside else "所问区县不在备案地域范围内。"
        reasons.append(Reason(text, "第六条、第二十六条", inside))
    if site is not None:
        found = next((item for item in snapshot.sites_on(day) if item.key == site), None)
        if found is None:
            reasons.append(Reason("所问场地这一天不在备案的评价场地之列。", "第七条、第十三条", False))
        elif district is not None and found.district != district:
            reasons.append(Reason("所问场地不在所问区县。", "第二十六条", False))
        elif not any(area.includes(found.district) for area in areas):
            reasons.append(Reason("所问场地所在区县不在备案地域范围内。", "第二十六条", False))
        else:
            reasons.append(Reason("所问场地是备案的评价场地。", "第七条", True))
    return reasons


def _cautions(
    snapshot: FilingSnapshot,
    occupation: str | None,
    work_type: str | None,
    level: str | None,
    district: str | None,
    site: str | None,
    day: date,
) -> list[str]:
    cautions = []
    items = _matching_scope(snapshot, occupation, work_type, level, day) if occupation else []
    if any(item.standard_superseded and item.standard_superseded <= day for item in items):
        cautions.append("标准已更新：备案所依据的标准已有新版本。")
    if items and not work_type and all(item.work_type for item in items):
        cautions.append("该职业只备案了部分工种，请按工种核对。")
    sites = snapshot.sites_on(day)
    if district and not site and sites and all(item.district != district for item in sites):
        cautions.append("登记簿中该区县没有备案的评价场地，请先向机构确认评价地点。")
    return cautions
