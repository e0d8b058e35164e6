"""Rule values as data: how long each limit is, by which article, from when.

A case keeps the version of its day of receipt: ask with ``on=`` that day. Editable standards (本平台标准)
are replaced by building another RuleBook with ``with_values``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

STATUTORY = "法定"
PLATFORM = "本平台标准"

WORKING_DAYS = "个工作日"
CALENDAR_DAYS = "日"
MONTHS = "个月"
YEARS = "年"

REGULATION_SOURCE = "渝人社发〔2020〕128号"
#: Art. 33: in force from the day of issue.
IN_FORCE_FROM = date(2020, 12, 31)


class RuleError(ValueError):
    """A rule that does not exist or was not in force; the message is Chinese and names the remedy."""


@dataclass(frozen=True)
class RuleValue:
    """One value of a rule in one period. ``unit`` is the Chinese unit that explanations print."""

    key: str
    title: str
    value: int
    unit: str
    article: str
    basis: str
    source: str
    in_force_from: date = IN_FORCE_FROM
    in_force_to: date | None = None

    def in_force(self, day: date) -> bool:
        return self.in_force_from <= day and (self.in_force_to is None or day <= self.in_force_to)


@dataclass(frozen=True)
class RuleBook:
    """All versions of all rule values."""

    values: tuple[RuleValue, ...]

    def keys(self) -> tuple[str, ...]:
        """Every key, in the order of the regulation."""
        return tuple(dict.fromkeys(item.key for item in self.values))

    def rule_value(self, key: str, on: date) -> RuleValue:
        """The version in force on ``on``; RuleError when there is none."""
        versions = self._versions(key)
        found = next((item for item in versions if item.in_force(on)), None)
        if found is None:
            raise RuleError(
                f"规则“{versions[0].title}”在 {on.isoformat()} 没有生效的版本"
                f"（最早自 {versions[0].in_force_from.isoformat()} 起），请改用生效期内的日期。"
            )
        return found

    def applied(self, key: str, on: date) -> RuleValue:
        """The version for a limit that starts on ``on``: before the first version, the first one.

        A computed date never fails because the start lies before the regulation; the explanation says so.
        """
        versions = self._versions(key)
        return versions[0] if on < versions[0].in_force_from else self.rule_value(key, on)

    def value(self, key: str, on: date) -> int:
        """The number of the applied version."""
        return self.applied(key, on).value

    def with_values(self, values: Iterable[RuleValue]) -> RuleBook:
        """A book in which the keys of ``values`` have these versions instead of the old ones."""
        new = tuple(values)
        replaced = {item.key for item in new}
        return RuleBook(tuple(item for item in self.values if item.key not in replaced) + new)

    def _versions(self, key: str) -> list[RuleValue]:
        versions = sorted(
            (item for item in self.values if item.key == key), key=lambda item: item.in_force_from
        )
        if not versions:
            raise RuleError(f"没有名为“{key}”的规则，可用的有：{'、'.join(self.keys())}。")
        return versions


def _ours(key: str, title: str, value: int, unit: str, article: str) -> RuleValue:
    return RuleValue(key, title, value, unit, article, PLATFORM, f"{REGULATION_SOURCE}未规定具体期限")


def _statutory(key: str, title: str, value: int, unit: str, article: str) -> RuleValue:
    return RuleValue(key, title, value, unit, article, STATUTORY, REGULATION_SOURCE)


SHIPPED_RULES = RuleBook(
    (
        _statutory("acceptance", "受理审核期限", 5, WORKING_DAYS, "第十条"),
        _statutory("correction", "补正期限", 30, CALENDAR_DAYS, "第十条"),
        _statutory("decision", "备案决定期限", 90, CALENDAR_DAYS, "第十一条"),
        _ours("selection_notice", "择优遴选公示期", 5, WORKING_DAYS, "第十一条"),
        _statutory("validity_years", "备案有效期", 3, YEARS, "第十四条"),
        _statutory("renewal_notice_days", "延续申请提前期", 30, CALENDAR_DAYS, "第十四条"),
        _statutory("retention_paper", "纸质评价资料保管期限", 3, YEARS, "第十九条"),
        _statutory("retention_electronic", "电子评价资料保管期限", 5, YEARS, "第十九条"),
        _ours("announcement", "注销公告期限", 2, WORKING_DAYS, "第三十条"),
        RuleValue(
            "reconsideration",
            "申请行政复议期限",
            60,
            CALENDAR_DAYS,
            "《中华人民共和国行政复议法》第二十条",
            STATUTORY,
            "《中华人民共和国行政复议法》（2023年修订）",
            date(2024, 1, 1),
        ),
        RuleValue(
            "litigation",
            "提起行政诉讼期限",
            6,
            MONTHS,
            "《中华人民共和国行政诉讼法》第四十六条",
            STATUTORY,
            "《中华人民共和国行政诉讼法》（2017年修正）",
            date(2017, 7, 1),
        ),
        _ours("complaint_acceptance", "投诉受理决定期限", 5, WORKING_DAYS, "第二十七条"),
        _ours("complaint_completion", "投诉办结期限", 60, CALENDAR_DAYS, "第二十七条"),
        _ours("complaint_completion_extension", "投诉办结可延长", 30, CALENDAR_DAYS, "第二十七条"),
        _ours("report_opening", "举报立案决定期限", 15, WORKING_DAYS, "第二十七条"),
        _ours("report_opening_extension", "举报立案决定可延长", 15, WORKING_DAYS, "第二十七条"),
        _ours("suggestion_reply", "部门监督检查建议答复期限", 10, WORKING_DAYS, "第二十八条"),
    )
)


def rule_value(key: str, on: date, rules: RuleBook = SHIPPED_RULES) -> RuleValue:
    """The version of a rule in force on a day; RuleError (Chinese) for an unknown key or day."""
    return rules.rule_value(key, on)
