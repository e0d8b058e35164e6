"""What keeps a version from being published: the header, the links, and the register."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone
from wagtail.models import Page

from documents.models import PortalDocument
from portal.accounts.models import User
from portal.notices.models import Genre, NoticePage, RefusedSchedule, TextPage, Validity
from portal.notices.services.publication_checks import links, official_header, register_facts
from portal.notices.services.publishing import PublishingRefused, store_review
from portal.notices.services.scheduled import publish_due
from portal.register.models import Filing
from portal.register.services.filing_events import EventInput, record_filing_event
from tests.factories.register import (
    add_event,
    make_authority,
    make_bureau,
    make_centre,
    make_district,
    make_filing,
    make_institution,
)
from tests.notices.conftest import MakeNotice, approve, submit

DAY = dt.date(2026, 3, 2)
pytestmark = pytest.mark.django_db


def a_notice(**fields: Any) -> NoticePage:
    values: dict[str, Any] = {
        "title": "公告",
        "section": "general",
        "written_on": DAY,
        "issuer": make_bureau(),
        "genre": Genre.ANNOUNCEMENT,
        **fields,
    }
    body = values.pop("body", [])
    page = NoticePage(**values)
    stream = NoticePage._meta.get_field("body").stream_block
    page.body = stream.to_python([{"type": kind, "value": value} for kind, value in body])
    return page


HEADERS: list[tuple[dict[str, Any], str]] = [
    ({}, ""),
    ({"document_number": "渝人社发〔2026〕12号"}, ""),
    ({"document_number": "渝人社发[2026]12号"}, "格式不对"),
    ({"document_number": "渝人社发〔26〕12号"}, "格式不对"),
    ({"document_number": "渝人社发〔2026〕012号"}, "格式不对"),
    ({"document_number": "〔2026〕12号"}, "格式不对"),
    ({"document_number": "渝人社发〔2027〕1号"}, "晚于成文日期"),
    ({"genre": Genre.DECISION}, "“决定”应当有发文字号"),
    ({"genre": Genre.NOTICE}, ""),
    ({"genre": Genre.NOTICE, "section": "policy"}, "“通知”应当有发文字号"),
    ({"index_number": "11500000009275780P/2026-00012"}, ""),
    ({"index_number": "11500000009275780P/26-12"}, "索引号“11500000009275780P/26-12”格式不对"),
    ({"validity": Validity.REPEALED}, "没有写明依据"),
    ({"validity": Validity.AMENDED, "validity_note": "由渝人社发〔2026〕3号修改。"}, ""),
]


@pytest.mark.parametrize(("fields", "words"), HEADERS)
def test_the_header_of_an_official_document(fields: dict[str, Any], words: str) -> None:
    reasons = official_header.check(a_notice(**fields))
    assert len(reasons) == bool(words), reasons
    assert words in "".join(reasons)


def test_an_office_that_did_not_exist_on_the_day_cannot_have_issued_it() -> None:
    new = make_authority(make_district("500157", "两江新区", valid_from=dt.date(2025, 11, 6)))
    assert "并不存在" in official_header.check(a_notice(issuer=new, written_on=dt.date(2025, 1, 2)))[0]


class TestLinks:
    """Each broken link is named with its words and its target; nothing is called over the network."""

    @pytest.fixture
    def targets(self, make_notice: MakeNotice) -> dict[str, Any]:
        live, draft = make_notice("公开的"), make_notice("没公开的", live=False)
        document = PortalDocument(title="附件")
        document.file.save("form.csv", ContentFile(b"a,b\n"), save=False)
        document.save()
        return {"live": live, "draft": draft, "document": document, "filing": make_filing()}

    LINKS = (
        ('<a linktype="page" id="{live.pk}">x</a>', ""),
        ('<a linktype="page" id="{draft.pk}">看草稿</a>', "“看草稿”"),
        ('<a linktype="page" id="{draft.pk}">看草稿</a>', "没有公开发布"),
        ('<a linktype="page" id="99999">x</a>', "已被删除"),
        ('<a linktype="document" id="{document.pk}">x</a>', ""),
        ('<a linktype="document" id="99999">x</a>', "文件已被删除"),
        ('<a linktype="embed" id="1">x</a>', "类型不认识"),
        ('<a href="/institutions/{filing.code}/">x</a>', ""),
        ('<a href="/institutions/S000000000000/">x</a>', "不存在，或没有公开"),
        ('<a href="/notices/general/{live.slug}/">x</a>', ""),
        ('<a href="/notices/general/{draft.slug}/">x</a>', "不存在，或没有公开"),
        ('<a href="/regulation/">x</a>', ""),
        ('<a href="/regulation/99/">x</a>', "不存在，或没有公开"),
        ('<a href="/fees/?occupation=1#top">x</a>', ""),
        ('<a href="{document.url}">x</a>', "不存在，或没有公开"),
        ('<a href="/admin/pages/">x</a>', "公众打不开"),
        ('<a href="#way">x</a>', ""),
        ('<a href="#nowhere">x</a>', "小标题不存在"),
        ('<a href="https://www.cq.gov.cn/a?b=1">x</a>', ""),
        ('<a href="http://127.0.0.1:8000/nowhere/">x</a>', "不存在，或没有公开"),
        ('<a href="https://kaputt">x</a>', "不是有效的网址"),
        ('<a href="https://[::1">x</a>', "不是有效的网址"),
        ('<a href="javascript:alert(1)">点我</a>', "只能使用 http 或 https"),
        ('<a href="data:text/html,1">x</a>', "只能使用 http 或 https"),
        ('<a href="ftp://example.cn/">x</a>', "只能使用 http 或 https"),
        ('<a href="//example.cn/">x</a>', "只能使用 http 或 https"),
        ('<a href="www.cq.gov.cn">x</a>', "不是完整的网址"),
        ('<a href="">x</a>', "没有网址"),
        ('<a href="mailto:a@example.cn">x</a>', ""),
        ('<a href="mailto:a">x</a>', "不是有效的电子邮箱"),
        ('<a href="tel:023-63633000">x</a>', ""),
    )  # fmt: skip

    def test_every_kind(self, targets: dict[str, Any]) -> None:
        wrong = []
        for source, words in self.LINKS:
            body = [
                ("heading", {"text": "办法", "level": "2", "anchor": "way"}),
                ("text", source.format(**targets)),
            ]
            reasons = links.check(a_notice(body=body))
            if len(reasons) != bool(words) or words not in "".join(reasons):
                wrong.append((source, reasons))
        assert wrong == []

    def test_what_was_chosen_and_is_gone(self, targets: dict[str, Any]) -> None:
        page = a_notice(
            body=[
                ("attachments", {"files": [targets["document"].pk, 99999]}),
                ("institutions", {"heading": "", "filings": [99999]}),
                ("matters", {"heading": "", "matters": [{"filing": 99999, "event": "filed"}]}),
            ]
        )
        assert len(links.check(page)) == 3
        targets["document"].file.delete()
        assert "“附件”的文件不在了" in "".join(links.check(page))

    def test_text_pages_are_checked_too(self, targets: dict[str, Any]) -> None:
        page = TextPage(title="帮助")
        stream = TextPage._meta.get_field("body").stream_block
        page.body = stream.to_python([{"type": "text", "value": '<a href="/nowhere/">x</a>'}])
        assert len(links.check(page)) == 1


def matters(filing: Filing, event: str) -> tuple[str, Any]:
    return "matters", {"heading": "", "matters": [{"filing": filing.pk, "event": event}]}


def named(*filings: Filing) -> tuple[str, Any]:
    return "institutions", {"heading": "", "filings": [filing.pk for filing in filings]}


def a_table(*rows: list[str]) -> tuple[str, Any]:
    return "table", {
        "table_caption": "结果",
        "table_header_choice": "row",
        "first_row_is_table_header": True,
        "first_col_is_header": False,
        "data": list(rows),
    }


class TestTheRegister:
    """A notice that contradicts the register names institution, both sides, and the remedy."""

    @pytest.fixture
    def gone(self) -> Filing:
        """Deregistered on 2026-03-02 with a document number."""
        filing = make_filing(make_institution("重庆演示甲培训学校"), filed_on=dt.date(2025, 3, 3))
        record_filing_event(
            filing,
            EventInput(
                "deregistered",
                DAY,
                30,
                {"ground": "逾期未改"},
                ground="逾期未改",
                document_number="渝中人社注〔2026〕3号",
            ),
        )
        return filing

    @pytest.fixture
    def active(self) -> Filing:
        return make_filing(make_institution("重庆演示乙培训学校"), filed_on=dt.date(2025, 3, 3))

    def reasons(self, *body: Any, section: str = "deregistration", **fields: Any) -> list[str]:
        fields.setdefault("issuer", make_authority())
        with time_machine.travel(dt.datetime(2026, 4, 1, 4, tzinfo=dt.UTC), tick=False):
            return register_facts.check(a_notice(section=section, body=list(body), **fields))

    def test_what_agrees_is_let_through(
        self, gone: Filing, active: Filing, django_assert_max_num_queries: Any
    ) -> None:
        text = f"<p>重庆演示甲培训学校（备案编码{gone.code}）依据渝人社发〔2020〕128号第三十条，自2026年3月2日起注销备案信息（渝中人社注〔2026〕3号）。</p>"
        rows = a_table(
            ["机构名称", "备案编码", "备案管理机构", "注销日期"],
            ["重庆演示甲培训学校", gone.code, gone.authority.name, "2026年3月2日"],
        )
        with django_assert_max_num_queries(22):
            assert (
                self.reasons(
                    ("text", text),
                    rows,
                    matters(gone, "deregistered"),
                    title="关于注销重庆演示甲培训学校备案信息的公告",
                )
                == []
            )
        warning = "<p>逾期仍不合格的，将依法注销重庆演示乙培训学校的备案。</p>"
        assert self.reasons(("text", warning), named(active), section="general") == []

    def test_every_contradiction(self, gone: Filing, active: Filing) -> None:
        code = gone.code
        cases: list[tuple[str, tuple[Any, ...], dict[str, Any], tuple[str, ...]]] = [
            ("not deregistered at all", (named(active),), {}, ("重庆演示乙培训学校", "注销备案", "有效", "登记该事项")),
            ("by the block, in any section", (matters(active, "deregistered"),), {"section": "general"}, ("重庆演示乙培训学校", "有效")),
            ("no order in the register", (matters(active, "rectification_ordered"),), {"section": "general"}, ("责令改正",)),
            ("said in plain text", (named(active), ("text", "<p>该机构已注销。</p>")), {"section": "general"}, ("有效",)),
            ("another day", (named(gone), ("text", "<p>自2026年3月12日起注销备案信息。</p>")), {}, ("2026年3月12日注销", "2026年3月2日注销")),
            ("an impossible day", (named(gone), ("text", "<p>自2026年2月30日起注销。</p>")), {}, ("不存在的日期",)),
            ("another number", (named(gone), ("text", "<p>决定注销（渝中人社注〔2026〕9号）。</p>")), {}, ("〔2026〕9号", "渝中人社注〔2026〕3号")),
            ("another name before the code", (named(gone), ("text", f"<p>重庆演示丙学校（备案编码{code}）</p>")), {}, ("重庆演示丙学校", "重庆演示甲培训学校")),
            ("another name in the title", (named(gone),), {"title": "关于注销重庆演示丙学校备案信息的公告"}, ("重庆演示丙学校",)),
            ("a table with another code", (named(gone), a_table(["机构名称", "备案编码"], ["重庆演示甲培训学校", "S000000000001"])), {}, ("S000000000001",)),
            ("a table with another authority", (named(gone), a_table(["机构名称", "备案机关"], ["重庆演示甲培训学校", "演示局"])), {},
             ("演示局", "渝中区人力资源和社会保障局")),
            ("a table with another day", (named(gone), a_table(["机构名称", "注销日期"], ["重庆演示甲培训学校", "2026年1月1日"])), {}, ("2026年1月1日",)),
            ("a result without an event", (named(active), a_table(["机构名称", "检查结果"], ["重庆演示乙培训学校", "责令改正"])),
             {"section": "inspections"}, ("责令改正", "有效")),
            ("a row that no block names", (named(active), a_table(["机构名称"], ["重庆演示甲培训学校"])), {"section": "credit"}, ("没有列入",)),
            ("nobody named", (("text", "<p>注销一批机构。</p>"),), {}, ("没有列明机构",)),
            ("a code that nobody has", (named(gone), ("text", "<p>S999999999999</p>")), {}, ("在登记库中不存在",)),
            ("a code without a block", (("text", f"<p>{active.code}收费调整。</p>"),), {"section": "fees"}, ("没有列入",)),
            ("another district's filing", (matters(gone, "deregistered"),),
             {"issuer": make_authority(make_district("500101", "万州区"))}, ("万州区", "备案管理机构为")),
        ]  # fmt: skip
        for name, body, fields, words in cases:
            found = " ".join(self.reasons(*body, **fields))
            assert all(word in found for word in words), (name, found)

    def test_annulled_and_future_events_do_not_count(self, gone: Filing, active: Filing) -> None:
        record_filing_event(
            gone,
            EventInput("annulled", DAY, 30, reason="登记有误"),
            corrects=gone.events.get(kind="deregistered"),
        )
        assert "有效" in self.reasons(matters(gone, "deregistered"))[0]
        add_event(active, "deregistered", dt.date(2026, 5, 1), ground="自愿")
        assert "2026年5月1日生效" in self.reasons(matters(active, "deregistered"))[0]
        later = dt.datetime(2026, 5, 2, 1, tzinfo=dt.UTC)
        assert self.reasons(matters(active, "deregistered"), go_live_at=later) == []

    def test_a_former_name_and_the_city_are_right_too(self) -> None:
        filing = make_filing(
            make_institution("重庆演示旧名学校"), authority=make_centre(), filed_on=dt.date(2025, 3, 3)
        )
        add_event(filing, "renamed", dt.date(2025, 9, 1), name="重庆演示新名学校")
        add_event(filing, "deregistered", DAY, ground="自愿")
        text = f"<p>重庆演示旧名学校（备案编码{filing.code}）</p>"
        assert self.reasons(("text", text), matters(filing, "deregistered"), issuer=make_bureau()) == []


class TestWhen:
    """Checked when it is submitted (a warning), when it is approved and when its moment comes (refused)."""

    def test_the_author_is_warned_and_the_approver_refused_with_the_reason(
        self, editor: User, publisher: User, make_notice: MakeNotice
    ) -> None:
        from tests.notices.conftest import ALL_TICKS
        from tests.notices.test_publishing import form_of

        filing = make_filing(authority=make_centre())
        page = make_notice("说已注销", live=False, body=[matters(filing, "deregistered")])
        desk = Client()
        desk.force_login(editor)
        form = form_of(page, title="说已注销")
        form.update({"body-0-type": "matters", "body-0-value-heading": "", "body-0-value-matters-count": "1"})
        form.update(
            {
                "body-0-value-matters-0-deleted": "", "body-0-value-matters-0-order": "0",
                "body-0-value-matters-0-type": "item", "body-0-value-matters-0-id": "",
                "body-0-value-matters-0-value-filing": str(filing.pk),
                "body-0-value-matters-0-value-event": "deregistered",
            }
        )  # fmt: skip
        sent = desk.post(f"/admin/pages/{page.pk}/edit/", {**form, "action-submit": "提交"}, follow=True)
        assert "已提交，但按现在的内容不能发布" in sent.content.decode()
        assert filing.institution.name in sent.content.decode()
        review = Client()
        review.force_login(publisher)
        address = f"/admin/notices/{page.pk}/review/"
        assert "发布前检查：有1处不能发布" in review.get(f"/admin/notices/{page.pk}/").content.decode()
        refused = review.post(address, {**ALL_TICKS, "action": "approve", "comment": "我看可以"})
        text = refused.content.decode()
        assert refused.status_code == 422
        assert (
            f"{filing.institution.name}：公告写的是“注销备案”，登记库为“有效，没有“注销备案”事项”"
            in text.replace("&quot;", '"')
        )
        assert "我看可以" in text
        add_event(filing, "deregistered", timezone.localdate(), ground="自愿")
        assert review.post(address, {**ALL_TICKS, "action": "approve"}).status_code == 302
        page.refresh_from_db()
        assert page.live
        shown = Client().get(page.get_absolute_url()).content.decode()
        assert "自愿" in shown

    def test_the_register_may_have_changed_by_the_planned_moment(
        self, make_notice: MakeNotice, publisher: User
    ) -> None:
        filing = make_filing(authority=make_centre())
        event = add_event(filing, "deregistered", timezone.localdate(), ground="自愿")
        soon = timezone.now().replace(microsecond=0) + dt.timedelta(hours=1)
        planned = [
            make_notice(title, live=False, go_live_at=soon, body=body)
            for title, body in (
                ("会被拒", [matters(filing, "deregistered")]),
                ("照常", [("text", "<p>正文</p>")]),
            )
        ]
        for page in planned:
            store_review(page.latest_revision, publisher)
            page.latest_revision.publish()
        record_filing_event(
            filing, EventInput("annulled", timezone.localdate(), 30, reason="误"), corrects=event
        )
        with time_machine.travel(soon + dt.timedelta(seconds=1), tick=False):
            assert publish_due(timezone.now()) == 1
        assert [NoticePage.objects.get(pk=page.pk).live for page in planned] == [False, True]
        told = RefusedSchedule.objects.get()
        assert filing.institution.name in told.reason
        assert told.planned_for == soon

    def test_only_the_right_correction_lets_a_changed_notice_out(
        self, make_notice: MakeNotice, editor: User, publisher: User
    ) -> None:
        page = make_notice()
        page.document_number = "错"
        page.corrections.create(what="文号", why="漏写", corrected_on=timezone.localdate())
        submit(page, editor)
        with pytest.raises(PublishingRefused, match="格式不对") as refusal:
            approve(page, publisher)
        assert len(refusal.value.reasons) == 1
        assert Page.objects.get(pk=page.pk).live
