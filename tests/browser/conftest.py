"""A real Chromium on a real server: pages at both widths, axe, and a guard over what pages load.

``live_portal`` serves the test database on the loopback address; ``page`` runs each test at 1280 and at
390 px; ``axe`` fails with readable text on any violation of WCAG 2.2 AA. Any request to another host and
any violation of the content policy fails the test.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Route, sync_playwright

from tests.services import find_chromium, missing_service

# The driver keeps an event loop in this thread, which Django takes for asynchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
VIEWPORTS = {1280: {"width": 1280, "height": 900}, 390: {"width": 390, "height": 844}}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
_LOOPBACK = re.compile(r"^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)$")
_POLICY = re.compile(r"Content[- ]Security[- ]Policy", re.IGNORECASE)


class Guard:
    """Notes what a page must not do; :meth:`check` fails the test with everything noted."""

    def __init__(self, context: BrowserContext) -> None:
        self.faults: list[str] = []
        context.route(lambda url: not is_local(url), self._refuse)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.faults.append(f"script error: {error.error}"))
        context.on("request", self._on_request)

    def _refuse(self, route: Route) -> None:
        route.abort()

    def _on_request(self, request: Request) -> None:
        if not is_local(request.url):
            self.faults.append(f"request to another host: {request.url} (from {request.frame.url})")

    def _on_console(self, message: ConsoleMessage) -> None:
        if _POLICY.search(message.text):
            self.faults.append(f"content policy: {message.text}")

    def check(self) -> None:
        """Fail with all that was noted."""
        if self.faults:
            pytest.fail("\n".join(dict.fromkeys(self.faults)), pytrace=False)


def is_local(url: str) -> bool:
    """Whether a URL stays on this machine: loopback hosts, and what needs no host at all."""
    parts = urlsplit(url)
    return parts.scheme in ("data", "blob", "about") or bool(_LOOPBACK.match(parts.hostname or ""))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for each test process, with a profile folder of its own."""
    executable = find_chromium()
    if executable is None:
        missing_service("Chromium 未安装 (Chromium is not installed; CHROMIUM=path names one)")
    with tempfile.TemporaryDirectory(prefix="zhiping-chromium-") as folder, sync_playwright() as playwright:
        environment: dict[str, str | float | bool] = {**os.environ, "HOME": folder}
        chromium = playwright.chromium.launch(
            executable_path=str(executable), headless=True, args=CHROMIUM_FLAGS, env=environment
        )
        yield chromium
        chromium.close()


@pytest.fixture
def live_portal(django_db_serialized_rollback: None, live_server: object) -> str:
    """Address of a server on the test database, without a slash at the end.

    What the migrations put into the database is there again after each test.
    """
    return str(live_server).rstrip("/")


@pytest.fixture
def open_context(browser: Browser, live_portal: str) -> Iterator[Callable[..., BrowserContext]]:
    """Open further visitors: ``open_context(width=390, …)``; each is guarded."""
    opened: list[tuple[BrowserContext, Guard]] = []

    def open_one(width: int = 1280, **options: object) -> BrowserContext:
        context = browser.new_context(
            base_url=live_portal,
            viewport=VIEWPORTS[width],  # type: ignore[arg-type]
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            **options,  # type: ignore[arg-type]
        )
        context.set_default_timeout(15_000)
        opened.append((context, Guard(context)))
        return context

    yield open_one
    for context, _ in opened:
        context.close()
    for _, guard in opened:
        guard.check()


@pytest.fixture(params=list(VIEWPORTS), ids=lambda width: f"{width}px")
def width(request: pytest.FixtureRequest) -> int:
    """Width of the window in CSS pixels: a desk and a phone."""
    return int(request.param)


@pytest.fixture
def page(open_context: Callable[..., BrowserContext], width: int) -> Page:
    """A visitor's page at each width; addresses may be given as paths."""
    return open_context(width).new_page()


@pytest.fixture
def desk_page(open_context: Callable[..., BrowserContext]) -> Page:
    """A visitor's page at 1280 px only, for tests in which the width says nothing."""
    return open_context(1280).new_page()


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """Check the page as it stands: ``axe(page)`` fails with one line for each element and rule."""
    runner = Axe()

    def check(page: Page) -> None:
        results = runner.run(page, options={"runOnly": {"type": "tag", "values": WCAG}}).response
        lines = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}\n"
            f"    {' '.join(node['target'])}\n    {node['html'][:200]}"
            for violation in results["violations"]
            for node in violation["nodes"]
        ]
        if lines:
            pytest.fail(f"{page.url}\n" + "\n".join(lines), pytrace=False)

    return check


@pytest.fixture
def no_sideways_scroll() -> Callable[[Page], None]:
    """Check that nothing is wider than the window."""

    def check(page: Page) -> None:
        over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert over <= 0, f"{page.url} is {over} px wider than the window"

    return check
