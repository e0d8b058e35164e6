"""Every kind of public page of the demo site in Chromium: accessible and fitting, by keyboard, on paper."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from playwright.sync_api import BrowserContext, Page

from portal.notices.models import NoticeCorrection, NoticeReference, Withdrawal
from portal.register.models import FilingSpan
from search.rebuild import rebuild
from search.store import store

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

#: Addresses that answer with something else than 200.
REFUSED = {"/nothing/here/": 404, "/institutions/S01/": 404, "/institutions/?q=%00": 400}


@pytest.fixture
def addresses(settings: Any, tmp_path: Path, live_portal: str) -> dict[str, int]:
    """The demo site, and an address of every kind of page with the status it answers with."""
    settings.INDEX_DIR = tmp_path / "index"
    settings.DATA_DIR = tmp_path
    call_command("load_reference", verbosity=0)
    call_command("load_demo", verbosity=0)
    rebuild(store().root)
    notice = NoticeReference.objects.filter(page__live=True).first()
    corrected = NoticeCorrection.objects.filter(page__live=True).first()
    withdrawn = Withdrawal.objects.first()
    assert notice is not None
    assert corrected is not None
    assert withdrawn is not None
    filings = [
        span.filing.get_absolute_url()
        for status in ("rectification", "deregistered")
        for span in FilingSpan.objects.filter(track="status", value=status, last_day=None)[:1]
    ]
    open_pages = [
        *["/", "/institutions/", "/institutions/?district=500105&level=3", "/institutions/?q=没有这家机构"],
        *filings,
        filings[0] + "?on=2024-06-01",
        filings[0] + "?on=1999-01-01",
        *["/fees/", "/fees/?occupation=6-31-01-03", "/search/?q=演示", "/search/?q=没有的词句"],
        *["/notices/", "/notices/deregistration/", notice.page.url, corrected.page.url],
        *["/regulation/", "/regulation/10/", "/help/", "/privacy/", "/sitemap/"],
    ]
    assert withdrawn.page is not None
    return {**dict.fromkeys(open_pages, 200), **REFUSED, withdrawn.page.get_url(): 410}


def visit(page: Page, address: str, status: int) -> None:
    """Open an address and check what it answers with."""
    response = page.goto(address)
    assert response is not None
    assert response.status == status, address


def test_every_kind_of_page_is_accessible_and_fits(
    addresses: dict[str, int],
    page: Page,
    axe: Callable[[Page], None],
    no_sideways_scroll: Callable[[Page], None],
) -> None:
    for address, status in addresses.items():
        visit(page, address, status)
        axe(page)
        no_sideways_scroll(page)


def test_large_text_fits_everywhere_and_stays_accessible(
    addresses: dict[str, int],
    page: Page,
    axe: Callable[[Page], None],
    no_sideways_scroll: Callable[[Page], None],
) -> None:
    """Large text changes sizes only: every page must fit; axe looks at one in four (all of them in the long run)."""
    page.goto("/preferences/large-text/?on=1&next=/")
    for number, (address, status) in enumerate(addresses.items()):
        visit(page, address, status)
        no_sideways_scroll(page)
        if number % 4 == 0 or os.environ.get("SOAK"):
            axe(page)


def test_the_site_can_be_walked_by_keyboard_alone(addresses: dict[str, int], desk_page: Page) -> None:
    """Every link and field of the home page takes the focus in the order of the page and shows it."""
    desk_page.goto("/")
    expected = desk_page.evaluate(
        "[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, summary')]"
        ".filter(e => e.checkVisibility() && e.tabIndex >= 0).length"
    )
    seen: list[str] = []
    for _ in range(expected):
        desk_page.keyboard.press("Tab")
        focused = desk_page.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.tagName, s.outlineStyle !== 'none' || s.boxShadow !== 'none', e.outerHTML.slice(0, 120)] })()"
        )
        assert focused[0] != "BODY", f"the focus is lost after {len(seen)} of {expected}"
        assert focused[1], f"no visible focus: {focused[2]}"
        seen.append(focused[2])
    assert len(seen) == expected


def test_no_script_is_needed_to_find_an_institution(
    addresses: dict[str, int], open_context: Callable[..., BrowserContext]
) -> None:
    page = open_context(390, java_script_enabled=False).new_page()
    page.goto("/")
    page.locator("main input[name=q]").first.fill("演示 电工")
    page.keyboard.press("Enter")
    page.locator("main h3 a").first.click()
    assert page.locator("h1").inner_text()
    assert page.url != "about:blank"
