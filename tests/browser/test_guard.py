"""The guard and the checks of the browser tests do find what they look for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import VIEWPORTS, Guard, is_local

pytestmark = pytest.mark.browser

POLICY = "default-src 'self'"
GOOD = """<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>页面</title></head>
<body><main><h1>标题</h1><p>正文</p></main></body></html>"""


class Visit:
    """A guarded page that shows given markup under the strict policy, without a server."""

    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context(viewport=VIEWPORTS[390])  # type: ignore[arg-type]
        self.guard = Guard(self.context)
        self.page: Page = self.context.new_page()

    def show(self, html: str) -> None:
        """Show the markup as a page of 127.0.0.1 and let everything it asks for come to an end."""
        headers = {"Content-Security-Policy": POLICY, "Content-Type": "text/html; charset=utf-8"}
        self.page.route("http://127.0.0.1/**", lambda route: route.fulfill(body=html, headers=headers))
        self.page.goto("http://127.0.0.1/")
        self.page.wait_for_load_state("networkidle")


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    """A guarded visitor."""
    opened = Visit(browser)
    yield opened
    opened.context.close()


def test_good_page_has_no_fault(
    visit: Visit, axe: Callable[[Page], None], no_sideways_scroll: Callable[[Page], None]
) -> None:
    visit.show(GOOD)
    axe(visit.page)
    no_sideways_scroll(visit.page)
    visit.guard.check()


@pytest.mark.parametrize(
    ("markup", "fault"),
    [
        ('<p style="color: red">正文</p>', "content policy"),
        ("<script>document.title = 'x'</script>", "content policy"),
        ('<img alt="" src="http://elsewhere.example/a.png">', "content policy"),
        ("<script src='data:text/javascript,1'></script>", "content policy"),
    ],
)
def test_violation_of_the_policy_fails(visit: Visit, markup: str, fault: str) -> None:
    visit.show(GOOD.replace("<p>正文</p>", markup))
    with pytest.raises(pytest.fail.Exception, match=fault):
        visit.guard.check()


def test_request_to_another_host_fails_and_does_not_leave(visit: Visit) -> None:
    visit.show(GOOD)
    answer = visit.page.evaluate("""() => { location.href = 'http://elsewhere.example/'; return 1 }""")
    assert answer == 1
    visit.page.wait_for_timeout(300)
    with pytest.raises(pytest.fail.Exception, match=r"another host: http://elsewhere\.example/"):
        visit.guard.check()


def test_violation_of_accessibility_is_named_with_its_element(
    visit: Visit, axe: Callable[[Page], None]
) -> None:
    visit.show(GOOD.replace("<p>正文</p>", "<form><input name='q'></form>"))
    with pytest.raises(pytest.fail.Exception, match=r"label \(critical\)[\s\S]*input"):
        axe(visit.page)


def test_page_wider_than_the_window_fails(visit: Visit, no_sideways_scroll: Callable[[Page], None]) -> None:
    visit.show(GOOD.replace("正文", "x" * 400))
    with pytest.raises(AssertionError, match="wider"):
        no_sideways_scroll(visit.page)


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8000/", True),
        ("http://localhost/", True),
        ("http://[::1]:80/", True),
        ("data:image/png;base64,", True),
        ("blob:http://127.0.0.1/1", True),
        ("http://127.0.0.1.example.cn/", False),
        ("https://example.cn/", False),
        ("http://10.0.0.1/", False),
    ],
)
def test_what_is_local(url: str, local: bool) -> None:
    assert is_local(url) is local
