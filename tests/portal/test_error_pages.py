"""Error pages: plain Chinese, a way on, nothing of the inside."""

from __future__ import annotations

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from pytest_django import Settings

from portal.views import errors


def test_a_reason_written_for_the_reader_is_shown() -> None:
    response = errors.bad_request(RequestFactory().get("/"), errors.BadInput("“日期”应写成 2026-11-22。"))
    assert response.status_code == 400
    assert "“日期”应写成 2026-11-22。" in response.content.decode()


def test_a_reason_from_elsewhere_is_not_shown() -> None:
    page = errors.bad_request(RequestFactory().get("/"), BadRequest("internal <detail>")).content.decode()
    assert "internal" not in page
    assert "请检查后重新输入" in page


def test_markup_in_a_reason_is_inert() -> None:
    page = errors.bad_request(
        RequestFactory().get("/"), errors.BadInput("<script>x</script>")
    ).content.decode()
    assert "<script>" not in page


def test_the_server_error_page_needs_no_database_and_names_the_request() -> None:
    # No database mark: touching it would fail here.
    request = RequestFactory().get("/institutions/")
    request.request_id = "a1b2c3"  # type: ignore[attr-defined]
    response = errors.server_error(request)
    page = response.content.decode()
    assert response.status_code == 500
    assert "问题出在本站" in page
    assert "a1b2c3" in page


def test_the_server_error_page_is_drawn_even_without_the_list_of_static_files(
    settings: Settings,
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
    }
    settings.DEBUG = False
    assert errors.server_error(RequestFactory().get("/")).status_code == 500


@pytest.mark.django_db
def test_an_unknown_page_offers_search_and_near_ways(client: Client) -> None:
    response = client.get("/没有这一页/渝江职校/")
    page = response.content.decode()
    assert response.status_code == 404
    assert 'action="/search/"' in page
    assert 'value="渝江职校"' in page
    assert 'href="/institutions/"' in page
    assert "noindex" in page


@pytest.mark.django_db
def test_a_forbidden_page_does_not_repeat_the_inner_reason() -> None:
    response = errors.permission_denied(RequestFactory().get("/x/"), PermissionDenied("office 7 only"))
    page = response.content.decode()
    assert response.status_code == 403
    assert "office 7" not in page
    assert "没有查看权限" in page


def test_a_stale_form_is_explained() -> None:
    response = errors.csrf_failure(RequestFactory().post("/x/"), "CSRF token missing.")
    assert response.status_code == 403
    assert "刷新后重新提交" in response.content.decode()


@pytest.mark.parametrize("name", ["400.html", "403.html", "404.html", "500.html"])
def test_error_pages_keep_the_strict_policy(name: str) -> None:
    page = render_to_string(name, {})
    assert "<style" not in page
    assert " style=" not in page
    assert "<script>" not in page
