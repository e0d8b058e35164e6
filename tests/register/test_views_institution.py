"""The page of a filing: the answer first, the receipt's facts, any past day."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.contracts import related
from portal.contracts.related import RelatedItem
from portal.register.models import Filing
from portal.register.services.filing_events import EventInput, record_filing_event
from tests.factories.register import (
    event,
    make_authority,
    make_centre,
    make_fees,
    make_filing,
    make_institution,
    make_levels,
    make_merged_districts,
    make_occupation,
    scope_item,
    site,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uncached", "on_the_day")]

ELECTRICIAN = "6-31-01-03"


@pytest.fixture
def on_the_day() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2026, 11, 22, 4, tzinfo=dt.UTC), tick=False):
        yield


def at_noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC)


def school(**fields: object) -> Filing:
    """A third party with two occupations, filed on 2025-03-15 and recorded on the day."""
    make_levels()
    make_occupation(ELECTRICIAN, "电工", editions=["2018", "2024"])
    make_occupation("4-03-02-07", "茶艺师", editions=["2018"])
    scope = [scope_item(ELECTRICIAN, level, standard="电工", edition="2018") for level in "543"]
    scope += [scope_item("4-03-02-07", "4", standard="茶艺师", edition="2018")]
    values: dict[str, object] = {
        "institution": make_institution("演示渝江职业技能培训学校"),
        "authority": make_authority(phone="023-0000 1234", address="演示大道1号"),
        "filed_on": dt.date(2025, 3, 15),
        "scope": scope,
        **fields,
    }
    return make_filing(values.pop("institution"), **values)  # type: ignore[arg-type]


def page_of(client: Client, filing: Filing, query: str = "", status: int = 200) -> str:
    response = client.get(f"/institutions/{filing.code}/{query}")
    assert response.status_code == status
    return response.content.decode()


def verdict_in(page: str) -> str:
    found = re.search(r'<p class="answer">(.*?)</p>', page)
    assert found is not None
    return found.group(1)


def test_the_first_lines_answer_for_whom_and_for_what(client: Client) -> None:
    page = page_of(client, school())
    assert verdict_in(page) == "面向社会人员，今天可以评价。"
    assert "可评：茶艺师四级、电工五至三级。" in page
    assert "备案有效期至2028年3月14日（周二），含当日。" in page
    assert page.index('class="answer"') < page.index("评价范围与收费")


@pytest.mark.parametrize(
    ("kind", "audience"), [("employer", "本单位职工"), ("school", "本校学生"), ("third_party", "社会人员")]
)
def test_the_audience_comes_first(client: Client, kind: str, audience: str) -> None:
    assert verdict_in(page_of(client, school(kind=kind))) == f"面向{audience}，今天可以评价。"


@pytest.mark.parametrize(
    ("happened", "answer", "line"),
    [
        (
            [event("rectification_ordered", dt.date(2026, 11, 10), ground="超出备案范围开展评价")],
            "面向社会人员；整改期内，今天不得评价。",
            "2026年11月10日（周二）被责令改正（第三十条）。",
        ),
        (
            [event("deregistered", dt.date(2026, 11, 20), ground="自愿终止")],
            "备案已注销，今天不得评价。",
            "2026年11月20日（周五）注销备案（第三十条）。",
        ),
    ],
)
def test_a_filing_that_may_not_assess_says_why(
    client: Client, happened: list[EventInput], answer: str, line: str
) -> None:
    page = page_of(client, school(events=happened))
    assert verdict_in(page) == answer
    assert line in page
    assert f"事由：{happened[0].ground}。" in page


def test_an_expired_filing_and_one_whose_renewal_is_being_decided(client: Client) -> None:
    expired = school(filed_on=dt.date(2023, 11, 2))
    assert verdict_in(page_of(client, expired)) == "备案已到期，今天不得评价。"
    pending = school(
        institution=make_institution("演示另一学校"),
        filed_on=dt.date(2023, 11, 2),
        events=[event("renewal_requested", dt.date(2026, 9, 20))],
    )
    page = page_of(client, pending)
    assert verdict_in(page) == "面向社会人员；有效期届满，延续审查中，今天不得评价。"
    assert "有效期2026年11月1日（周日）届满，延续申请正在审查" in page


def test_the_facts_of_the_receipt(client: Client) -> None:
    filing = school()
    page = page_of(client, filing)
    for fact in (
        filing.code,
        filing.institution.social_credit_code,
        "演示路1号",
        "社会培训评价组织",
        "渝中区人力资源和社会保障局",
        "2025年3月15日（周六）",
        "2028年3月14日（周二）",
        "2028年3月15日",
        "延续申请最迟",
        "2028年2月13日",
    ):
        assert fact in page


def test_fees_are_shown_in_yuan_and_what_is_missing_is_named(client: Client) -> None:
    filing = school()
    make_fees(filing, {(ELECTRICIAN, "5"): 30500}, basis="演示依据一号")
    page = page_of(client, filing)
    assert '<data value="305.00">305.00 元</data>' in page
    assert "演示依据一号" in page
    assert page.count("尚未公布（第十八条应公示）") == 3
    assert "不含培训费" in page


def test_a_standard_with_a_newer_edition_is_marked(client: Client) -> None:
    page = page_of(client, school())
    assert page.count("标准已更新：有2024年版") == 3
    assert "国家职业标准（2018年版）" in page


def test_the_history_names_articles_and_leads_to_the_day(client: Client) -> None:
    filing = school(
        events=[
            EventInput(
                "rectification_ordered",
                dt.date(2025, 7, 2),
                30,
                ground="监控设备不全",
                document_number="演示责改〔2025〕3号",
                recorded_at=at_noon(dt.date(2025, 7, 5)),
            ),
            event("restored", dt.date(2025, 8, 1)),
            event("changed", dt.date(2026, 6, 8), scope_added=[scope_item("4-03-02-07", "5")]),
        ]
    )
    page = page_of(client, filing)
    assert "责令改正" in page
    assert 'href="/regulation/30/">第三十条</a>' in page
    assert "演示责改〔2025〕3号" in page
    assert "2025年7月5日记录" in page
    assert "新增茶艺师五级" in page
    assert 'href="?on=2025-07-02"' in page


def test_a_past_day_says_that_it_is_one_and_what_was_recorded_later(client: Client) -> None:
    filing = school(
        events=[
            EventInput(
                "rectification_ordered",
                dt.date(2025, 7, 2),
                30,
                ground="监控设备不全",
                recorded_at=at_noon(dt.date(2025, 7, 5)),
            ),
            event("restored", dt.date(2025, 8, 1)),
        ]
    )
    page = page_of(client, filing, "?on=2025-07-03")
    assert "这是 2025年7月3日（周四） 的情况，不是今天的" in page
    assert f'<a href="/institutions/{filing.code}/">回到今天</a>' in page
    assert verdict_in(page) == "面向社会人员；整改期内，2025年7月3日（周四）当天不得评价。"
    assert "当天有效，但事后才记录的事项" in page
    assert "责令改正：2025年7月2日（周三）起生效，2025年7月5日（周六）记录" in page
    assert "noindex" in page
    later = page_of(client, filing, "?on=2025-07-06")
    assert "责令改正：2025年7月2日" not in later


def test_before_the_filing_and_before_the_register(client: Client) -> None:
    filing = school()
    page = page_of(client, filing, "?on=2024-01-01")
    assert verdict_in(page) == "2024年1月1日（周一）当天尚未备案，不得评价。"
    page = page_of(client, filing, "?on=2020-12-30")
    assert verdict_in(page) == "这一天没有记录，不能作答。"
    assert "登记簿自 2020年12月31日（周四） 起有记录" in page
    assert "评价范围与收费" not in page


@pytest.mark.parametrize(
    ("on", "words"),
    [
        ("2027-01-01", "还没有到"),
        ("yesterday", "日期“yesterday”无法识别"),
        ("2025-02-30", "日期“2025-02-30”无法识别"),
        ("0000-01-01", "无法识别"),
        ("2025-W01-1", "无法识别"),
        ("<script>", "日期“&lt;script&gt;”无法识别"),
    ],
)
def test_a_day_that_cannot_be_answered_is_refused_in_words_and_today_shown(
    client: Client, on: str, words: str
) -> None:
    page = page_of(client, school(), f"?on={on}")
    assert words in page
    assert verdict_in(page) == "面向社会人员，今天可以评价。"


def test_the_name_of_the_day_is_shown_and_all_names_are_kept(client: Client) -> None:
    filing = school(
        institution=make_institution("演示旧名学校"),
        events=[event("renamed", dt.date(2025, 9, 1), name="演示新名学校")],
    )
    today = page_of(client, filing)
    assert "<h1>演示新名学校</h1>" in today
    assert "名称沿革" in today
    assert "演示旧名学校" in today
    assert "<h1>演示旧名学校</h1>" in page_of(client, filing, "?on=2025-08-31")


def test_a_site_in_a_former_district_is_pointed_on(client: Client) -> None:
    _old, _other, new = make_merged_districts()
    filing = school(sites=[site(district="500105")], authority=make_authority(new))
    assert "两江新区（原江北区）" in page_of(client, filing)
    past = page_of(client, filing, "?on=2025-11-05")
    assert "两江新区（原江北区）" not in past
    assert "江北区" in past


def test_the_personal_question_is_answered_by_the_rules(client: Client) -> None:
    filing = school()
    allowed = page_of(client, filing, f"?audience=public&occupation={ELECTRICIAN}&level=3")
    assert '<p class="answer">已备案，可评</p>' in allowed
    refused = page_of(client, filing, f"?audience=own_staff&occupation={ELECTRICIAN}&level=2")
    assert '<p class="answer">已备案，不含该项</p>' in refused
    assert "不包括本单位职工" in refused
    nothing = page_of(client, filing, "?audience=king&occupation=x&level=Z")
    assert "已备案，" not in nothing


def test_a_corrected_event_stays_visible(client: Client) -> None:
    filing = school(events=[event("rectification_ordered", dt.date(2026, 11, 10))])
    wrong = filing.events.get(kind="rectification_ordered")
    record_filing_event(
        filing, EventInput("annulled", dt.date(2026, 11, 10), 12, reason="登记错误"), corrects=wrong
    )
    page = page_of(client, filing)
    assert verdict_in(page) == "面向社会人员，今天可以评价。"
    assert "<del>责令改正</del>" in page
    assert "撤回登记" in page


def test_other_filings_and_related_notices_are_linked(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    filing = school()
    other = make_filing(filing.institution, authority=make_centre(), kind="school", scope=[])
    item = RelatedItem("关于演示的公告", "/notices/x/1/", dt.date(2026, 11, 1), "注销备案公告")
    monkeypatch.setattr(related, "_providers", [lambda code: [item] if code == filing.code else []])
    page = page_of(client, filing)
    assert f'href="/institutions/{other.code}/"' in page
    assert 'href="/notices/x/1/"' in page
    assert "注销备案公告" in page


def test_how_to_complain_is_said_with_the_authority_s_own_ways(client: Client) -> None:
    page = page_of(client, school())
    assert "023-0000 1234" in page
    assert "演示大道1号" in page
    assert 'href="/help/#complain"' in page


def test_the_slip_says_when_it_was_drawn_and_what_it_proves(client: Client) -> None:
    filing = school()
    response = client.get(f"/institutions/{filing.code}/?print=1&on=2026-01-05")
    page = response.content.decode()
    assert "核验单" in page
    assert "2026年1月5日（周一）" in page
    assert "2026年11月22日（周日）12:00" in page
    assert f"http://testserver/institutions/{filing.code}/" in page
    assert "不是备案回执" in page
    assert "no-store" in response["Cache-Control"] or "no-cache" in response["Cache-Control"]


def test_the_slip_names_the_day_because_paper_is_read_later(client: Client) -> None:
    page = page_of(client, school(), "?print=1")
    assert verdict_in(page) == "面向社会人员，2026年11月22日（周日）当天可以评价。"
    assert "今天" not in page


def test_markup_in_data_is_inert_everywhere(client: Client) -> None:
    hostile = '"><script>alert(1)</script></script><b>'
    filing = school(
        institution=make_institution(f"演示{hostile}"),
        sites=[site(name=hostile, address=hostile)],
        events=[event("rectification_ordered", dt.date(2026, 11, 10), ground=hostile)],
    )
    for query in ("", "?print=1"):
        page = page_of(client, filing, query)
        assert "<script>alert" not in page
        assert "</script><b>" not in page


def test_structured_data_can_be_read(client: Client) -> None:
    filing = school(institution=make_institution("演示</script>&<学校>"))
    make_fees(filing, {(ELECTRICIAN, "5"): 30500})
    page = page_of(client, filing)
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block is not None
    data = json.loads(block.group(1))
    assert data["name"] == "演示</script>&<学校>"
    assert data["identifier"][0]["value"] == filing.code
    assert data["subjectOf"]["validUntil"] == "2028-03-14"
    assert data["makesOffer"][0]["price"] == "305.00"


def test_a_filing_that_has_not_begun_is_not_public(client: Client) -> None:
    filing = school(filed_on=dt.date(2026, 12, 1))
    page_of(client, filing, status=404)


def test_the_qr_code_is_an_image_of_the_address(client: Client) -> None:
    filing = school()
    response = client.get(f"/institutions/{filing.code}/qr.svg")
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
    assert response.content.startswith(b"<svg")
    assert client.get("/institutions/S000050999999/qr.svg").status_code == 404


def test_the_number_of_queries_does_not_grow_with_the_filing(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    small = school()
    client.get(f"/institutions/{small.code}/")
    with django_assert_max_num_queries(18) as few:
        page_of(client, small)
    for number in range(20):
        make_occupation(f"6-31-02-{number:02d}", f"职业{number}", editions=["2018"])
    large = school(
        scope=[scope_item(f"6-31-02-{number:02d}", level) for number in range(20) for level in "543"],
        sites=[site(f"考场{number}", on_receipt=number == 0) for number in range(10)],
        events=[
            event("changed", dt.date(2025, 5, 1) + dt.timedelta(days=number), areas=["*"])
            for number in range(10)
        ],
    )
    make_fees(large, {(f"6-31-02-{number:02d}", "5"): 100 for number in range(20)})
    page_of(client, large)  # reads the site's identity again, since the register has changed
    with django_assert_max_num_queries(18) as many:
        page_of(client, large)
    assert len(many) == len(few)
