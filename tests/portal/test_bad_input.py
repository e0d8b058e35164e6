"""Requests that no page can mean are answered with 400 and a sentence."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from portal.middleware.bad_input import MAX_CHARACTERS, BadInputMiddleware, find_problem


def answer(request: HttpRequest) -> HttpResponse:
    return BadInputMiddleware(lambda _request: HttpResponse("页面"))(request)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("q=%00", "空字符"),
        ("q=a&district=%ED%A0%80", "UTF-8"),
        ("q=%FF%FE", "UTF-8"),
        ("q=%B5%E7%B9%A4", "UTF-8"),
        ("q=" + "a" * (MAX_CHARACTERS + 1), "超过2000个字符"),
        ("q=" + "%E7%94%B5" * MAX_CHARACTERS, "超过2000个字符"),
    ],
)
def test_a_query_that_cannot_be_text_is_refused(query: str, words: str) -> None:
    response = answer(RequestFactory().get("/institutions/", QUERY_STRING=query))
    assert response.status_code == 400
    page = response.content.decode()
    assert words in page
    assert 'lang="zh-Hans"' in page
    assert "default-src 'none'" in response["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/institutions/\0/", "/institutions/\xed\xbf\xbf/", "/" + "a" * (MAX_CHARACTERS + 1)]
)
def test_a_path_that_cannot_be_text_is_refused(path: str) -> None:
    # As WSGI hands it over: bytes shown as Latin-1.
    assert answer(RequestFactory().get("/", PATH_INFO=path)).status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        "",
        "q=电工 三级",
        "q=%E7%94%B5%E5%B7%A5",
        "q=𠮷&page=2",
        "q=%F0%9F%98%80",
        "q=%",
        "q=%zz",
        "q=" + "%E7%94%B5" * 600,
    ],
)
def test_ordinary_text_passes(query: str) -> None:
    response = answer(RequestFactory().get("/institutions/", QUERY_STRING=query))
    assert response.status_code == 200


def test_the_editors_workplace_may_send_long_queries_but_no_null_bytes() -> None:
    long_query = "id=1&" * MAX_CHARACTERS
    assert find_problem("/admin/pages/bulk/", long_query) is None
    assert find_problem("/institutions/", long_query) is not None
    assert find_problem("/admin/", "q=%00") is not None


def test_a_query_that_the_server_has_decoded_already_is_judged_too() -> None:
    assert find_problem("/institutions/电工/é/", "q=电工") is None
    assert find_problem("/institutions/", "q=\ud800") is not None
