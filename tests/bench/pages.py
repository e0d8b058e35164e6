"""What is measured: pages in this process, exports and pages on a real server."""

from __future__ import annotations

from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.test import override_settings
from wagtail.models import Site

from portal.accounts.models import Authority, District
from portal.notices import page_cache
from portal.notices.models import NoticePage, NoticeSectionPage, Section
from portal.register.models import Filing
from tests.bench.clock import Server, median, must_answer, percentile, request, times_of
from tests.bench.report import Report, Row
from tests.bench.settings import STOCK_MIDDLEWARE
from tests.bench.stock.models import StockPage

DIRECTORY = [
    "/institutions/",
    "/institutions/?page=7",
    "/institutions/?sort=expiry",
    "/institutions/?status=active&kind=employer",
    "/institutions/?level=3",
    "/institutions/?q=缙云",
]
DIRECTORY_LIMIT_MS = 50
#: How much slower the larger directory may be before it no longer counts as flat.
FLAT = 1.5
_PARAGRAPH = (
    "<p>"
    + "根据《重庆市职业技能等级评价机构管理办法》，现将有关事项公告如下，请各单位遵照执行。" * 6
    + "</p>"
)
_PARAGRAPHS = 8


def measure_directory(report: Report, size: int, rounds: int) -> float:
    """The directory page with facets, one client, warm. Returns the median in seconds."""
    application = WSGIHandler()
    addresses = DIRECTORY + _scope_addresses()
    times = times_of(application, addresses, rounds)
    p95 = percentile(times, 0.95)
    what = f"directory page, {size:,} institutions, p95"
    report.add(Row(what, p95 * 1000, "ms", DIRECTORY_LIMIT_MS))
    report.add(Row(f"directory page, {size:,} institutions, median", median(times) * 1000, "ms"))
    new = [request(application, address)[0] for address in _new_questions()]
    what = f"directory page, {size:,} institutions, each question for the first time, p95"
    report.add(Row(what, percentile(new, 0.95) * 1000, "ms", DIRECTORY_LIMIT_MS))
    return median(times)


def _new_questions() -> list[str]:
    """Questions that nothing has answered before: a district with a level, one after the other."""
    codes = District.objects.filter(valid_to__isnull=True).order_by("code").values_list("code", flat=True)
    return [f"/institutions/?district={code}&level={level}&sort=name" for code in codes for level in "5432"]


def _scope_addresses() -> list[str]:
    filing = Filing.objects.order_by("pk")[5]
    item = filing.scope_items.select_related("occupation").first()
    site = filing.sites.select_related("district").first()
    assert item is not None
    assert site is not None
    scope = f"occupation={item.occupation.code}"
    return [
        f"/institutions/?{scope}&level={item.level_id}",
        f"/institutions/?district={site.district.code}",
        f"/institutions/?district={site.district.code}&{scope}",
    ]


def measure_institution(report: Report, rounds: int) -> None:
    """The page of an institution, made anew each time."""
    application = WSGIHandler()
    codes = Filing.objects.order_by("pk").values_list("code", flat=True)[:20]
    times = []
    for code in list(codes) * max(1, rounds // 10):
        page_cache.store.clear()
        must_answer(application, f"/institutions/{code}/")
        page_cache.store.clear()
        times.append(request(application, f"/institutions/{code}/")[0])
    report.add(
        Row("institution page, uncached, p95", percentile(times, 0.95) * 1000, "ms", DIRECTORY_LIMIT_MS)
    )


def measure_search(report: Report, rounds: int) -> None:
    """The search page, every query a common word."""
    times = times_of(
        WSGIHandler(), [f"/search/?q={word}" for word in ("机电", "缙云 学校", "工", "S0000")], rounds
    )
    report.add(Row("search page, p95", percentile(times, 0.95) * 1000, "ms"))


def measure_notice(report: Report, rounds: int) -> None:
    """A notice against a stock Wagtail page with the same text, taken in turns in one run.

    The limits compare both behind this site's middleware; the stock page behind a new project's middleware
    alone (no content policy, no request log, no page cache to look into) is shown beside it.
    """
    stock_address, notice_address = _make_pages()
    with override_settings(MIDDLEWARE=STOCK_MIDDLEWARE):
        stock_application = WSGIHandler()
    application = WSGIHandler()
    stock, same_stack, uncached, cached = [], [], [], []
    for turn in range(rounds * 4):
        page_cache.store.clear()
        stock.append(request(stock_application, stock_address)[0])
        page_cache.store.clear()
        same_stack.append(request(application, stock_address)[0])
        page_cache.store.clear()
        uncached.append(request(application, notice_address)[0])
        cached.append(request(application, notice_address)[0])
        if turn == 0:
            must_answer(stock_application, stock_address)
            must_answer(application, notice_address)
    base = median(same_stack)
    report.add(Row("stock Wagtail page, median", base * 1000, "ms"))
    report.add(Row("stock Wagtail page, a new project's middleware only, median", median(stock) * 1000, "ms"))
    report.add(Row("notice page, uncached, median", median(uncached) * 1000, "ms"))
    report.add(
        Row("notice page, uncached, speed of a stock page", base / median(uncached), "×", 0.8, "at least")
    )
    report.add(Row("notice page, cached, speed of a stock page", base / median(cached), "×", 10, "at least"))


def _make_pages() -> tuple[str, str]:
    home = Site.objects.get(is_default_site=True).root_page
    body = _PARAGRAPH * _PARAGRAPHS
    stock = StockPage.objects.first() or home.add_child(
        instance=StockPage(title="对照页", slug="bench-stock", body=body)
    )
    notice = NoticePage.objects.filter(slug="bench-notice").first() or _add_notice(body)
    return str(stock.get_url()), str(notice.get_url())


def _add_notice(body: str) -> Any:
    section = NoticeSectionPage.objects.get(section=Section.GENERAL)
    notice = NoticePage(
        title="（演示）关于职业技能等级评价的公告",
        slug="bench-notice",
        issuer=Authority.objects.order_by("code")[0],
        written_on="2026-01-05",
        published_on="2026-01-06",
    )
    block = NoticePage._meta.get_field("body").stream_block
    notice.body = block.to_python([{"type": "text", "value": body}])
    return section.add_child(instance=notice)


def measure_export(report: Report, server: Server, rows: int) -> None:
    """The CSV of every scope row: first byte, and memory above idle."""
    for _ in range(20):
        server.get("/institutions/")
    idle = server.memory()
    with server.watched():
        first, whole, size = server.get("/institutions/export.csv")
    report.add(Row(f"CSV of {rows:,} scope rows, first byte", first, "s", 0.5))
    report.add(Row(f"CSV of {rows:,} scope rows, memory above idle", (server.peak - idle) / 2**20, "MB", 150))
    report.add(Row(f"CSV of {rows:,} scope rows, whole file", whole, "s"))
    report.add(Row(f"CSV of {rows:,} scope rows, size", size / 2**20, "MB"))


def measure_server(report: Report, server: Server, size: int, rounds: int) -> None:
    """The directory page on granian, one client."""
    addresses = DIRECTORY + _scope_addresses()
    for address in addresses * 3:
        server.get(address)
    times = [server.get(address)[1] for _ in range(rounds) for address in addresses]
    what = f"directory page, {size:,} institutions, on granian, p95"
    report.add(Row(what, percentile(times, 0.95) * 1000, "ms", DIRECTORY_LIMIT_MS))
