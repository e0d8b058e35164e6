"""A filing that the register does not hold yet: what has to be true of it, and the events it begins with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from portal.accounts.models import Authority
from portal.register.models import Filing, Institution
from portal.register.services.filing_events import EventInput, NewFiling
from portal.register.services.importing import ImportOptions
from portal.register.services.institution_rows import FilingDraft
from portal.register.tabular.problems import Problems
from portal.regulation.kinds import default_audiences
from portal.regulation.validity import expiry_of
from portal.regulation.wording import chinese_date

#: States that an import may state of a new filing: they follow from its days.
IMPORTABLE_STATES = frozenset({"", "有效", "已到期"})


def check_new(draft: FilingDraft, today: dt.date, problems: Problems) -> None:
    """Note what forbids a new filing: a state that needs its own decision, days against Art. 14, no scope, no site."""
    state = draft.cells.get("状态", "")
    if state not in IMPORTABLE_STATES:
        problems.add(
            draft.row,
            "状态",
            _(
                "“%s”不能随导入登记：整改、注销、延续审查各有决定，请先以有效备案导入（清空本列），再登记该事项。"
            )
            % state,
        )
    if draft.filed_on > today:
        problems.add(draft.row, "备案日期", _("%s晚于今天，请核对。") % chinese_date(draft.filed_on))
    if not draft.items:
        problems.add(draft.row, "职业编码", _("备案没有评价范围，请至少填写一个职业和等级。"))
    if not draft.sites:
        problems.add(draft.row, "场地名称", _("备案没有评价场地，请至少填写一个场地的名称、地址和区县。"))
    check_term(draft, problems)


def check_term(draft: FilingDraft, problems: Problems) -> None:
    """Three years from the first day; a later term begins after the first one has ended (Art. 14)."""
    first_end = expiry_of(draft.filed_on)
    if draft.term_from != draft.filed_on and draft.term_from <= first_end:
        problems.add(
            draft.row,
            "本期有效期自",
            _("首期至%s届满，延续的一期应在此之后开始；未延续过的请留空。") % chinese_date(first_end),
        )
    elif draft.term_to != expiry_of(draft.term_from):
        values = {
            "right": chinese_date(expiry_of(draft.term_from)),
            "begun": chinese_date(draft.term_from),
            "found": chinese_date(draft.term_to),
        }
        problems.add(
            draft.row,
            "有效期至",
            _(
                "应为%(right)s（自%(begun)s起三年，第十四条），写的是%(found)s；已延续的请在“本期有效期自”填写本期首日。"
            )
            % values,
        )


@dataclass(frozen=True, slots=True)
class Offices:
    """Who does the work and in whose name (Art. 3, 4): for the city the centre and the bureau, else the authority."""

    centre: Authority | None
    signing: Authority | None

    @classmethod
    def load(cls) -> Offices:
        """Read the two offices of the city: one query."""
        codes = (settings.CENTRE_CODE, settings.CITY_ORDERS_ISSUED_BY)
        found = {authority.code: authority for authority in Authority.objects.filter(code__in=codes)}
        return cls(found.get(codes[0]), found.get(codes[1]))

    def of(self, authority: Authority) -> tuple[Authority, Authority]:
        """``handled_by`` and ``issued_in_name_of`` for a filing of this authority."""
        if authority.kind == Authority.Kind.DISTRICT:
            return authority, authority
        return self.centre or authority, self.signing or authority


def new_filing(
    draft: FilingDraft, institution: Institution, offices: Offices, options: ImportOptions
) -> NewFiling:
    """The filing with its ``filed`` event, and ``renewed`` when its present term is a later one."""
    handled_by, signing = offices.of(draft.office)
    filing = Filing(
        code=draft.code,
        institution=institution,
        kind=draft.kind,
        authority=draft.office,
        handled_by=handled_by,
        issued_in_name_of=signing,
        filed_on=draft.filed_on,
    )
    audiences = draft.audiences or tuple(sorted(value.value for value in default_audiences(draft.kind)))
    payload = {
        "name": draft.name,
        "term": term(draft.filed_on),
        "audiences": list(audiences),
        "areas": list(draft.areas),
        "scope": [item.to_payload() for item in draft.items],
        "sites": [place.to_payload() for place in draft.sites],
    }
    events = [EventInput("filed", draft.filed_on, 12, payload, reason=options.reason)]
    if draft.term_from != draft.filed_on:
        renewed = {"term": term(draft.term_from)}
        events.append(EventInput("renewed", draft.term_from, 14, renewed, reason=options.reason))
    return NewFiling(filing, events)


def term(first_day: dt.date) -> dict[str, str]:
    """A term of three years as events keep it (Art. 14)."""
    return {"first_day": first_day.isoformat(), "last_day": expiry_of(first_day).isoformat()}
