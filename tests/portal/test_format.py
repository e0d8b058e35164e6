"""How dates, money, levels and states read."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from portal.templatetags import portal_format as words


def rendered(source: str, **context: object) -> str:
    return Template("{% load portal_format %}" + source).render(Context(context))


def test_a_date_names_its_weekday_and_carries_the_iso_date() -> None:
    day = dt.date(2026, 11, 22)
    assert words.zh_date(day) == "2026年11月22日（周日）"
    assert rendered("{% time_tag day %}", day=day) == (
        '<time datetime="2026-11-22">2026年11月22日（周日）</time>'
    )
    assert rendered("{% time_tag day short=True %}", day=day).endswith(">2026年11月22日</time>")


def test_a_moment_is_shown_on_its_day_in_shanghai() -> None:
    moment = dt.datetime(2026, 11, 21, 16, 30, tzinfo=dt.UTC)
    assert words.zh_date(moment) == "2026年11月22日（周日）"
    assert words.zh_moment(moment) == "2026年11月22日（周日）00:30"
    assert moment.astimezone(ZoneInfo("Asia/Shanghai")).isoformat("T", "minutes") in rendered(
        "{% time_tag moment moment=True %}", moment=moment
    )


@pytest.mark.parametrize("nothing", [None, "", "2026-11-22", 5])
def test_what_is_no_date_reads_as_nothing(nothing: object) -> None:
    assert words.zh_date(nothing) == ""
    assert rendered("{% time_tag day %}", day=nothing) == ""


@pytest.mark.parametrize(
    ("fen", "shown", "value"),
    [
        (30500, "305.00 元", "305.00"),
        (130505, "1,305.05 元", "1305.05"),
        (0, "0.00 元", "0.00"),
        (-5, "-0.05 元", "-0.05"),
    ],
)
def test_money_is_shown_in_yuan_and_readable_by_machines(fen: int, shown: str, value: str) -> None:
    assert words.money(fen) == shown
    assert words.yuan(fen) == value
    assert rendered("{% money_tag fen %}", fen=fen) == f'<data value="{value}">{shown}</data>'


def test_a_missing_fee_is_named_with_its_article_and_never_zero() -> None:
    shown = rendered("{% money_tag fen %}", fen=None)
    assert "尚未公布（第十八条应公示）" in shown
    assert "0" not in shown
    assert words.yuan(None) == ""


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("active", "有效"),
        ("rectification", "整改中"),
        ("renewal_pending", "延续审查中"),
        ("expired", "已到期"),
        ("deregistered", "已注销"),
        ("not_yet", "尚未备案"),
    ],
)
def test_every_status_has_a_word_and_a_style(value: str, word: str) -> None:
    badge = rendered("{% status_badge value %}", value=value)
    assert word in badge
    assert f'class="status {words.STATUS_STYLES[value]}"' in badge


def test_an_unknown_status_is_shown_as_it_is_and_escaped() -> None:
    assert "&lt;b&gt;" in rendered("{% status_badge value %}", value="<b>")


def test_levels_have_long_and_short_names() -> None:
    assert words.level_name("3") == "三级/高级工"
    assert words.level_short(5) == "五级"
    assert words.level_name("9") == "9"


@pytest.mark.parametrize(
    ("value", "largest", "share"),
    [(50, 100, "50"), (1, 1000, "1"), (0, 10, "0"), (3, 0, "0"), (10, 10, "100")],
)
def test_a_bar_shows_even_the_smallest_number(value: int, largest: int, share: str) -> None:
    assert words.share_of(value, largest) == share


def test_a_link_keeps_the_query_and_replaces_one_parameter() -> None:
    request = RequestFactory().get("/institutions/?district=500103&district=500106&q=电工&page=7")
    link = rendered("{% querystring_with page=2 %}", request=request)
    assert link.startswith("?")
    assert "district=500103&amp;district=500106" in link
    assert "page=2" in link
    assert "page=7" not in link
    assert "page" not in rendered("{% querystring_with page=None %}", request=request)


def test_the_navigation_says_where_one_is() -> None:
    inside = RequestFactory().get("/institutions/S000050000157/")
    assert rendered('{% nav_current "/institutions/" %}', request=inside) == ' aria-current="true"'
    at = RequestFactory().get("/institutions/")
    assert rendered('{% nav_current "/institutions/" %}', request=at) == ' aria-current="page"'
    assert rendered('{% nav_current "/fees/" %}', request=at) == ""
    assert rendered('{% nav_current "/fees/" %}') == ""


@pytest.mark.parametrize(
    ("number", "pages", "window"),
    [
        (1, 1, [1]),
        (1, 9, [1, 2, 3, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (9, 9, [1, None, 8, 9]),
        (2, 3, [1, 2, 3]),
    ],
)
def test_page_numbers_around_the_present_one(number: int, pages: int, window: list[int | None]) -> None:
    assert words.page_window(number, pages) == window
