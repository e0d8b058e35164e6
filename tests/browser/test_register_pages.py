"""The register's pages as a reader meets them: at both widths, by keyboard, without scripts, large, on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from portal.contracts import directory
from portal.notices import page_cache
from portal.register.models import Filing
from portal.register.services.directory_sql import SqlDirectory
from tests.factories.register import (
    event,
    make_fees,
    make_filing,
    make_institution,
    make_levels,
    make_occupation,
    scope_item,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def filing(live_portal: str, monkeypatch: pytest.MonkeyPatch) -> Filing:
    """A filing that was suspended for a month, with a published fee, and another one without.

    The directory answers from the database; pages are drawn anew, since every test has a register of its own.
    """
    monkeypatch.setattr(directory, "_engines", [(0, SqlDirectory)])
    monkeypatch.setattr(page_cache, "may_ask", lambda request: False)
    make_levels()
    make_occupation()
    filing = make_filing(
        make_institution("演示渝江职业技能培训学校"),
        scope=[scope_item(level=level) for level in ("5", "4", "3")],
        events=[
            event("rectification_ordered", dt.date(2025, 7, 2), ground="监控设备不全"),
            event("restored", dt.date(2025, 8, 1)),
        ],
    )
    make_fees(filing, {("6-31-01-03", "3"): 46500})
    make_filing(make_institution("演示没有公布收费的学校"))
    return filing


ADDRESSES = (
    "/institutions/?level=3&sort=bad",
    "/institutions/?q=没有这家",
    "/institutions/{code}/",
    "/institutions/{code}/?audience=own_staff&level=3#ask",
    "/institutions/{code}/?on=2025-07-03",
    "/institutions/{code}/?on=2019-01-01",
    "/institutions/{code}/?print=1",
    "/institutions/{code}9/",
    "/fees/",
    "/fees/?occupation=6-31-01-03",
    "/nothing-here/",
)


@pytest.mark.parametrize("large", [False, True], ids=["standard", "large"])
def test_pages_are_accessible_and_never_scroll_sideways(
    page: Page,
    live_portal: str,
    axe: Callable[[Page], None],
    no_sideways_scroll: Callable[[Page], None],
    filing: Filing,
    large: bool,
) -> None:
    if large:
        page.context.add_cookies([{"name": "large_text", "value": "1", "url": live_portal}])
    for address in ADDRESSES:
        page.goto(address.format(code=filing.code))
        axe(page)
        no_sideways_scroll(page)


def test_filters_start_closed_on_a_phone_and_open_by_keyboard(
    open_context: Callable[..., BrowserContext], filing: Filing
) -> None:
    page = open_context(390).new_page()
    page.goto("/institutions/")
    assert not page.locator(".filters fieldset").first.is_visible()
    page.locator(".filters > summary").press("Enter")
    page.get_by_label("三级/高级工").check()
    page.get_by_role("button", name="查看结果").click()
    assert "level=3" in page.url


def test_everything_works_without_scripts(
    open_context: Callable[..., BrowserContext], filing: Filing
) -> None:
    page = open_context(1280, java_script_enabled=False).new_page()
    page.goto("/institutions/?q=渝江")
    assert page.locator(".filters fieldset").first.is_visible()
    page.get_by_role("link", name="大字版").click()
    assert page.locator("html").get_attribute("class") == "large"
    assert page.get_by_role("searchbox", name="机构名称").input_value() == "渝江"
    page.get_by_role("link", name="标准字号").click()
    assert page.locator("html").get_attribute("class") is None


def test_the_skip_link_leads_past_the_header(desk_page: Page, filing: Filing) -> None:
    desk_page.goto(f"/institutions/{filing.code}/")
    desk_page.keyboard.press("Tab")
    desk_page.keyboard.press("Enter")
    assert desk_page.evaluate("document.activeElement.id") == "main"


def test_the_slip_on_paper_keeps_day_moment_and_address(desk_page: Page, filing: Filing) -> None:
    desk_page.goto(f"/institutions/{filing.code}/?print=1")
    desk_page.emulate_media(media="print")
    text = desk_page.locator("main").inner_text()
    for words in ("核验的日期", "查询的时刻", f"/institutions/{filing.code}/", "不是备案回执"):
        assert words in text
    assert desk_page.locator("img.qr").is_visible()
    assert not desk_page.get_by_role("navigation", name="主导航").is_visible()


def test_structured_data_passes_the_strict_policy(desk_page: Page, filing: Filing) -> None:
    desk_page.goto(f"/institutions/{filing.code}/")
    data = desk_page.evaluate(
        "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)"
    )
    assert data["identifier"][0]["value"] == filing.code
