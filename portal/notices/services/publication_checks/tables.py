"""The tables of a notice against the register: each column that the register knows is compared."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.notices.models import NoticePage, Section
from portal.notices.services.publication_checks.named_filings import Named
from portal.notices.services.publication_checks.statements import Row, days_in
from portal.notices.services.publication_checks.wording import contradiction, in_words

NAME = ("机构名称", "评价机构", "评价机构名称", "单位名称")
CODE = ("备案编码", "机构编码")
CREDIT_CODE = ("统一社会信用代码",)
AUTHORITY = ("备案管理机构", "备案机关")
DAY = ("注销日期", "注销时间")
RESULT = ("检查结果", "处理结果", "处理决定")
#: Sections whose tables list institutions that are filed already.
LISTED = frozenset({Section.DEREGISTRATION, Section.INSPECTIONS, Section.CREDIT})


def row_contradictions(notice: NoticePage, row: Row, named: list[Named], day: dt.date) -> Iterator[str]:
    """What one row says against the register."""
    name, code = row.cell(*NAME), row.cell(*CODE)
    if not name and not code:
        return
    item = _meant(named, name, code)
    if item is None:
        if named and notice.section in LISTED:
            yield _(
                "表格中的“%(what)s”没有列入“涉及的评价机构”或“备案事项”，无法与登记库核对。请添加，或核对名称和编码。"
            ) % {"what": name or code}
        return
    facts = (
        (name, name in item.names, item.name),
        (code, code == item.filing.code, item.filing.code),
        (
            row.cell(*CREDIT_CODE),
            row.cell(*CREDIT_CODE) == item.filing.institution.social_credit_code,
            item.filing.institution.social_credit_code,
        ),
        (
            row.cell(*AUTHORITY),
            row.cell(*AUTHORITY) in (item.filing.authority.name, item.filing.authority.short_name),
            item.filing.authority.name,
        ),
    )
    for says, right, register in facts:
        if says and not right:
            yield contradiction(item, says, register, _("请按登记库改正表格。"))
    yield from _events(item, row, day)


def _meant(named: list[Named], name: str, code: str) -> Named | None:
    by_code = next((item for item in named if code and item.filing.code == code), None)
    return by_code or next((item for item in named if name and name in item.names), None)


def _events(item: Named, row: Row, day: dt.date) -> Iterator[str]:
    deregistered = item.event("deregistered", day)
    said = days_in(row.cell(*DAY))
    if said and (deregistered is None or deregistered.effective_on not in said):
        register = in_words(deregistered.effective_on) if deregistered else item.status_words
        yield contradiction(
            item, _("%(day)s注销") % {"day": in_words(said[0])}, register, _("请按登记库改正日期。")
        )
    result = row.cell(*RESULT)
    for words, kind in (("责令", "rectification_ordered"), ("注销", "deregistered")):
        if words in result and item.event(kind, day) is None:
            yield contradiction(
                item, result, item.status_words, _("请先由经办人在登记库登记该事项，或改正表格。")
            )
