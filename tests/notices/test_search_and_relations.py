"""What the search index and the register's pages learn about notices."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from documents.models import PortalDocument
from portal.accounts.models import User
from portal.contracts import events
from portal.contracts.events import Changed
from portal.contracts.related import related_to
from portal.contracts.searchable import declared_kinds
from portal.notices.models import ArticlePage, NoticePage, NoticeReference, NoticeSectionPage, TextPage
from tests.factories.register import make_filing
from tests.notices.conftest import MakeNotice

TABLE = {
    "table_caption": "收费表",
    "table_header_choice": "row",
    "first_row_is_table_header": True,
    "data": [["职业"], ["养老护理员"]],
}


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Changed]:
    """Everything announced during the test."""
    changes: list[Changed] = []
    monkeypatch.setattr(events, "_subscribers", [*events._subscribers, changes.append])
    return changes


def entry_of(kind: str, pk: int) -> Any:
    return next(iter(declared_kinds()[kind].build([pk])), None)


def test_a_notice_is_found_by_everything_it_says(make_notice: MakeNotice) -> None:
    filing = make_filing()
    document = PortalDocument(title="附件名单")
    document.file.save("list.csv", ContentFile(b"a,b"))
    page = make_notice(
        document_number="渝人社发〔2026〕9号",
        body=[
            ("heading", {"text": "小标题字样", "level": "2", "anchor": ""}),
            ("text", "<p>第一段&amp;文字</p><ul><li>列表项</li></ul>"),
            ("table", TABLE),
            ("attachments", {"files": [document.pk]}),
            ("institutions", {"heading": "涉及机构", "filings": [filing.pk]}),
        ],
    )
    entry = entry_of("notice", page.pk)
    for words in (
        "小标题字样", "第一段&文字", "列表项", "收费表", "养老护理员", "附件名单", filing.institution.name, filing.code,
    ):  # fmt: skip
        assert words in entry.body, words
    assert "<" not in entry.body
    assert entry.codes == ("渝人社发〔2026〕9号",)
    assert entry.url == page.get_absolute_url()
    assert entry.date == page.published_on
    assert page.pk in list(declared_kinds()["notice"].all_pks())


def test_only_what_is_published_can_be_found(make_notice: MakeNotice) -> None:
    draft = make_notice(live=False)
    assert entry_of("notice", draft.pk) is None
    page = make_notice()
    page.unpublish()
    assert entry_of("notice", page.pk) is None


def test_articles_and_help_can_be_found(site: Any) -> None:
    article = entry_of("article", ArticlePage.objects.get(number=18).pk)
    assert article.title == "第十八条"
    assert "收费标准" in article.body
    text = entry_of("page", TextPage.objects.get(slug="help").pk)
    assert "投诉" in text.body


def test_every_change_of_the_public_face_is_announced(make_notice: MakeNotice, heard: list[Changed]) -> None:
    page = make_notice()
    assert Changed("notice", (page.pk,)) in heard
    changes: list[Callable[[], Any]] = [
        lambda: NoticePage.objects.get(pk=page.pk).move(
            NoticeSectionPage.objects.get(section="policy"), "last-child"
        ),
        lambda: NoticePage.objects.get(pk=page.pk).unpublish(),
        lambda: NoticePage.objects.get(pk=page.pk).delete(),
    ]
    for change in changes:
        heard.clear()
        change()
        assert any(item.kind == "notice" and page.pk in item.ids for item in heard)


def test_a_new_address_of_a_section_is_announced_for_its_notices(
    make_notice: MakeNotice, heard: list[Changed], django_capture_on_commit_callbacks: Any
) -> None:
    page = make_notice()
    section = NoticeSectionPage.objects.get(section="general")
    heard.clear()
    with django_capture_on_commit_callbacks(execute=True):
        section.slug = "notices-general"
        section.save()
    assert any(item.kind == "notice" and page.pk in item.ids for item in heard)


def test_a_moved_notice_belongs_to_its_new_section(make_notice: MakeNotice) -> None:
    page = make_notice(section="general")
    NoticePage.objects.get(pk=page.pk).move(NoticeSectionPage.objects.get(section="policy"), "last-child")
    assert NoticePage.objects.get(pk=page.pk).section == "policy"


def test_a_filing_knows_the_notices_that_name_it(
    make_notice: MakeNotice, django_assert_max_num_queries: Any
) -> None:
    filing, other = make_filing(), make_filing()
    block = ("institutions", {"heading": "", "filings": [filing.pk, filing.pk]})
    page = make_notice("提到机构的公告", body=[block, block], section="inspections")
    make_notice("草稿", body=[block], live=False)
    make_notice("无关")
    with django_assert_max_num_queries(3):
        items = related_to(filing.code)
    assert [(item.title, item.label) for item in items] == [("提到机构的公告", "抽查结果")]
    assert related_to(other.code) == []
    page.body = NoticePage._meta.get_field("body").stream_block.to_python(
        [{"type": "text", "value": "<p>x</p>"}]
    )
    page.save_revision().publish()
    assert related_to(filing.code) == []
    assert not NoticeReference.objects.filter(page=page).exists()


@pytest.mark.parametrize("words", ["演", "有限", "公司 机构"])
def test_the_chooser_finds_institutions_by_chinese_words(editor: User, words: str) -> None:
    filing = make_filing()
    filing.institution.name = "重庆演示机构有限公司"
    filing.institution.save()
    make_filing()
    desk = Client()
    desk.force_login(editor)
    answer = desk.get("/admin/filing-chooser/results/", {"q": words})
    assert answer.status_code == 200
    assert filing.code in answer.content.decode()


def test_the_chooser_finds_institutions_by_code(editor: User) -> None:
    filing, other = make_filing(), make_filing()
    desk = Client()
    desk.force_login(editor)
    page = desk.get("/admin/filing-chooser/results/", {"q": filing.code}).content.decode()
    assert filing.code in page
    assert other.code not in page
    assert desk.get("/admin/filing-chooser/").status_code == 200
    assert desk.get(f"/admin/filing-chooser/chosen/{filing.pk}/").status_code == 200


def test_an_upload_that_is_not_what_it_says_is_refused_in_the_editor(editor: User) -> None:
    desk = Client()
    desk.force_login(editor)
    fake = io.BytesIO(b"MZ\x90\0")
    fake.name = "名单.pdf"
    answer = desk.post("/admin/documents/add/", {"title": "名单", "file": fake, "source": "", "tags": ""})
    assert "不符" in answer.content.decode()
    assert not PortalDocument.objects.exists()
