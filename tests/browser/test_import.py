"""An import by an officer: errors shown by row, the file corrected, applied, and the institution is public."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from portal.accounts.models import Role
from portal.contracts import directory
from portal.notices.services.powers import ensure_groups_and_workflow
from portal.notices.services.site_tree import ensure_site_tree
from portal.register.services.directory_sql import SqlDirectory
from tests.factories.people import make_person
from tests.factories.register import make_authority, social_credit_code
from tests.factories.tables import institution_row, make_reference_rows, write_csv

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

GOOD = institution_row()
OTHER = institution_row(
    机构名称="演示江岸培训学校", 备案编码="S010350000002", 统一社会信用代码=social_credit_code(2)
)


@pytest.fixture
def officer(
    open_context: Callable[..., BrowserContext], live_portal: str, settings: Any, tmp_path: Path
) -> Page:
    """The browser of an officer of 渝中区, on a phone: what fits there fits anywhere."""
    settings.DATA_DIR = tmp_path
    ensure_site_tree()
    ensure_groups_and_workflow()
    make_reference_rows()
    client = Client()
    client.force_login(make_person("yuzhong", Role.CASE_OFFICER, office=make_authority()))
    context = open_context(390)
    cookie = client.cookies["sessionid"].value
    context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_portal}])
    return context.new_page()


def test_errors_by_row_then_corrected_and_applied(
    officer: Page,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    axe: Callable[[Page], None],
    no_sideways_scroll: Callable[[Page], None],
) -> None:
    monkeypatch.setattr(directory, "_engines", [(0, SqlDirectory)])
    wrong = write_csv(tmp_path / "第三批.csv", [GOOD, {**OTHER, "职业编码": "6-99-99-99", "职业名称": ""}])
    right = write_csv(tmp_path / "第三批（更正）.csv", [GOOD, OTHER])

    officer.goto("/admin/imports/")
    officer.get_by_role("link", name="上传文件").click()
    officer.get_by_role("button", name="上传并检查").click()
    expect(officer.locator("main form")).to_contain_text("请选择要上传的 .csv 或 .xlsx 文件")
    axe(officer)
    officer.get_by_role("radio", name="评价机构与备案").check()
    officer.locator("#id_file").set_input_files(wrong)
    officer.get_by_role("button", name="上传并检查").click()

    row = officer.get_by_role("row").filter(has_text="第 3 行")
    expect(row).to_contain_text("没有职业编码 6-99-99-99")
    expect(officer.get_by_role("button", name="应用")).to_have_count(0)
    axe(officer)
    no_sideways_scroll(officer)
    with officer.expect_download() as download:
        officer.get_by_role("link", name="下载全部问题").click()
    assert "6-99-99-99" in Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert officer.request.get(f"/institutions/{OTHER['备案编码']}/").status == 404

    officer.get_by_role("link", name="上传更正后的文件").click()
    expect(officer.get_by_role("radio", name="评价机构与备案")).to_be_checked()
    officer.locator("#id_file").set_input_files(right)
    officer.get_by_role("button", name="上传并检查").click()
    expect(officer.get_by_role("row").filter(has_text="演示江岸培训学校")).to_have_count(1)
    axe(officer)
    officer.get_by_label("导入的理由或依据").fill("2026年第三批备案")
    officer.get_by_role("button", name="应用这 2 项").click()
    expect(officer.locator(".messages")).to_contain_text("已应用：新增 2，变更 0。")
    officer.reload()
    axe(officer)

    officer.goto(f"/institutions/{OTHER['备案编码']}/")
    expect(officer.get_by_role("heading", level=1)).to_contain_text("演示江岸培训学校")
