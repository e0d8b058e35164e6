"""How dates, money, levels and states read, in words for people and in markup for machines."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import urlencode

from django import template
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_lazy as _

from portal.regulation.status import STATUS_LABELS
from portal.regulation.wording import article_label as article_label_of, chinese_date

register = template.Library()

#: Art. 18: a missing fee is never shown as zero.
FEE_MISSING = _("尚未公布（第十八条应公示）")

LEVEL_NAMES = {
    "0": _("学徒工"),
    "5": _("五级/初级工"),
    "4": _("四级/中级工"),
    "3": _("三级/高级工"),
    "2": _("二级/技师"),
    "1": _("一级/高级技师"),
    "T": _("特级技师"),
    "S": _("首席技师"),
}
#: From the lowest to the highest, for tables and ranges.
LEVEL_ORDER = ("0", "5", "4", "3", "2", "1", "T", "S")

#: Public status → style. The style only adds colour and an icon to the word.
STATUS_STYLES = {
    "active": "valid",
    "rectification": "halt",
    "renewal_pending": "wait",
    "expired": "gone",
    "deregistered": "gone",
    "not_yet": "wait",
}
_CHECKED = mark_safe(" checked")
_STATUS_WORDS = {status.value: label for status, label in STATUS_LABELS.items()}


def _as_day(value: object) -> dt.date | None:
    """Return the day in Asia/Shanghai of a date or an aware moment; None for anything else."""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value if isinstance(value, dt.date) else None


@register.filter
def zh_day(value: object) -> str:
    """``2026年11月22日``, for dense tables. Nothing for a missing date."""
    day = _as_day(value)
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


@register.filter
def zh_date(value: object) -> str:
    """``2026年11月22日（周日）``. Nothing for a missing date."""
    day = _as_day(value)
    return chinese_date(day) if day else ""


@register.filter
def zh_moment(value: object) -> str:
    """``2026年11月22日（周日）15:04`` in Asia/Shanghai."""
    if not isinstance(value, dt.datetime):
        return zh_date(value)
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{zh_date(local)}{local:%H:%M}"


@register.simple_tag
def time_tag(value: object, *, short: bool = False, moment: bool = False) -> SafeString | str:
    """``<time datetime="2026-11-22">2026年11月22日（周日）</time>``.

    ``short`` leaves the weekday out; ``moment`` shows hour and minute too.
    """
    day = _as_day(value)
    if day is None:
        return ""
    if moment and isinstance(value, dt.datetime):
        return format_html(
            '<time datetime="{}">{}</time>',
            timezone.localtime(value).isoformat("T", "minutes"),
            zh_moment(value),
        )
    return format_html(
        '<time datetime="{}">{}</time>', day.isoformat(), zh_day(day) if short else zh_date(day)
    )


@register.filter
def yuan(fen: int | None) -> str:
    """Amount in fen as ``1305.00``: for attributes, exports and machine-readable values."""
    if fen is None:
        return ""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


@register.filter
def money(fen: int | None) -> str:
    """Amount in fen as ``1,305.00 元``; the words of Art. 18 when it is not published."""
    if fen is None:
        return str(FEE_MISSING)
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d} 元"


@register.simple_tag
def money_tag(fen: int | None) -> SafeString:
    """``<data value="305.00">305.00 元</data>``, or the words of Art. 18 marked as a gap."""
    if fen is None:
        return format_html('<span class="gap">{}</span>', FEE_MISSING)
    return format_html('<data value="{}">{}</data>', yuan(fen), money(fen))


@register.filter
def level_name(code: object) -> str:
    """Name of a skill level by its code (``5`` → 五级/初级工); an unknown code reads as itself."""
    return _level_names(get_language()).get(str(code), str(code))


@register.filter
def level_short(code: object) -> str:
    """Short name of a skill level (``5`` → 五级)."""
    return level_name(code).partition("/")[0]


@functools.cache
def _level_names(language: str | None) -> dict[str, str]:
    """The names in a language: a page of the directory asks for hundreds of them."""
    return {code: str(name) for code, name in LEVEL_NAMES.items()}


@register.filter
def status_word(value: object) -> str:
    """Word of a public status, without markup."""
    return _STATUS_WORDS.get(str(value), str(value))


@register.filter
def status_style(value: object) -> str:
    """Style name of a public status (``valid``, ``halt``, ``wait``, ``gone``)."""
    return STATUS_STYLES.get(str(value), "gone")


@register.filter
def article_label(number: int) -> str:
    """``第十四条`` for 14."""
    return article_label_of(number)


@register.simple_tag
def status_badge(value: object) -> SafeString:
    """A status as word, icon and colour: never by colour alone."""
    return format_html('<span class="status {}">{}</span>', status_style(value), status_word(value))


@register.simple_tag
def choice_list(name: str, values: Iterable[Any]) -> SafeString:
    """Checkboxes with counts for the values of a facet (``value``, ``label``, ``count``, ``selected``, ``child``).

    A tag rather than a loop in a template: a directory shows hundreds of them on every page.
    """
    escaped_name = escape(name)
    return mark_safe(  # noqa: S308 - every part is escaped
        "\n".join(
            f'<label class="choice{" child" if item.child else ""}">'
            f'<input type="checkbox" name="{escaped_name}" value="{escape(item.value)}"'
            f"{' checked' if item.selected else ''}>{escape(item.label)}"
            f'<span class="count">{item.count:,}</span></label>'
            for item in values
        )
    )


@register.filter
def share_of(value: float, largest: float) -> str:
    """Width of a bar in per cent of the largest one, at least 1 for anything above zero."""
    if not largest or value <= 0:
        return "0"
    return str(max(1, round(100 * value / largest)))


@register.filter
def count(number: int) -> str:
    """``12,345``: digits in groups of three."""
    return f"{number:,}"


@register.simple_tag(takes_context=True)
def querystring_with(context: dict[str, Any], **changes: object) -> str:
    """Return the request's query with some parameters replaced; None or an empty text removes one.

    The result starts with ``?`` and is a valid relative address even when nothing is left.
    """
    request = context.get("request")
    query = request.GET.copy() if isinstance(request, HttpRequest) else QueryDict(mutable=True)
    for name, value in changes.items():
        if value in (None, ""):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return "?" + urlencode([(key, item) for key, items in query.lists() for item in items])


@register.simple_tag(takes_context=True)
def nav_current(context: dict[str, Any], prefix: str) -> SafeString | str:
    """``aria-current`` for a link of the main navigation: ``page`` on the page itself, ``true`` below it."""
    request = context.get("request")
    path = getattr(request, "path", "")
    if path == prefix:
        return format_html(' aria-current="{}"', "page")
    return format_html(' aria-current="{}"', "true") if path.startswith(prefix) else ""


@register.simple_tag
def page_window(number: int, pages: int) -> list[int | None]:
    """Page numbers to offer around ``number``; None stands for a gap."""
    wanted = {1, pages, number - 1, number, number + 1}
    if number <= 3:
        wanted |= {2, 3}
    shown = sorted(page for page in wanted if 1 <= page <= pages)
    window: list[int | None] = []
    for page in shown:
        if window and page - (window[-1] or 0) > 1:
            window.append(None)
        window.append(page)
    return window


@register.filter
def or_gap(value: object) -> object:
    """The value, or 未填写 when there is none: an empty cell looks like a fault."""
    return value if value not in (None, "") else gettext("未填写")
