"""Every own screen of the workplace in Chromium: accessible at a desk and on a phone, nothing wider than the window.

The screens are read from the URL table, so a new one is tested without being named. Those with parameters in their
address have tests of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from portal.accounts.models import Role, User
from portal.accounts.services.grants import enter_absence
from portal.contracts import duties as contract
from portal.contracts.duties import Consequence, Duties, Duty, DutySource, register_source
from portal.notices.services.powers import ensure_groups_and_workflow
from portal.notices.services.site_tree import ensure_site_tree
from tests.browser.conftest import VIEWPORTS, WCAG
from tests.factories.people import make_person
from tests.factories.register import make_bureau, make_filing
from tests.portal.admin_addresses import admin_addresses

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

AXE = {"runOnly": {"type": "tag", "values": WCAG}, "resultTypes": ["violations"]}


@pytest.fixture
def people(live_portal: str) -> dict[Role, User]:
    """A small portal in use, one person a role at one office."""
    ensure_site_tree()
    ensure_groups_and_workflow()
    office = make_bureau()
    make_filing()
    return {role: make_person(f"p{number}", role, office=office) for number, role in enumerate(Role)}


@pytest.fixture
def enter(open_context: Callable[..., BrowserContext], live_portal: str) -> Callable[[User], Page]:
    """Open a browser page of somebody who is logged in."""
    opened: dict[int, Page] = {}

    def open_one(user: User) -> Page:
        if user.pk not in opened:
            client = Client()
            client.force_login(user)
            context = open_context(1280)
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_portal}])
            opened[user.pk] = context.new_page()
        return opened[user.pk]

    return open_one


def own_screens(people: dict[Role, User]) -> list[tuple[str, User]]:
    """Addresses of own screens, each with somebody who may open it."""
    found: list[tuple[str, User]] = [("/admin/", people[Role.CASE_OFFICER])]
    waiting = {each.route for each in admin_addresses() if each.ours and not each.parameters}
    for user in people.values():
        client = Client()
        client.force_login(user)
        for address in sorted(waiting):
            response = client.get(address)
            whole = b"</html>" in getattr(response, "content", b"")
            if response.status_code == 200 and whole:
                found.append((address, user))
                waiting.discard(address)
    return found


def visit(page: Page, address: str) -> None:
    """Open a screen, with axe in it; fails when it leads elsewhere."""
    response = page.goto(address)
    assert response is not None
    assert response.status == 200
    assert page.url.endswith(address), f"{address} leads to {page.url}"
    page.evaluate(Axe().axe_script)


def problems_of(page: Page) -> Iterator[str]:
    """What axe finds at both widths, and where the page is wider than its window."""
    for width, size in VIEWPORTS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        results = page.evaluate("options => axe.run(options)", AXE)
        for violation in results["violations"]:
            for node in violation["nodes"]:
                yield f"{page.url} {width}px {violation['id']}: {node['target']} {node['html'][:160]}"
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if over > 0:
            yield f"{page.url} {width}px: {over} px wider than the window"


def test_every_own_screen_is_accessible_and_fits(
    people: dict[Role, User], enter: Callable[[User], Page]
) -> None:
    screens = own_screens(people)
    problems: list[str] = []
    for address, user in screens:
        page = enter(user)
        visit(page, address)
        problems += problems_of(page)
    assert len(screens) > 10
    assert problems == [], "\n".join(problems)


def test_home_names_each_duty_with_its_one_action_by_keyboard(
    people: dict[Role, User], enter: Callable[[User], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    today = timezone.localdate()
    rows = [
        Duty(
            kind.name,
            f"演示{kind.name.lower()}机构的延续申请（演示编号{kind.value}）",
            kind,
            "去办理",
            "/admin/duties/",
            why="届满后不得再评价（第十四条）。",
            due=None if kind is Consequence.WAITING else today,
        )
        for kind in Consequence
    ]

    def find(user: Any, day: Any, limit: int) -> Duties:
        return Duties(rows[:limit], 40)

    monkeypatch.setattr(contract, "_sources", {})
    register_source(DutySource("cases", "案件", find))
    enter_absence(people[Role.HEAD], people[Role.CASE_OFFICER], today, today, reason="出差")
    page = enter(people[Role.CASE_OFFICER])
    for address in ("/admin/", "/admin/duties/"):
        visit(page, address)
        assert list(problems_of(page)) == []
    page.goto("/admin/")
    expect(page.locator(".duties h2").first).to_contain_text("不办会自动生效")
    expect(page.locator(".duties-stand-in")).to_contain_text("您今天替")
    action = page.get_by_role("link", name="去办理：演示takes_effect机构")
    action.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(page.url.split("/admin/")[0] + "/admin/duties/")
