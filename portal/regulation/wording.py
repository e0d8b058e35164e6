"""How days and articles are written in Chinese."""

from __future__ import annotations

from datetime import date

_WEEKDAYS = "一二三四五六日"
_DIGITS = "零一二三四五六七八九"


def weekday_name(day: date) -> str:
    """周一 … 周日."""
    return "周" + _WEEKDAYS[day.weekday()]


def chinese_date(day: date) -> str:
    """A day as a page prints it: 2026年11月22日（周日）."""
    return f"{day.year}年{day.month}月{day.day}日（{weekday_name(day)}）"


def chinese_number(number: int) -> str:
    """A number from 1 to 99 in Chinese numerals, as articles are counted."""
    if not 1 <= number <= 99:
        raise ValueError(f"条款序号应在 1 至 99 之间，收到 {number}。")
    tens, ones = divmod(number, 10)
    if tens == 0:
        return _DIGITS[ones]
    head = "十" if tens == 1 else _DIGITS[tens] + "十"
    return head + (_DIGITS[ones] if ones else "")


def article_label(number: int) -> str:
    """第十条 for 10."""
    return f"第{chinese_number(number)}条"
