"""The text of the regulation, its conditions and materials."""

from __future__ import annotations

import hashlib
import re

import pytest

from portal.regulation.articles import ARTICLE_COUNT, NoSuchArticle, article_text, load_regulation
from portal.regulation.kinds import FilingKind
from portal.regulation.materials import (
    CONDITIONS,
    MATERIALS,
    UngroundedDefect,
    defect_ground,
    requirements_for,
)
from portal.regulation.rules import SHIPPED_RULES
from portal.regulation.wording import article_label, chinese_number

REGULATION = load_regulation()


def test_thirty_three_articles_in_five_chapters() -> None:
    assert [article.number for article in REGULATION.articles] == list(range(1, ARTICLE_COUNT + 1))
    assert [article.chapter for article in REGULATION.articles] == (
        ["总则"] * 5 + ["机构备案"] * 10 + ["内部管理"] * 7 + ["监督管理"] * 9 + ["附则"] * 2
    )
    assert REGULATION.articles[9].chapter_label == "第二章 机构备案"


def test_the_text_is_unchanged() -> None:
    """The digest of the published wording; an edit to the data, even of one character, shows here."""
    text = "\n".join(article.text for article in REGULATION.articles)
    assert (
        hashlib.sha256(text.encode()).hexdigest()
        == "80694b833b1679c77198e50c6317baaac760f7dd58a8294aef95117989da89f9"
    )


def test_every_article_says_what_the_portal_does() -> None:
    for article in REGULATION.articles:
        assert 1 <= article.portal.count("。") <= 4
        assert article.portal.endswith("。")


@pytest.mark.parametrize(
    ("number", "paragraphs", "items"),
    [(1, 1, 0), (3, 3, 0), (7, 4, 6), (8, 1, 6), (11, 2, 0), (18, 2, 0), (26, 1, 6), (33, 1, 0)],
)
def test_paragraphs_and_items(number: int, paragraphs: int, items: int) -> None:
    article = article_text(number)
    assert len(article.paragraphs) == paragraphs
    assert len(article.paragraphs[0]) - 1 == items


def test_citations() -> None:
    assert article_text(10).citation() == "第十条"
    assert article_text(7).citation(1, 2) == "第七条第一款第（二）项"
    assert article_text(8).citation(1, 6) == "第八条第（六）项"
    assert article_text(18).citation(2) == "第十八条第二款"
    assert article_text(26).sentence(1, 4).startswith("（四）依据国家职业技能标准")


@pytest.mark.parametrize(("paragraph", "item"), [(0, 0), (2, 0), (1, 7), (1, -1)])
def test_places_that_do_not_exist(paragraph: int, item: int) -> None:
    with pytest.raises(NoSuchArticle, match="请核对"):
        article_text(8).citation(paragraph, item)


@pytest.mark.parametrize("number", [0, 34, -1])
def test_articles_that_do_not_exist(number: int) -> None:
    with pytest.raises(NoSuchArticle, match="共 33 条"):
        article_text(number)


def test_numerals() -> None:
    assert [chinese_number(number) for number in (1, 10, 11, 20, 33, 99)] == [
        "一",
        "十",
        "十一",
        "二十",
        "三十三",
        "九十九",
    ]
    with pytest.raises(ValueError, match="1 至 99"):
        chinese_number(100)


def test_limits_in_the_text_are_the_limits_of_the_rules() -> None:
    """Each statutory number of the regulation's own stands in the article that the rule cites."""
    labels = {article_label(article.number): article.text for article in REGULATION.articles}
    checked = 0
    for rule in SHIPPED_RULES.values:
        if rule.basis == "法定" and rule.article in labels:
            assert re.search(rf"{rule.value}{rule.unit}", labels[rule.article])
            checked += 1
    assert checked == 7


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        ("employer", "condition.large_employer"),
        ("school", "condition.school_body"),
        ("third_party", "condition.experience"),
    ],
)
def test_conditions_of_each_kind(kind: str, own: str) -> None:
    keys = [item.key for item in requirements_for(kind)]
    assert own in keys
    assert len(keys) == 6 + 1 + 6


def test_a_defect_may_cite_only_articles_7_and_8() -> None:
    assert defect_ground("material.credit_report", "school").citation == "第八条第（四）项"
    assert defect_ground("condition.large_employer", "employer").citation == "第七条第二款"
    with pytest.raises(UngroundedDefect, match="只能依据第七条、第八条"):
        defect_ground("fire_safety", "school")
    with pytest.raises(UngroundedDefect):
        defect_ground("condition.large_employer", "school")


def test_every_requirement_points_at_the_text() -> None:
    keys = [item.key for item in (*CONDITIONS, *MATERIALS)]
    assert len(keys) == len(set(keys))
    assert {item.article for item in CONDITIONS} == {7}
    assert {item.article for item in MATERIALS} == {8}
    for item in MATERIALS:
        assert item.label in item.text
    assert {kind for item in CONDITIONS for kind in item.kinds} == set(FilingKind)
