"""Reading single cells: days, money, lists, choices. Every refusal says what was found and how to write it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
_COMPACT_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
_LIST = re.compile("[、，,；;]")
_SITES = re.compile("[；;]")
MAX_YUAN = Decimal(100_000)


class CellError(ValueError):
    """The content of a cell cannot be taken; the message is Chinese and names the remedy."""


def shortened(text: str, length: int = 30) -> str:
    """The text for a message, which never repeats a whole page."""
    return text if len(text) <= length else text[:length] + "…"


def required(text: str) -> str:
    """The text, which may not be empty."""
    if not text:
        raise CellError(_("没有填写，请补全。"))
    return text


def limited(text: str, length: int) -> str:
    """The text, not longer than the register keeps."""
    if len(text) > length:
        raise CellError(
            _("有 %(found)d 个字，最多 %(limit)d 个，请缩短。") % {"found": len(text), "limit": length}
        )
    return text


def parse_day(text: str) -> dt.date:
    """A date such as 2026-11-22, 2026/11/22, 2026年11月22日 or 20261122."""
    plain = unicodedata.normalize("NFKC", required(text))
    found = _DAY.fullmatch(plain) or _COMPACT_DAY.fullmatch(plain)
    if found is None:
        raise CellError(_("“%s”不是日期，请写成 2026-11-22 的形式。") % shortened(text))
    try:
        return dt.date(*(int(part) for part in found.groups()))
    except ValueError as error:
        raise CellError(_("“%s”这一天不存在，请核对年月日。") % shortened(text)) from error


def parse_fen(text: str) -> int | None:
    """An amount in yuan with at most two decimals, as fen; None for an empty cell."""
    if not text:
        return None
    plain = unicodedata.normalize("NFKC", text).replace(",", "").removesuffix("元").strip()
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        raise CellError(_("“%s”不是金额，请以元填写，例如 305.00。") % shortened(text)) from None
    if not amount.is_finite() or amount < 0:
        raise CellError(_("“%s”不是金额，应为不小于 0 的数，例如 305.00。") % shortened(text))
    if amount > MAX_YUAN:
        raise CellError(_("“%s”过大，请核对单位是否为元。") % shortened(text))
    fen = amount * 100
    if fen != fen.to_integral_value():
        raise CellError(_("“%s”多于两位小数，请精确到分，例如 305.00。") % shortened(text))
    return int(fen)


def format_fen(fen: int) -> str:
    """An amount in fen as yuan with two decimals."""
    return f"{fen // 100}.{fen % 100:02d}"


def split_list(text: str) -> list[str]:
    """Values joined by 、 (commas and semicolons serve too)."""
    return [part.strip() for part in _LIST.split(text) if part.strip()]


def split_parallel(text: str) -> list[str]:
    """Values joined by ；, empty ones kept, for columns whose values belong together."""
    return [part.strip() for part in _SITES.split(text)]


def parse_choice(text: str, labels: Mapping[str, str]) -> str:
    """The value whose label (or value) is written; ``labels`` maps every accepted writing to its value."""
    found = labels.get(required(text))
    if found is None:
        offered = "、".join(dict.fromkeys(label for label in labels if not label.isascii()))
        raise CellError(
            _("“%(text)s”不在可选范围内，请填写：%(offered)s。")
            % {"text": shortened(text), "offered": offered}
        )
    return found
