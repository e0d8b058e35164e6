"""The search page in Chromium at both widths."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from search.models import SearchOutbox
from search.rebuild import rebuild
from search.store import store
from tests.factories.random_register import random_register

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def indexed(settings: Any, tmp_path: Path, live_portal: str) -> None:
    """A small register in an index of this test's own."""
    settings.INDEX_DIR = tmp_path / "index"
    random_register(seed=8, size=60)
    rebuild(store().root)
    SearchOutbox.objects.all().delete()


@pytest.mark.parametrize(
    "address",
    [
        "/search/",
        "/search/?q=电工",
        "/search/?q=S010350000003",
        "/search/?q=电工 宇航员",
        "/search/?q=电工&kind=notice",
        "/search/?q=？！",
    ],
)
def test_every_state_is_accessible_and_fits(
    page: Page, axe: Callable[[Page], None], no_sideways_scroll: Callable[[Page], None], address: str
) -> None:
    page.goto(address)
    axe(page)
    no_sideways_scroll(page)


def test_a_search_by_keyboard_from_the_box_to_an_institution(page: Page) -> None:
    page.goto("/search/")
    page.get_by_label("搜索机构、公告、管理办法").focus()
    page.keyboard.type("渝中區　電工")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("找到")
    expect(page.locator(".hit mark").first).to_be_visible()
    page.locator(".hit h3 a").first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/institutions/S0103500"))


def test_without_an_index_the_page_says_so(page: Page, axe: Callable[[Page], None]) -> None:
    (store().root / "CURRENT").unlink()
    page.goto("/search/?q=嘉陵")
    expect(page.get_by_role("heading", name="检索索引暂时不可用")).to_be_visible()
    axe(page)
