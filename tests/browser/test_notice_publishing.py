"""A notice from the editor's keyboard to the citizen: written, previewed, refused to its author, approved, found."""

from __future__ import annotations

import datetime as dt
import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect

from portal.accounts.models import Role, User
from portal.notices.models import NoticePage, NoticeSectionPage
from portal.notices.services.powers import ensure_groups_and_workflow
from portal.notices.services.site_tree import ensure_site_tree
from search.store import store
from search.worker import Worker
from tests.factories.people import make_person
from tests.factories.register import make_bureau

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PASSWORD = "zp-Kx81-notice"
TITLE = "关于二胡制作工评价安排的公告"
Login = Callable[[str], Page]


@pytest.fixture
def worker(settings: Any, tmp_path: Path, live_portal: str) -> Iterator[Worker]:
    """A worker that really runs beside the server, on an index of this test's own."""
    settings.INDEX_DIR = tmp_path / "index"
    running = Worker(store())

    def work() -> None:
        try:
            running.run()
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    yield running
    running.stopping.set()
    thread.join(timeout=30)
    assert not thread.is_alive()


@pytest.fixture
def people(live_portal: str) -> dict[str, User]:
    """An editor and a publisher at a site with its tree, groups and workflow."""
    ensure_site_tree()
    ensure_groups_and_workflow()
    make_bureau()
    return {"editor": make_person("bianji", Role.EDITOR), "publisher": make_person("fabu", Role.PUBLISHER)}


@pytest.fixture
def login(open_context: Callable[..., BrowserContext], people: dict[str, User]) -> Login:
    """Log an account in through the login page; returns its browser page."""

    def enter(name: str) -> Page:
        page = open_context(1280).new_page()
        page.goto("/admin/login/")
        page.fill("input[name=username]", name)
        page.fill("input[name=password]", PASSWORD)
        page.click("button[type=submit]")
        expect(page).to_have_url(page.url.split("/admin/")[0] + "/admin/")
        return page

    return enter


def write_notice(page: Page, title: str, text: str) -> None:
    """Fill the form of a new notice in the section 通知, as an editor does."""
    section = NoticeSectionPage.objects.get(section="general")
    page.goto(f"/admin/pages/add/notices/noticepage/{section.pk}/")
    page.fill("#id_title", title)
    page.select_option("#id_issuer", index=1)
    page.fill("#id_written_on", timezone.localdate().isoformat())
    page.keyboard.press("Tab")
    page.locator("[data-contentpath='body'] button, [data-streamfield-stream-container] button").first.click()
    page.get_by_role("option", name="文字").click()
    page.locator("[contenteditable=true]").first.click()
    page.keyboard.type(text)
    # The rich text editor hands its content to the form a moment after the last key.
    page.wait_for_function("document.querySelector('[name=body-0-value]').value.includes('正文')")


def press_in_footer(page: Page, label: str) -> None:
    """Choose an action from the footer's menu of the editor."""
    page.locator("footer [data-w-dropdown-target='toggle']").first.click()
    page.locator("footer").get_by_role("button", name=re.compile(rf"^\s*{label}")).click()


def submit(page: Page) -> str:
    """Submit the draft for approval; returns the address of its form."""
    address = page.url
    press_in_footer(page, "提交给")
    expect(page.locator(".messages")).to_contain_text("提交")
    return address


def appears(page: Page, address: str, what: Locator, seconds: float) -> None:
    """Ask again until it is there, as a citizen would; fails after ``seconds``."""
    until = time.monotonic() + seconds
    while True:
        page.goto(address)
        if what.count():
            return
        assert time.monotonic() < until, f"{address}: not there after {seconds} s"
        time.sleep(0.2)


def test_a_notice_is_written_previewed_approved_by_another_and_found(
    login: Login, desk_page: Page, worker: Worker
) -> None:
    editor = login("bianji")
    write_notice(editor, TITLE, "<b>不是粗体</b> 正文：二胡制作工评价自下月起在演示考场进行。")
    editor.locator("button", has_text="保存草稿").first.click()
    expect(editor.locator(".messages")).to_contain_text(TITLE)

    preview = editor.context.new_page()
    preview.goto(editor.url.replace("/edit/", "/view_draft/"))
    expect(preview.locator("h1")).to_have_text(TITLE)
    preview.close()
    assert desk_page.goto("/notices/general/").status == 200  # type: ignore[union-attr]
    expect(desk_page.get_by_text(TITLE)).to_have_count(0)

    address = submit(editor)
    editor.goto(address)
    editor.locator("footer [data-w-dropdown-target='toggle']").first.click()
    expect(editor.locator("footer").get_by_role("button", name=re.compile("取消"))).to_be_visible()
    expect(editor.locator("footer").get_by_role("button", name=re.compile("批准"))).to_have_count(0)

    publisher = login("fabu")
    publisher.goto(address)
    press_in_footer(publisher, "批准")
    publisher.wait_for_load_state("networkidle")
    notice = NoticePage.objects.get(title=TITLE)
    assert notice.live
    assert notice.published_on == timezone.localdate()

    desk_page.goto("/notices/general/")
    desk_page.get_by_role("link", name=TITLE).first.click()
    expect(desk_page.locator("h1")).to_have_text(TITLE)
    # What looks like markup is text: it was typed, not formatted.
    expect(desk_page.locator("main")).to_contain_text("<b>不是粗体</b>")
    assert TITLE in desk_page.request.get("/notices/feed/").text()
    assert TITLE in desk_page.request.get("/notices/general/feed/").text()
    found = desk_page.get_by_role("link", name=TITLE)
    appears(desk_page, "/search/?q=二胡", found, seconds=5)


def test_a_scheduled_notice_appears_at_its_time(login: Login, desk_page: Page, worker: Worker) -> None:
    editor, publisher = login("bianji"), login("fabu")
    write_notice(editor, TITLE, "定时发布的正文。")
    editor.locator("button", has_text="保存草稿").first.click()
    expect(editor.locator(".messages")).to_contain_text(TITLE)
    page = NoticePage.objects.get(title=TITLE)
    page = page.get_latest_revision_as_object()
    # A whole minute, as the form keeps it, and far enough for submitting and approving.
    page.go_live_at = (timezone.now() + dt.timedelta(seconds=85)).replace(second=0, microsecond=0)
    page.save_revision(user=User.objects.get(username="bianji"))
    editor.reload()
    publisher.goto(submit(editor))
    press_in_footer(publisher, "批准")
    publisher.wait_for_load_state("networkidle")

    desk_page.goto("/notices/general/")
    if timezone.now() < page.go_live_at:
        expect(desk_page.get_by_text(TITLE)).to_have_count(0)
    waiting = max(0.0, (page.go_live_at - timezone.now()).total_seconds())
    # The worker brings it at its time: within two seconds of it, and not before.
    appears(desk_page, "/notices/general/", desk_page.get_by_role("link", name=TITLE), waiting + 2)
    assert timezone.now() >= page.go_live_at
    assert NoticePage.objects.get(title=TITLE).live
