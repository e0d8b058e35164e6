"""A notice about filings says what the register says (Art. 12, 30, 31): otherwise it is not published.

Filings are named through blocks; what the text says near their names is held against the register of the day of
publication. A reason names the institution, what the notice says, what the register says, and the remedy.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from wagtail.models import Page

from portal.accounts.models import Authority
from portal.notices.blocks.matters import matters_in
from portal.notices.models import NoticePage, Section
from portal.notices.services.publication_checks.named_filings import Named, day_of_publication, named_in
from portal.notices.services.publication_checks.statements import CODE, DAY, as_day, rows_of, sentences_of
from portal.notices.services.publication_checks.tables import row_contradictions
from portal.notices.services.publication_checks.wording import contradiction, in_words
from portal.register.models import Filing, FilingEvent

#: Sections about institutions: whatever filing their text names must be named through a block too.
ABOUT_FILINGS = frozenset(
    {Section.DEREGISTRATION, Section.SELECTION, Section.CREDIT, Section.INSPECTIONS, Section.FEES}
)
#: A claim that a filing is deregistered, and what makes the sentence a warning or a rule instead of a claim.
_DEREGISTERED = re.compile(r"(?:已|已经|现予|予以|决定|被|起)(?:依法)?注销")
_NO_CLAIM = re.compile(r"逾期|如果|若|将|可以|可予|应当|不予|未")
_DEREGISTERED_ON = re.compile(
    rf"(?:自|从){DAY}(?:之日)?起?[^，,。；]{{0,12}}注销|{DAY}(?:起|被|予以|依法|已|经)*注销"
)
_ORDERED = re.compile(r"(?:被|已|予以)责令(?:限期)?(?:改正|整改)")
_NUMBER = re.compile(r"[一-鿿]{2,20}〔\d{4}〕\d{1,5}号")
_BODY_NAME = re.compile(
    r"[一-鿿（）()·A-Za-z0-9]{2,60}(?:公司|学校|学院|中心|协会|集团|厂|院|所|社)(?:（演示）)?$"
)
_BEFORE_CODE = re.compile(r"[（(，,、：:\s]*(?:备案编码|机构编码|编码|代码)?[为：:\s]*$")
_IN_TITLE = re.compile(r"^关于注销(.+?)(?:等\d*家[^备]*)?(?:的)?备案")
#: The regulation itself is cited everywhere.
REGULATION = "渝人社发〔2020〕128号"


def check(version: Page) -> list[str]:
    """Every contradiction between a notice and the register."""
    if not isinstance(version, NoticePage):
        return []
    day = day_of_publication(version)
    named = named_in(version, day)
    found = [
        *_unnamed(version, named),
        *_matters(version, named, day),
        *_deregistrations(version, named, day),
        *_sentences(version, named, day),
        *(reason for row in rows_of(version) for reason in row_contradictions(version, row, named, day)),
    ]
    return list(dict.fromkeys(found))


def _unnamed(notice: NoticePage, named: list[Named]) -> Iterator[str]:
    """Codes in the text that no block names, or that nobody has; a deregistration that names nobody."""
    texts = [*sentences_of(notice), *(row.text for row in rows_of(notice))]
    codes = {code for text in texts for code in CODE.findall(text)}
    missing = sorted(codes - {item.filing.code for item in named})
    known = dict(Filing.objects.filter(code__in=missing).values_list("code", "institution__name"))
    for code in missing:
        if code not in known:
            yield _("正文中的备案编码“%(code)s”在登记库中不存在。请核对编码。") % {"code": code}
        elif notice.section in ABOUT_FILINGS:
            yield _(
                "正文写到“%(name)s”（%(code)s），但没有列入“涉及的评价机构”或“备案事项”。请添加，其状态和事项取自登记库。"
            ) % {"name": known[code], "code": code}
    if notice.section == Section.DEREGISTRATION and not named:
        yield _("注销备案公告没有列明机构。请在正文中添加“备案事项”，选择所注销的备案。")


def _matters(notice: NoticePage, named: list[Named], day: dt.date) -> Iterator[str]:
    """Events that a block announces and the register does not have."""
    by_key = {item.filing.pk: item for item in named}
    for block in notice.body:
        if block.block_type != "matters":
            continue
        for filing, kind in matters_in(block.value):
            item = by_key.get(filing.pk)
            if item is not None and item.event(kind, day) is None:
                yield _no_event(item, kind, day)


def _no_event(item: Named, kind: str, day: dt.date) -> str:
    planned = item.events.get(kind)
    register = (
        _("%(event)s，%(day)s生效")
        % {"event": planned.get_kind_display(), "day": in_words(planned.effective_on)}
        if planned is not None
        else _("%(status)s，没有“%(event)s”事项")
        % {"status": item.status_words, "event": FilingEvent.Kind(kind).label}
    )
    return contradiction(
        item,
        str(FilingEvent.Kind(kind).label),
        register,
        _("请先由经办人在登记库登记该事项，或从公告中去掉这家机构。"),
    )


def _deregistrations(notice: NoticePage, named: list[Named], day: dt.date) -> Iterator[str]:
    """In the section for deregistrations each filing is deregistered, by the office that announces it."""
    if notice.section != Section.DEREGISTRATION:
        return
    for item in named:
        if item.event("deregistered", day) is None:
            yield _no_event(item, "deregistered", day)
        yield from _wrong_issuer(notice, item)
    title = _IN_TITLE.match(notice.title)
    if title and len(named) == 1 and not any(name in title[1] for name in named[0].names):
        yield contradiction(named[0], title[1], named[0].name, _("请核对标题中的机构名称。"))


def _wrong_issuer(notice: NoticePage, item: Named) -> Iterator[str]:
    filing = item.filing
    offices = {filing.authority_id, filing.handled_by_id, filing.issued_in_name_of_id}
    issuer = notice.issuer
    if issuer.kind != Authority.Kind.DISTRICT or issuer.pk in offices:
        return
    if Authority.objects.filter(pk__in=offices, successor=issuer).exists():
        return
    yield contradiction(
        item,
        _("由%(office)s注销") % {"office": issuer.name},
        _("备案管理机构为%(office)s") % {"office": filing.authority.name},
        _("请核对机构，或由其备案管理机构发布。"),
    )


def _sentences(notice: NoticePage, named: list[Named], day: dt.date) -> Iterator[str]:
    for sentence in sentences_of(notice):
        meant = [item for item in named if item.is_meant_in(sentence)]
        # With one institution every sentence is about it.
        for item in meant or (named if len(named) == 1 else []):
            yield from _claims(notice, item, sentence, day)
        for item in meant:
            yield from _name_before_code(item, sentence)


def _claims(notice: NoticePage, item: Named, sentence: str, day: dt.date) -> Iterator[str]:
    bare = sentence
    for name in item.names:
        bare = bare.replace(name, "")
    if _NO_CLAIM.search(bare):
        return
    if _ORDERED.search(sentence) and item.event("rectification_ordered", day) is None:
        yield _no_event(item, "rectification_ordered", day)
    if "注销" not in sentence:
        return
    event = item.event("deregistered", day)
    if event is None:
        if _DEREGISTERED.search(sentence):
            yield _no_event(item, "deregistered", day)
        return
    for parts in _DEREGISTERED_ON.findall(sentence):
        said = as_day(*(parts[:3] if parts[0] else parts[3:]))
        if said != event.effective_on:
            written = in_words(said) if said else _("不存在的日期")
            yield contradiction(
                item,
                _("%(day)s注销") % {"day": written},
                _("%(day)s注销") % {"day": in_words(event.effective_on)},
                _("请按登记库改正日期；登记有误的，先更正登记。"),
            )
    yield from _wrong_number(notice, item, event, sentence)


def _wrong_number(notice: NoticePage, item: Named, event: FilingEvent, sentence: str) -> Iterator[str]:
    if not event.document_number:
        return
    own = tuple(filter(None, (REGULATION, notice.document_number)))
    numbers = [number for number in _NUMBER.findall(sentence) if not number.endswith(own)]
    if numbers and not any(number.endswith(event.document_number) for number in numbers):
        yield contradiction(
            item, numbers[0], event.document_number, _("请按登记库改正文号；登记有误的，先更正登记。")
        )


def _name_before_code(item: Named, sentence: str) -> Iterator[str]:
    """“某机构（备案编码S…）”: the name before a code is one that its institution bears or bore."""
    for before in sentence.split(item.filing.code)[:-1]:
        words = _BEFORE_CODE.sub("", before)
        written = _BODY_NAME.search(words)
        if written is not None and not words.endswith(tuple(item.names)):
            yield contradiction(
                item,
                f"{written[0][-40:]}（{item.filing.code}）",
                f"{item.name}（{item.filing.code}）",
                _("请核对机构名称和备案编码。"),
            )
