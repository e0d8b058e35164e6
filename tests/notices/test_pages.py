"""What the public sees of pages and notices."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import PageViewRestriction, Site

from portal.contracts.events import announce
from portal.notices.models import ArticlePage, NoticePage, NoticeSectionPage
from portal.notices.services.site_tree import ensure_site_tree
from tests.factories.register import add_event, make_filing
from tests.notices.conftest import MakeNotice

TABLE = {
    "table_caption": "抽查结果",
    "table_header_choice": "both",
    "first_row_is_table_header": True,
    "first_col_is_header": True,
    "data": [["机构", "结果"], ["<b>甲</b>", "<script>alert(1)</script>"]],
}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/notices/",
        "/notices/policy/",
        "/regulation/",
        "/regulation/30/",
        "/help/",
        "/privacy/",
        "/sitemap/",
    ],
)
def test_every_kind_of_page_answers(site: Site, client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    html = response.content.decode()
    assert html.count("<h1") == 1
    assert "style=" not in html
    assert "<script>" not in html


def test_the_tree_is_made_once(site: Site) -> None:
    before = list(NoticeSectionPage.objects.values_list("pk", "last_published_at"))
    articles = list(ArticlePage.objects.order_by("number").values_list("number", "last_published_at"))
    ensure_site_tree()
    assert list(NoticeSectionPage.objects.values_list("pk", "last_published_at")) == before
    assert list(ArticlePage.objects.order_by("number").values_list("number", "last_published_at")) == articles
    assert [number for number, _moment in articles] == list(range(1, 34))


def test_an_article_says_its_text_and_what_the_portal_does(site: Site, client: Client) -> None:
    article = ArticlePage.objects.get(number=14)
    html = client.get("/regulation/14/").content.decode()
    assert "评价机构备案有效期为3年" in html
    assert article.portal_duty
    assert article.portal_duty.splitlines()[0] in html
    assert 'href="/regulation/13/"' in html
    assert 'href="/regulation/15/"' in html


def test_help_says_honestly_how_to_complain(site: Site, client: Client) -> None:
    html = client.get("/help/").content.decode()
    assert 'id="complain"' in html
    assert "没有网上投诉表单" in html


def test_the_header_of_a_notice_is_complete(make_notice: MakeNotice, client: Client) -> None:
    page = make_notice(
        index_number="11500000/2026-00001",
        document_number="渝人社发〔2026〕1号",
        written_on=dt.date(2026, 1, 5),
        published_on=dt.date(2026, 1, 6),
    )
    html = client.get(page.get_absolute_url()).content.decode()
    for words in (
        "索引号", "11500000/2026-00001", "发文字号", "渝人社发〔2026〕1号", "主题分类", "体裁分类", "发布机构",
        "重庆市人力资源和社会保障局", "成文日期", "2026年1月5日", "发布日期", "2026年1月6日", "有效性",
    ):  # fmt: skip
        assert words in html, words
    assert '<meta name="ArticleTitle"' in html
    assert '<meta name="PubDate" content="2026-01-06' in html


def test_markup_in_titles_and_tables_is_inert(make_notice: MakeNotice, client: Client) -> None:
    page = make_notice(
        "<script>alert(1)</script>公告", body=[("table", TABLE), ("text", "<p>x<script>y</script></p>")]
    )
    html = client.get(page.get_absolute_url()).content.decode()
    assert "<script>alert" not in html
    assert "<b>甲</b>" not in html
    assert "&lt;b&gt;甲&lt;/b&gt;" in html
    listed = client.get("/notices/").content.decode()
    assert "<script>alert" not in listed


def test_a_table_has_a_caption_and_header_cells(make_notice: MakeNotice, client: Client) -> None:
    html = client.get(make_notice(body=[("table", TABLE)]).get_absolute_url()).content.decode()
    assert "<caption>抽查结果</caption>" in html
    assert '<th scope="col">结果</th>' in html
    assert '<th scope="row">' in html
    assert 'data-label="结果"' in html


def test_named_institutions_show_the_register_s_facts_of_today(
    make_notice: MakeNotice, client: Client
) -> None:
    filing = make_filing()
    page = make_notice(body=[("institutions", {"heading": "", "filings": [filing.pk]})])
    html = client.get(page.get_absolute_url()).content.decode()
    assert filing.institution.name in html
    assert filing.code in html
    assert ">有效<" in html
    add_event(filing, "rectification_ordered", timezone.localdate())
    announce("institution", [filing.pk])
    assert ">整改中<" in client.get(page.get_absolute_url()).content.decode()


def test_queries_of_a_notice_do_not_grow_with_what_it_names(
    make_notice: MakeNotice, client: Client, django_assert_num_queries: Any
) -> None:
    filings = [make_filing() for _number in range(6)]
    one = make_notice(body=[("institutions", {"heading": "", "filings": [filings[0].pk]})])
    many = make_notice(
        body=[("institutions", {"heading": "", "filings": [filing.pk for filing in filings]})] * 2
    )
    client.get(one.get_absolute_url())
    client.get("/notices/")
    with CaptureQueriesContext(connection) as first:
        client.get(one.get_absolute_url() + "?a=1")
        number = len(first)
    assert 0 < number <= 6
    with django_assert_num_queries(number):
        client.get(many.get_absolute_url() + "?a=1")


def test_queries_of_the_list_do_not_grow(
    make_notice: MakeNotice, client: Client, django_assert_num_queries: Any
) -> None:
    make_notice()
    client.get("/notices/")
    with CaptureQueriesContext(connection) as few:
        client.get("/notices/?year=")
        wanted = len(few)
    for number in range(12):
        make_notice(f"公告{number}", section="policy")
    client.get("/regulation/")
    with django_assert_num_queries(wanted):
        client.get("/notices/?year=")


def test_the_list_is_paged_by_twenty_and_filtered(make_notice: MakeNotice, client: Client) -> None:
    for number in range(23):
        make_notice(
            f"通知第{number:02d}号",
            published_on=dt.date(2025, 1, 1) + dt.timedelta(days=number),
            written_on=dt.date(2025, 1, 1),
        )
    make_notice(
        "政策一则",
        section="policy",
        validity="repealed",
        published_on=dt.date(2024, 5, 1),
        written_on=dt.date(2024, 5, 1),
    )
    first = client.get("/notices/").content.decode()
    assert "通知第22号" in first
    assert "通知第02号" not in first
    second = client.get("/notices/?page=2").content.decode()
    assert "通知第02号" in second
    assert "通知第22号" not in second
    old = client.get("/notices/?year=2024&validity=repealed").content.decode()
    assert "政策一则" in old
    assert "通知第22号" not in old
    assert "政策一则" in client.get("/notices/?section=policy").content.decode()
    assert "政策一则" not in client.get("/notices/general/").content.decode()


@pytest.mark.parametrize(
    "query",
    ["page=99", "page=x", "page=0", "year=12", "year=²", "section=none", "validity=x", "page=9999999999"],
)
def test_malformed_filters_are_refused_in_words(site: Site, client: Client, query: str) -> None:
    response = client.get(f"/notices/?{query}")
    assert response.status_code == 400
    assert "请" in response.content.decode()


def test_words_to_look_for_go_to_the_site_search(site: Site, client: Client) -> None:
    response = client.get("/notices/?q=注销")
    assert response.status_code == 302
    assert response["Location"].startswith("/search/?q=%E6%B3%A8%E9%94%80")


def test_an_unknown_notice_offers_near_ones(make_notice: MakeNotice, client: Client) -> None:
    page = make_notice(slug="20260105-1")
    response = client.get("/notices/general/20260105-2/")
    assert response.status_code == 404
    assert page.title in response.content.decode()


def test_a_draft_is_not_public(make_notice: MakeNotice, client: Client) -> None:
    page = make_notice("尚未公布的事", live=False)
    response = client.get(f"/notices/general/{page.slug}/")
    assert response.status_code == 404
    assert "尚未公布的事" not in response.content.decode()
    assert "尚未公布的事" not in client.get("/notices/").content.decode()


def test_a_chinese_title_gets_an_address_of_its_own(make_notice: MakeNotice) -> None:
    first, second = make_notice(), make_notice()
    assert first.slug != second.slug
    assert first.slug.isascii()


def test_neighbours_lead_through_the_section(make_notice: MakeNotice, client: Client) -> None:
    days = [dt.date(2025, 3, day) for day in (1, 2, 3)]
    pages = [make_notice(f"第{day.day}篇", published_on=day, written_on=day) for day in days]
    html = client.get(pages[1].get_absolute_url()).content.decode()
    assert "第1篇" in html
    assert "第3篇" in html
    assert NoticePage.objects.count() == 3


def test_a_restricted_site_keeps_its_restrictions(make_notice: MakeNotice, client: Client) -> None:
    open_page, closed = make_notice("公开的"), make_notice("内部的", section="policy")
    PageViewRestriction.objects.create(
        page=NoticeSectionPage.objects.get(section="policy").page_ptr, restriction_type="login"
    )
    assert client.get(open_page.get_absolute_url()).status_code == 200
    assert client.get(closed.get_absolute_url()).status_code == 302
    assert "内部的" not in client.get("/notices/").content.decode()
    assert "内部的" not in client.get("/notices/feed/").content.decode()
    assert "内部的" not in client.get("/").content.decode()
