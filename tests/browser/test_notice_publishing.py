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
from wagtail.models import Revision

from portal.accounts.models import Role, User
from portal.notices.models import NoticePage, NoticeSectionPage
from portal.notices.services.powers import ensure_groups_and_workflow
from portal.notices.services.site_tree import ensure_site_tree
from search.store import store
from search.worker import Worker
from tests.factories.people import make_person
from tests.factories.register import add_event, make_bureau, make_centre, make_filing, make_institution

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


def approve(page: Page) -> None:
    """Tick everything on the screen of a notice and approve."""
    for name in ("保密审查", "个人信息审查", "内容审查"):
        page.get_by_label(name).check()
    page.get_by_role("button", name="批准并发布").click()
    page.wait_for_load_state("networkidle")


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
    expect(publisher).to_have_url(re.compile(r"/admin/notices/\d+/$"))
    publisher.get_by_role("button", name="批准并发布").click()
    expect(publisher.get_by_text("没有勾选“保密审查”")).to_be_visible()
    assert not NoticePage.objects.get(title=TITLE).live
    approve(publisher)
    expect(publisher.locator(".messages")).to_contain_text("已发布")
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
    page = NoticePage.objects.get(title=TITLE).get_latest_revision_as_object()
    page.go_live_at = timezone.now().replace(second=0, microsecond=0) + dt.timedelta(days=1)
    page.save_revision(user=User.objects.get(username="bianji"))
    editor.reload()
    publisher.goto(submit(editor))
    approve(publisher)
    expect(publisher.locator(".messages")).to_contain_text("将按预定时间发布")
    # Approved for tomorrow, with the worker running: not there today, however slow this machine is.
    worker_turns(worker)
    desk_page.goto("/notices/general/")
    expect(desk_page.get_by_text(TITLE)).to_have_count(0)

    moment = timezone.now() + dt.timedelta(seconds=2)
    bring_forward(page, moment)
    appears(desk_page, "/notices/general/", desk_page.get_by_role("link", name=TITLE), seconds=10)
    assert timezone.now() >= moment
    assert NoticePage.objects.get(title=TITLE).last_published_at >= moment


def worker_turns(worker: Worker) -> None:
    """Let the worker pass over what is due at least once more."""
    from portal.notices.services.scheduled import publish_due

    assert publish_due(timezone.now()) == 0
    assert not worker.stopping.is_set()


def bring_forward(page: NoticePage, moment: dt.datetime) -> None:
    """Set another moment for what was approved, in the schedule and in the version."""
    revision = Revision.objects.get(object_id=str(page.pk), approved_go_live_at__isnull=False)
    revision.content["go_live_at"] = moment.isoformat()
    revision.approved_go_live_at = moment
    revision.save(update_fields=["content", "approved_go_live_at"])


def test_a_notice_that_the_register_contradicts_is_refused_with_the_reason(
    login: Login, axe: Callable[[Page], None], no_sideways_scroll: Callable[[Page], None]
) -> None:
    filing = make_filing(make_institution("重庆演示甲培训学校"), authority=make_centre())
    section = NoticeSectionPage.objects.get(section="deregistration")
    notice = NoticePage(title="关于注销重庆演示甲培训学校备案信息的公告", written_on=timezone.localdate())
    notice.issuer = make_bureau()
    stream = NoticePage._meta.get_field("body").stream_block
    matter = {"filing": filing.pk, "event": "deregistered"}
    notice.body = stream.to_python([{"type": "matters", "value": {"heading": "", "matters": [matter]}}])
    notice.live = False
    section.add_child(instance=notice)
    notice.save_revision(user=User.objects.get(username="bianji"))

    editor, publisher = login("bianji"), login("fabu")
    editor.goto(f"/admin/pages/{notice.pk}/edit/")
    address = submit(editor)
    expect(editor.locator(".messages")).to_contain_text("按现在的内容不能发布：重庆演示甲培训学校")
    publisher.goto(address)
    approve(publisher)
    refusal = publisher.get_by_role("alert")
    expect(refusal).to_contain_text("重庆演示甲培训学校：公告写的是“注销备案”，登记库为“有效")
    expect(refusal).to_contain_text("请先由经办人在登记库登记该事项")
    assert not NoticePage.objects.get(pk=notice.pk).live
    axe(publisher)
    publisher.set_viewport_size({"width": 390, "height": 844})
    axe(publisher)
    no_sideways_scroll(publisher)

    add_event(filing, "deregistered", timezone.localdate(), ground="自愿终止评价")
    publisher.goto(f"/admin/notices/{notice.pk}/")
    approve(publisher)
    expect(publisher.locator(".messages")).to_contain_text("已发布")
    for path in ("/admin/notices/", "/admin/notices/sections/", "/admin/notices/withdrawals/"):
        publisher.goto(path)
        axe(publisher)
        no_sideways_scroll(publisher)
