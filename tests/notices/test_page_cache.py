"""Kept pages: quick, never stale, never for people with an account."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory
from django.utils import timezone

from documents.models import PortalDocument
from portal.accounts.models import User
from portal.contracts.events import announce
from portal.notices import page_cache
from portal.notices.models import ContentStamp, NoticePage, SiteIdentity
from portal.notices.page_cache import KeptPage, PageCacheMiddleware, PageStore
from portal.notices.services.stamps import CLEAR_ABOVE, bump, clear_old_stamps, read_stamp
from tests.notices.conftest import MakeNotice


def test_a_kept_page_costs_one_query(site: Any, client: Client, django_assert_num_queries: Any) -> None:
    first = client.get("/notices/")
    with django_assert_num_queries(1):
        second = client.get("/notices/")
    assert second.content == first.content
    assert second["Content-Security-Policy"] == first["Content-Security-Policy"]
    assert "default-src 'none'" in second["Content-Security-Policy"]
    assert "Cookie" in second["Vary"]
    assert second["X-Frame-Options"] == "SAMEORIGIN"
    assert second["X-Content-Type-Options"] == "nosniff"


def test_a_reader_who_has_the_page_gets_304(site: Any, client: Client) -> None:
    etag = client.get("/notices/")["ETag"]
    again = client.get("/notices/", headers={"if-none-match": etag})
    assert again.status_code == 304
    assert "Content-Security-Policy" in again.headers


def test_publishing_shows_at_once(make_notice: MakeNotice, client: Client) -> None:
    page = make_notice("头版")
    assert "头版" in client.get("/notices/").content.decode()
    page.title = "二版"
    page.save_revision().publish()
    assert "二版" in client.get("/notices/").content.decode()
    NoticePage.objects.get(pk=page.pk).unpublish()
    assert "二版" not in client.get("/notices/").content.decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda: announce("institution", [1]),
        lambda: SiteIdentity.objects.get().save(),
        lambda: PortalDocument(title="x", file="x.pdf").save(),
    ],
    ids=["register", "identity", "document"],
)
def test_everything_that_pages_show_advances_the_stamp(site: Any, change: Callable[[], None]) -> None:
    before = read_stamp()
    change()
    assert read_stamp() != before


def test_the_identity_is_read_once_for_each_stamp(site: Any, client: Client) -> None:
    client.get("/help/")
    identity = SiteIdentity.objects.get()
    identity.sponsor = "某某局（演示）"
    identity.save()
    assert "某某局（演示）" in client.get("/help/").content.decode()


def test_people_with_an_account_never_get_a_kept_page(site: Any, client: Client, editor: User) -> None:
    client.get("/notices/")
    page_cache.store.clear()
    desk = Client()
    desk.force_login(editor)
    answer = desk.get("/notices/")
    assert len(page_cache.store) == 0
    assert "wagtail-userbar" in answer.content.decode()
    assert "wagtail-userbar" not in client.get("/notices/").content.decode()


def test_large_text_is_kept_apart(site: Any, client: Client) -> None:
    small = client.get("/help/").content.decode()
    client.cookies["large_text"] = "1"
    large = client.get("/help/").content.decode()
    assert 'class="large"' in large
    assert 'class="large"' not in small


def test_the_day_is_part_of_the_key(site: Any, client: Client) -> None:
    with time_machine.travel("2026-03-01 15:59:00Z", tick=False):
        client.get("/notices/")
        kept = len(page_cache.store)
    with time_machine.travel("2026-03-01 16:00:00Z", tick=False):
        client.get("/notices/")
    assert len(page_cache.store) == kept + 1


def ask(view: Callable[[HttpRequest], HttpResponse], path: str = "/x/", **headers: Any) -> HttpResponse:
    request = RequestFactory().get(path, **headers)
    answer = PageCacheMiddleware(view)(request)
    assert isinstance(answer, HttpResponse)
    return answer


def with_cookie(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("x")
    response.set_cookie("a", "b")
    return response


def with_token(request: HttpRequest) -> HttpResponse:
    return HttpResponse(get_token(request))


def private(request: HttpRequest) -> HttpResponse:
    return HttpResponse("x", headers={"Cache-Control": "private"})


def with_mark(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("x")
    response.skip_page_cache = True  # type: ignore[attr-defined]
    return response


@pytest.mark.parametrize(
    "view",
    [
        with_cookie,
        with_token,
        private,
        with_mark,
        lambda request: HttpResponse("x", status=404),
        lambda request: HttpResponse("x", content_type="text/csv"),
        lambda request: HttpResponse("x" * (page_cache.MAX_PAGE_BYTES + 1)),
    ],
    ids=["cookie", "token", "private", "marked", "404", "csv", "large"],
)
def test_what_is_not_the_same_for_everybody_is_not_kept(
    site: Any, view: Callable[[HttpRequest], HttpResponse]
) -> None:
    page_cache.store.clear()
    ask(view)
    assert len(page_cache.store) == 0


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/admin/", {}),
        ("/search/?q=a", {}),
        ("/institutions/?q=a", {}),
        ("/x/?" + "a" * 2001, {}),
        ("/x/", {"HTTP_AUTHORIZATION": "Basic x"}),
        ("/x/", {"HTTP_COOKIE": "sessionid=1"}),
        ("/x/", {"HTTP_COOKIE": "messages=1"}),
    ],
)
def test_what_is_never_kept(site: Any, path: str, headers: dict[str, str]) -> None:
    page_cache.store.clear()
    ask(lambda request: HttpResponse("x"), path, **headers)
    assert len(page_cache.store) == 0


def test_the_order_of_filters_does_not_matter(site: Any) -> None:
    page_cache.store.clear()
    ask(lambda request: HttpResponse("x"), "/x/?a=1&b=2")
    ask(lambda request: HttpResponse("x"), "/x/?b=2&a=1")
    assert len(page_cache.store) == 1
    ask(lambda request: HttpResponse("x"), "/x/?a=2&a=1")
    ask(lambda request: HttpResponse("x"), "/x/?a=1&a=2")
    assert len(page_cache.store) == 3


def test_memory_is_bounded() -> None:
    store = PageStore(limit=10_000)
    for number in range(50):
        store.put((str(number),), KeptPage(b"x" * 1000, (), "", None))
    assert store.size <= 10_000
    assert 0 < len(store) < 10
    assert store.get(("49",)) is not None
    assert store.get(("0",)) is None
    store.put(("49",), KeptPage(b"y", (), "", None))
    store.clear()
    assert store.size == 0


def test_a_stamp_never_comes_back(db: None) -> None:
    seen = [read_stamp()]
    for _number in range(CLEAR_ABOVE + 5):
        bump()
        seen.append(read_stamp())
    assert clear_old_stamps() > CLEAR_ABOVE
    seen.append(read_stamp())
    bump()
    seen.append(read_stamp())
    # A row with a low number that commits late, after the clearing.
    ContentStamp(pk=1, at=timezone.now()).save(force_insert=True)
    seen.append(read_stamp())
    assert len(seen) == len(set(seen))
    assert clear_old_stamps() == 0
