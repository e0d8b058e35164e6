"""The auditor's screens as the auditor meets them: filter, open, export; on a phone: what fits there fits anywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from portal.accounts.models import Role
from portal.audit.examination import examine
from portal.audit.heads import sign_head
from portal.audit.models import AuditEvent
from portal.audit.record import record
from portal.notices.services.powers import ensure_groups_and_workflow
from portal.notices.services.site_tree import ensure_site_tree
from tests.factories.people import make_person

pytestmark = pytest.mark.browser


def enter_as_auditor(page: Page, address: str) -> None:
    """With a session that the server made."""
    ensure_site_tree()
    ensure_groups_and_workflow()
    client = Client()
    client.force_login(make_person("auditor", Role.AUDITOR, first_name="审计甲"))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": address}]
    )


def test_the_auditor_filters_opens_and_exports(
    live_portal: str,
    open_context: Callable[..., BrowserContext],
    axe: Callable[[Page], None],
    no_sideways_scroll: Callable[[Page], None],
) -> None:
    page = open_context(390).new_page()
    with transaction.atomic():
        for number in range(40):
            record(
                "notice.published",
                ("thing", str(number), f"（演示）关于第{number}批机构的公告"),
                reason="例行发布",
            )
        record(
            "notice.withdrawn",
            ("thing", "7", "（演示）撤回的公告"),
            before={"title": "旧" * 60},
            after={"title": "新"},
        )
    enter_as_auditor(page, live_portal)
    head = sign_head(AuditEvent.objects.latest("pk").at.date())
    examine()
    assert head is not None
    page.goto("/admin/audit/")
    expect(page.get_by_text(f"第 {head.position} 位").first).to_be_visible()
    axe(page)
    no_sideways_scroll(page)
    page.get_by_label("操作", exact=True).select_option("notice.withdrawn")
    page.get_by_role("button", name="筛选").click()
    row = page.get_by_role("row").filter(has_text="撤回的公告")
    expect(row).to_be_visible()
    expect(page.get_by_text("例行发布")).to_have_count(0)
    page.get_by_role("link", name="导出 CSV").click()
    expect(page.get_by_role("heading", name="导出审计日志")).to_be_visible()
    axe(page)
    no_sideways_scroll(page)
    page.get_by_role("button", name="导出 CSV").click()
    expect(page.get_by_text("请填写用途。")).to_be_visible()
    page.get_by_label("用途").fill("年度检查")
    with page.expect_download() as download:
        page.get_by_role("button", name="导出 CSV").click()
    text = download.value.path().read_text("utf-8-sig")
    assert "撤回的公告" in text
    assert "例行发布" not in text
    page.get_by_role("link", name="返回").click()
    page.get_by_role("row").filter(has_text="撤回的公告").get_by_role("link").click()
    expect(page.get_by_text("内容与摘要")).to_be_visible()
    expect(page.get_by_text("旧" * 60)).to_be_visible()
    axe(page)
    no_sideways_scroll(page)
    assert AuditEvent.objects.filter(action="audit.event.exported", reason="年度检查").count() == 1
