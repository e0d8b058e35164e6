"""Feeds: valid Atom, stable identifiers, conditional requests."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]
from django.test import Client
from django.utils.dateparse import parse_datetime

from portal.notices.models import NoticePage, Section
from tests.factories.register import make_filing
from tests.notices.conftest import MakeNotice

ATOM = "{http://www.w3.org/2005/Atom}"


def parse(client: Client, path: str = "/notices/feed/") -> Any:
    response = client.get(path)
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/atom+xml")
    return fromstring(response.content)


def text(element: Any, name: str) -> str:
    found = element.find(ATOM + name)
    assert found is not None, name
    return found.text or ""


def test_a_feed_is_valid_atom(make_notice: MakeNotice, client: Client) -> None:
    page = make_notice("关于<注销>的公告 & 通知", section="deregistration", summary="摘要")
    feed = parse(client)
    assert text(feed, "id").startswith("urn:")
    assert text(feed, "title")
    assert parse_datetime(text(feed, "updated")) is not None
    links = {link.get("rel"): link.get("href") for link in feed.findall(ATOM + "link")}
    assert links["self"].endswith("/notices/feed/")
    (entry,) = feed.findall(ATOM + "entry")
    assert text(entry, "title") == page.title
    assert text(entry, "id") == f"urn:uuid:{page.translation_key}"
    assert text(entry, "summary") == "摘要"
    assert "公告正文。" in text(entry, "content")
    assert entry.find(f"{ATOM}author/{ATOM}name").text == "重庆市人力资源和社会保障局"
    assert "注销备案公告" in [item.get("term") for item in entry.findall(ATOM + "category")]
    for name in ("published", "updated"):
        moment = parse_datetime(text(entry, name))
        assert moment is not None
        assert moment.tzinfo is not None


def test_an_identifier_survives_another_address_and_title(make_notice: MakeNotice, client: Client) -> None:
    page = make_notice(slug="one")
    before = text(parse(client).find(ATOM + "entry"), "id")
    page.slug, page.title = "two", "别的标题"
    page.save_revision().publish()
    entry = parse(client).find(ATOM + "entry")
    assert text(entry, "id") == before
    assert entry.find(ATOM + "link").get("href").endswith("/notices/general/two/")


def test_a_correction_moves_an_entry_up(make_notice: MakeNotice, client: Client) -> None:
    old, _new = make_notice("旧"), make_notice("新")
    page = NoticePage.objects.get(pk=old.pk)
    page.corrections.create(corrected_on=dt.date(2026, 1, 2), what="数字改为12", why="录入有误")
    page.save_revision().publish()
    entries = parse(client).findall(ATOM + "entry")
    assert text(entries[0], "title") == "〔更正〕旧"
    assert "数字改为12" in text(entries[0], "summary")
    assert text(entries[0], "updated") > text(entries[0], "published")


@pytest.mark.parametrize("section", Section.values)
def test_every_section_has_its_own_feed(make_notice: MakeNotice, client: Client, section: str) -> None:
    make_notice("本栏", section=section)
    make_notice("别栏", section="general" if section != "general" else "policy")
    for path in (f"/notices/{section}/feed/", f"/notices/feed/?section={section}"):
        titles = [text(entry, "title") for entry in parse(client, path).findall(ATOM + "entry")]
        assert titles == ["本栏"]


def test_an_empty_feed_is_valid_too(site: Any, client: Client) -> None:
    feed = parse(client)
    assert parse_datetime(text(feed, "updated")) is not None
    assert feed.findall(ATOM + "entry") == []


def test_unknown_sections(site: Any, client: Client) -> None:
    assert client.get("/notices/none/feed/").status_code == 404
    assert client.get("/notices/feed/?section=none").status_code == 400


def test_conditional_requests(make_notice: MakeNotice, client: Client) -> None:
    make_notice()
    first = client.get("/notices/feed/")
    assert client.get("/notices/feed/", headers={"if-none-match": first["ETag"]}).status_code == 304
    assert (
        client.get("/notices/feed/", headers={"if-modified-since": first["Last-Modified"]}).status_code == 304
    )
    make_notice("又一则")
    assert client.get("/notices/feed/", headers={"if-none-match": first["ETag"]}).status_code == 200


def test_a_feed_costs_a_constant_number_of_queries(
    make_notice: MakeNotice, client: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(8):
        block = ("institutions", {"heading": "", "filings": [make_filing().pk]})
        make_notice(f"公告{number}", body=[block])
    client.get("/help/")
    with django_assert_max_num_queries(7):
        client.get("/notices/feed/?x=1")


def test_site_maps_and_robots(make_notice: MakeNotice, client: Client) -> None:
    page, filing = make_notice(), make_filing()
    index = client.get("/sitemap.xml").content.decode()
    assert "/sitemap-pages.xml" in index
    assert "/sitemap-institutions-1.xml" in index
    fromstring(index)
    pages = client.get("/sitemap-pages.xml").content.decode()
    assert page.get_absolute_url() in pages
    assert "/regulation/33/" in pages
    fromstring(pages)
    assert filing.code in client.get("/sitemap-institutions-1.xml").content.decode()
    assert client.get("/sitemap-institutions-2.xml").status_code == 404
    robots = client.get("/robots.txt").content.decode()
    assert "/sitemap.xml" in robots
    assert "Disallow: /admin/" in robots
