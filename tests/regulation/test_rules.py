"""Rule values in time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from portal.regulation.deadlines import acceptance_deadline, suggestion_reply_deadline
from portal.regulation.rules import PLATFORM, SHIPPED_RULES, STATUTORY, RuleError, rule_value
from portal.regulation.working_days import load_shipped_calendar

CALENDAR = load_shipped_calendar()


@pytest.mark.parametrize(
    ("key", "value", "unit", "article", "basis"),
    [
        ("acceptance", 5, "个工作日", "第十条", STATUTORY),
        ("correction", 30, "日", "第十条", STATUTORY),
        ("decision", 90, "日", "第十一条", STATUTORY),
        ("selection_notice", 5, "个工作日", "第十一条", PLATFORM),
        ("validity_years", 3, "年", "第十四条", STATUTORY),
        ("renewal_notice_days", 30, "日", "第十四条", STATUTORY),
        ("retention_paper", 3, "年", "第十九条", STATUTORY),
        ("retention_electronic", 5, "年", "第十九条", STATUTORY),
        ("announcement", 2, "个工作日", "第三十条", PLATFORM),
        ("complaint_acceptance", 5, "个工作日", "第二十七条", PLATFORM),
        ("complaint_completion", 60, "日", "第二十七条", PLATFORM),
        ("report_opening", 15, "个工作日", "第二十七条", PLATFORM),
        ("suggestion_reply", 10, "个工作日", "第二十八条", PLATFORM),
    ],
)
def test_shipped_values(key: str, value: int, unit: str, article: str, basis: str) -> None:
    rule = rule_value(key, on=date(2026, 11, 22))
    assert (rule.value, rule.unit, rule.article, rule.basis) == (value, unit, article, basis)
    assert rule.source


def test_a_case_keeps_the_version_of_its_day_of_receipt() -> None:
    old = rule_value("acceptance", on=date(2026, 1, 1))
    versions = (
        replace(old, in_force_to=date(2026, 12, 31)),
        replace(old, value=3, in_force_from=date(2027, 1, 1)),
    )
    book = SHIPPED_RULES.with_values(versions)
    assert acceptance_deadline(date(2026, 12, 31), CALENDAR, book).length == 5
    assert acceptance_deadline(date(2027, 1, 1), CALENDAR, book).length == 3
    assert SHIPPED_RULES.rule_value("acceptance", date(2027, 1, 1)).value == 5
    assert book.keys().count("acceptance") == 1


def test_an_edited_standard_changes_the_limit() -> None:
    edited = replace(rule_value("suggestion_reply", on=date(2026, 3, 2)), value=3)
    book = SHIPPED_RULES.with_values([edited])
    assert suggestion_reply_deadline(date(2026, 3, 2), CALENDAR, book).due == date(2026, 3, 5)


def test_unknown_rule_and_day_are_refused() -> None:
    with pytest.raises(RuleError, match=r"没有名为“nothing”的规则，可用的有：acceptance、"):
        rule_value("nothing", on=date(2026, 1, 1))
    with pytest.raises(RuleError, match="2020-12-30 没有生效的版本"):
        rule_value("acceptance", on=date(2020, 12, 30))
    assert rule_value("acceptance", on=date(2020, 12, 31)).value == 5


def test_a_rule_that_has_lapsed_is_refused() -> None:
    lapsed = replace(rule_value("announcement", on=date(2026, 1, 1)), in_force_to=date(2026, 6, 30))
    with pytest.raises(RuleError):
        SHIPPED_RULES.with_values([lapsed]).value("announcement", date(2026, 7, 1))
