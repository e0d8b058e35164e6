"""Staff at the door: enrol on the first login, come back with a code, with a recovery code once, warned before the end."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import BrowserContext, Page, expect

from portal.accounts.models import Role, User
from portal.accounts.services.grants import enter_absence
from portal.notices.services.powers import ensure_groups_and_workflow
from portal.notices.services.site_tree import ensure_site_tree
from tests.factories.login import code_of
from tests.factories.people import PASSWORD, make_person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
Check = Callable[[Page], None]


@pytest.fixture
def admin(live_portal: str, settings: Any) -> User:
    """An administrator of a portal that asks for the second factor."""
    settings.STAFF_TWO_FACTOR = "required"
    ensure_site_tree()
    ensure_groups_and_workflow()
    return make_person("guanli", Role.SYSADMIN, first_name="王管理")


def send_password(page: Page) -> None:
    page.goto("/admin/accounts/")
    page.get_by_label("登录名").fill("guanli")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def send_code(page: Page, code: str) -> None:
    page.get_by_label("验证码或恢复码").fill(code)
    page.get_by_role("button", name="验证并登录").click()


def log_out(page: Page) -> None:
    """Through the menu of the account, as people do."""
    if (page.viewport_size or {"width": 0})["width"] < 800:
        page.locator(".sidebar-nav-toggle").click()
    page.locator(".sidebar-footer__account").click()
    page.get_by_role("button", name=re.compile("注销|退出|登出")).click()
    expect(page.get_by_text("您已退出登录")).to_be_visible()


def test_enrol_come_back_with_a_code_and_with_a_recovery_code_once(
    admin: User, open_context: Callable[..., BrowserContext], axe: Check, no_sideways_scroll: Check
) -> None:
    # On a phone: these pages have one narrow column at every width.
    page = open_context(390).new_page()

    def looks_right() -> None:
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        axe(page)
        no_sideways_scroll(page)

    page.goto("/admin/accounts/")
    page.get_by_label("登录名").fill("guanli")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_contain_text("登录名或密码不正确")
    expect(page.get_by_label("登录名")).to_have_value("guanli")
    looks_right()

    send_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("绑定验证器")
    looks_right()
    first = code_of(admin)
    page.get_by_label("验证器显示的6位数字").fill(first)
    page.get_by_role("button", name="绑定验证器").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("请保存恢复码")
    looks_right()
    codes = page.locator(".entry-codes code").all_inner_texts()
    assert len(codes) == 10
    page.get_by_role("link", name="已妥善保存，继续").click()
    expect(page).to_have_url(re.compile("/admin/accounts/$"))
    log_out(page)

    # The first code is used up; the next one is taken already half a minute ahead.
    send_password(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("输入验证码")
    looks_right()
    send_code(page, first)
    expect(page.get_by_role("alert")).to_contain_text("已经用过")
    # The pause that a refused code costs.
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    send_code(page, code_of(admin, 1))
    expect(page).to_have_url(re.compile("/admin/accounts/$"))
    log_out(page)

    send_password(page)
    send_code(page, codes[3])
    expect(page.locator("main")).to_contain_text("未用的恢复码还有9个")
    looks_right()
    log_out(page)
    send_password(page)
    send_code(page, codes[3])
    expect(page.get_by_role("alert")).to_contain_text("不正确")


def test_accounts_are_looked_after_at_both_widths(
    admin: User, page: Page, axe: Check, no_sideways_scroll: Check, settings: Any
) -> None:
    settings.STAFF_TWO_FACTOR = "relaxed"
    send_password(page)
    expect(page.get_by_role("region", name="演示提示")).to_contain_text("演示环境：未强制两步验证")
    page.goto("/admin/accounts/new/")
    page.get_by_role("button", name="建立账号").click()
    expect(page.get_by_text("请填写登录名")).to_be_visible()
    axe(page)
    page.get_by_label("登录名").fill("zhangsan")
    page.get_by_label("姓名").fill("张三")
    page.get_by_label("所属机关").select_option(index=1)
    page.get_by_label("理由").fill("新进人员")
    page.get_by_role("button", name="建立账号").click()
    expect(page.locator("#initial-password")).to_have_text(re.compile(r"^(\w{4}-){3}\w{4}$"))
    axe(page)
    page.get_by_role("link", name="打开账号").click()
    page.get_by_role("link", name="授予角色").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("授予角色")
    axe(page)
    page.get_by_label("理由").fill("任职")
    page.get_by_role("button", name="授予角色").click()
    expect(page.locator(".messages")).to_contain_text("已授权")

    enter_absence(admin, User.objects.get(username="zhangsan"), *[timezone.localdate()] * 2, reason="出差")
    account = page.url
    for address in (
        account,
        "/admin/accounts/",
        "/admin/absences/",
        "/admin/absences/new/",
    ):
        page.goto(address)
        axe(page)
        no_sideways_scroll(page)


def test_the_end_of_a_session_is_announced(admin: User, desk_page: Page, settings: Any) -> None:
    settings.STAFF_TWO_FACTOR = "relaxed"
    settings.SESSION_IDLE_AGE = 120
    desk_page.clock.install()
    send_password(desk_page)
    expect(desk_page.locator(".session-notice")).to_be_hidden()
    expect(desk_page.get_by_role("button", name="王管理")).to_be_visible()
    desk_page.clock.run_for(16_000)
    notice = desk_page.locator(".session-notice")
    expect(notice).to_contain_text("约2分钟后将自动退出")
    settings.SESSION_IDLE_AGE = 1800
    notice.get_by_role("button", name="继续工作").click()
    expect(notice).to_be_hidden()
