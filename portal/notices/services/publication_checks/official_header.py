"""The header that official documents carry: issuer, day, document number, index number, validity."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _
from wagtail.models import Page

from portal.notices.models import Genre, NoticePage, Section, Validity

#: Genres that are never issued without a number (党政机关公文处理工作条例); a 通知 only as a policy document.
ALWAYS_NUMBERED = frozenset({Genre.RULES, Genre.DECISION, Genre.OPINION, Genre.CIRCULAR})
#: 机关代字 + 〔year〕 + serial without leading zeros + 号, as in 渝人社发〔2026〕12号.
DOCUMENT_NUMBER = re.compile(r"[一-鿿]{2,20}〔(\d{4})〕[1-9]\d{0,4}号")
#: Code of the body / year - serial of five digits, as in 11500000009275780P/2026-00012.
INDEX_NUMBER = re.compile(r"(?:演示)?[0-9A-Z]{5,18}/\d{4}-\d{5}")


def check(version: Page) -> list[str]:
    """Everything that is wrong with the header of a notice."""
    return list(header_problems(version).values()) if isinstance(version, NoticePage) else []


def header_problems(notice: Any) -> dict[str, str]:
    """What is wrong with a notice, by the name of the field; a form's notice may still lack what the table needs."""
    found: dict[str, str] = {}
    for name, problem in (
        ("issuer", _issuer(notice)),
        ("document_number", _document_number(notice)),
        ("index_number", _index_number(notice)),
        ("validity_note", _validity(notice)),
    ):
        if problem:
            found[name] = problem
    if notice.written_on is None:
        found["written_on"] = _("没有成文日期。请填写文件成文的日期。")
    return found


def _issuer(notice: Any) -> str:
    if notice.issuer_id is None:
        return _("没有发布机构。请选择发布本公告的机关。")
    if notice.written_on and not notice.issuer.exists_on(notice.written_on):
        return _("成文日期（%(day)s）当天，发布机构“%(office)s”并不存在。请核对成文日期或发布机构。") % {
            "day": notice.written_on.isoformat(),
            "office": notice.issuer.name,
        }
    return ""


def _document_number(notice: Any) -> str:
    number = notice.document_number.strip()
    if not number:
        if not needs_number(notice):
            return ""
        return _("“%(genre)s”应当有发文字号。请填写发文字号，如“渝人社发〔2026〕12号”。") % {
            "genre": notice.get_genre_display()
        }
    match = DOCUMENT_NUMBER.fullmatch(number)
    if match is None:
        return _(
            "发文字号“%(number)s”格式不对。应为机关代字、六角括号〔〕中的四位年份、序号和“号”，如“渝人社发〔2026〕12号”，序号不编虚位。"
        ) % {"number": number}
    if notice.written_on and not 1949 <= int(match[1]) <= notice.written_on.year:
        return _("发文字号“%(number)s”的年份晚于成文日期（%(day)s）。请核对。") % {
            "number": number,
            "day": notice.written_on.isoformat(),
        }
    return ""


def needs_number(notice: NoticePage) -> bool:
    """Whether the genre may not do without a document number."""
    return notice.genre in ALWAYS_NUMBERED or (
        notice.genre == Genre.NOTICE and notice.section == Section.POLICY
    )


def _index_number(notice: NoticePage) -> str:
    number = notice.index_number.strip()
    if not number:
        return ""
    if INDEX_NUMBER.fullmatch(number) is None:
        return _(
            "索引号“%(number)s”格式不对。应为机构代码、斜线、四位年份、连字符和五位序号，如“11500000009275780P/2026-00012”。"
        ) % {"number": number}
    return ""


def _validity(notice: NoticePage) -> str:
    if notice.validity == Validity.IN_FORCE or notice.validity_note.strip():
        return ""
    return _("有效性为“%(validity)s”，但没有写明依据。请在“有效性说明”中写明由哪份文件、从何时起。") % {
        "validity": notice.get_validity_display()
    }
