"""The large-text mode: a link that sets a cookie and leads back, and nowhere else."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from portal.context import display
from portal.views.preferences import LARGE_TEXT_COOKIE, large_text


def test_switching_on_sets_the_cookie_and_leads_back() -> None:
    response = large_text(
        RequestFactory().get("/preferences/large-text/", {"on": "1", "next": "/fees/?level=3"})
    )
    assert response.status_code == 302
    assert response["Location"] == "/fees/?level=3"
    cookie = response.cookies[LARGE_TEXT_COOKIE]
    assert cookie.value == "1"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_switching_off_takes_the_cookie_away() -> None:
    response = large_text(RequestFactory().get("/preferences/large-text/", {"on": "0", "next": "/"}))
    assert response.cookies[LARGE_TEXT_COOKIE].value == ""
    assert response.cookies[LARGE_TEXT_COOKIE]["max-age"] == 0


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/",
        "//example.org/",
        "/\\example.org",
        "///example.org",
        "javascript:alert(1)",
        "/a\r\nSet-Cookie: x=1",
        "\x08/a",
        "fees/",
        "",
    ],
)
def test_next_never_leads_to_another_site(target: str) -> None:
    response = large_text(RequestFactory().get("/preferences/large-text/", {"on": "1", "next": target}))
    assert response["Location"] == "/"


def test_only_reading_methods_are_answered() -> None:
    assert large_text(RequestFactory().post("/preferences/large-text/")).status_code == 405


@pytest.mark.parametrize(("value", "large"), [("1", True), ("0", False), ("x", False), (None, False)])
def test_pages_know_the_mode_from_the_cookie(value: str | None, large: bool) -> None:
    request = RequestFactory().get("/fees/?level=3")
    if value is not None:
        request.COOKIES[LARGE_TEXT_COOKIE] = value
    shown = display(request)
    assert shown["large_text"] is large
    assert shown["canonical_url"] == "http://testserver/fees/"
