"""The first lines of a filing's page: may a person like me be assessed here, on this day, for what."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _, gettext_noop

from portal.register.models import FilingEvent
from portal.register.models.filing import Audience
from portal.register.views.asked_day import AskedDay
from portal.register.views.parameters import OCCUPATION_VALUE
from portal.register.views.terms import since, term_on
from portal.regulation.assessment import AssessmentAnswer, may_assess
from portal.regulation.kinds import AUDIENCE_LABELS, Audience as RegulatedAudience
from portal.regulation.snapshot import FilingSnapshot
from portal.regulation.status import FilingStatus
from portal.regulation.wording import article_label, chinese_date
from portal.templatetags.portal_format import LEVEL_NAMES, STATUS_STYLES

_NOT_ALLOWED = {
    FilingStatus.RECTIFICATION: gettext_noop("整改期内，%(day)s不得评价。"),
    FilingStatus.RENEWAL_PENDING: gettext_noop("有效期届满，延续审查中，%(day)s不得评价。"),
    FilingStatus.EXPIRED: gettext_noop("备案已到期，%(day)s不得评价。"),
    FilingStatus.DEREGISTERED: gettext_noop("备案已注销，%(day)s不得评价。"),
    FilingStatus.NOT_YET: gettext_noop("%(day)s尚未备案，不得评价。"),
}


@dataclass
class Verdict:
    """One sentence that answers, and the sentences that explain it. ``style`` is valid, halt, wait or gone."""

    style: str
    answer: str
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class PersonalQuestion:
    """What a reader asked about themselves; empty values are not asked."""

    audience: str = ""
    occupation: str = ""
    work_type: str = ""
    level: str = ""

    def __bool__(self) -> bool:
        return bool(self.audience or self.occupation or self.level)

    @property
    def occupation_value(self) -> str:
        """The occupation as the form sends it."""
        return f"{self.occupation}|{self.work_type}" if self.work_type else self.occupation


def read_question(params: QueryDict) -> PersonalQuestion:
    """Read the form 我能在这里评吗; what is no known value is not asked."""
    audience = params.get("audience", "")
    occupation, _bar, work_type = params.get("occupation", "").partition("|")
    level = params.get("level", "")
    known = bool(OCCUPATION_VALUE.fullmatch(occupation))
    return PersonalQuestion(
        audience if audience in Audience.values else "",
        occupation if known else "",
        work_type[:80] if known else "",
        level if level in LEVEL_NAMES else "",
    )


def personal_answer(
    question: PersonalQuestion, snapshot: FilingSnapshot, asked: AskedDay
) -> AssessmentAnswer | None:
    """Answer the form by the rules (Art. 5, 6, 14, 30), or None when nothing was asked."""
    if not question:
        return None
    return may_assess(
        snapshot,
        question.occupation or None,
        question.work_type or None,
        question.level or None,
        audience=question.audience or None,
        day=asked.day,
    )


def verdict_of(
    snapshot: FilingSnapshot,
    status: FilingStatus | None,
    asked: AskedDay,
    scope_words: str,
    area_words: str,
    ground: FilingEvent | None,
) -> Verdict:
    """The answer for everybody, audience first. ``status`` is None before the register's first day."""
    if status is None:
        answer = may_assess(snapshot, day=asked.day)
        return Verdict("wait", _("这一天没有记录，不能作答。"), [reason.text for reason in answer.reasons])
    audiences = audiences_in_words(snapshot, asked)
    style = STATUS_STYLES[status.value]
    if status is not FilingStatus.ACTIVE:
        text = _(_NOT_ALLOWED[status]) % {"day": asked.words}
        if audiences and status in (FilingStatus.RECTIFICATION, FilingStatus.RENEWAL_PENDING):
            text = _("面向%(audiences)s；%(text)s") % {"audiences": audiences, "text": text}
        return Verdict(style, text, _why_not(snapshot, status, asked, ground))
    if not scope_words:
        return Verdict("wait", _("备案有效，但%(day)s没有可评的职业。") % {"day": asked.words})
    text = _("面向%(audiences)s，%(day)s可以评价。") % {"audiences": audiences or "—", "day": asked.words}
    term = term_on(snapshot, asked.day)
    lines = [_("可评：%(scope)s。") % {"scope": scope_words}]
    if area_words:
        lines.append(_("评价区域：%(area)s。") % {"area": area_words})
    if term is not None and term.end is not None:
        lines.append(_("备案有效期至%(day)s，含当日。") % {"day": chinese_date(term.end)})
    return Verdict(style, text, lines)


def audiences_in_words(snapshot: FilingSnapshot, asked: AskedDay) -> str:
    """本单位职工、社会人员: whom the filing covers on the day."""
    covered = snapshot.audiences_on(asked.day)
    return "、".join(AUDIENCE_LABELS[audience] for audience in RegulatedAudience if audience in covered)


def _why_not(
    snapshot: FilingSnapshot, status: FilingStatus, asked: AskedDay, ground: FilingEvent | None
) -> list[str]:
    lines = []
    first = since(snapshot, status, asked.day)
    term = term_on(snapshot, asked.day)
    if status is FilingStatus.RECTIFICATION and first:
        lines.append(_("%(day)s被责令改正（第三十条）。") % {"day": chinese_date(first)})
        lines.append(_("整改合格、备案机关决定恢复之前，不得开展评价活动。"))
    elif status is FilingStatus.DEREGISTERED and first:
        article = article_label(ground.article) if ground else _("第三十条")
        lines.append(_("%(day)s注销备案（%(article)s）。") % {"day": chinese_date(first), "article": article})
    elif status is FilingStatus.RENEWAL_PENDING and term and term.end:
        lines.append(
            _("有效期%(day)s届满，延续申请正在审查；作出决定前不得开展评价（第十四条）。")
            % {"day": chinese_date(term.end)}
        )
    elif status is FilingStatus.EXPIRED and term and term.end:
        lines.append(_("有效期%(day)s届满，没有延续（第十四条）。") % {"day": chinese_date(term.end)})
    elif status is FilingStatus.NOT_YET:
        lines.append(_("备案从以后的日期起生效，见下方“经过”。"))
    if ground is not None and ground.ground:
        lines.append(_("事由：%(ground)s。") % {"ground": ground.ground.rstrip("。")})
    return lines
