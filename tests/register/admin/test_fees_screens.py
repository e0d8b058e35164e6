"""Fee schedules in the workplace (Art. 18): published from a day, corrected and annulled with reasons, scoped."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Role, User
from portal.audit.models import AuditEvent
from portal.register.models import FeeCorrection, FeeSchedule, Filing
from tests.factories.people import make_person
from tests.factories.register import (
    make_authority,
    make_centre,
    make_district,
    make_fees,
    make_filing,
    make_occupation,
    scope_item,
)

pytestmark = pytest.mark.django_db
FORM = {
    "basis": "演示价发〔2026〕1号",
    "published_on": "2026-03-01",
    "first_day": "2026-04-01",
    "last_day": "",
    "source_url": "",
    "reason": "机构2026年报送",
}


@pytest.fixture
def officer(client: Client) -> User:
    user = make_person("yuzhong", Role.CASE_OFFICER, office=make_authority())
    client.force_login(user)
    return user


@pytest.fixture
def filing(officer: User) -> Filing:
    make_occupation(work_types=["烟机电工"])
    return make_filing(scope=[scope_item(), scope_item(level="4", work_type="烟机电工")])


def version_in(page: Any) -> str:
    found = re.search(r'name="version" value="(\w+)"', page.content.decode())
    assert found
    return found[1]


def publish(client: Client, filing: Filing, **fields: str) -> Any:
    address = reverse("register_fees:publish", args=[filing.pk])
    return client.post(address, {**FORM, "version": version_in(client.get(address)), **fields})


def test_published_by_line_and_ends_the_one_before(client: Client, filing: Filing, officer: User) -> None:
    earlier = make_fees(filing, {("6-31-01-03", "3"): 26000}, first_day=dt.date(2025, 4, 1))
    page = client.get(reverse("register_fees:publish", args=[filing.pk])).content.decode()
    assert "电工（烟机电工）四级/中级工" in page
    assert 'value="260.00"' in page
    answer = publish(client, filing, **{"fee-0-skill_fen": "２８０.5", "fee-1-undivided_fen": "150"})
    assert answer.status_code == 302, re.findall(r"error.*?</", answer.content.decode())
    earlier.refresh_from_db()
    assert earlier.last_day == dt.date(2026, 3, 31)
    new = FeeSchedule.objects.get(first_day=dt.date(2026, 4, 1))
    amounts = {(item.level_id, str(item.work_type or "")): item.total_fen for item in new.items.all()}
    assert set(amounts.values()) == {28050, 15000}
    ended = AuditEvent.objects.get(action="register.fees.ended")
    assert (ended.actor_id, ended.reason) == (officer.pk, "机构2026年报送")
    shown = client.get(answer["Location"]).content.decode()
    assert "280.50" in shown
    assert "（未分项）" in shown
    assert "由后一份接替" in client.get(reverse("register_fees:page", args=[earlier.pk])).content.decode()


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"fee-0-skill_fen": ""}, "没有填写任何金额"),
        ({"fee-0-skill_fen": "二百"}, "不是金额"),
        ({"fee-0-skill_fen": "1.001"}, "多于两位小数"),
        ({"fee-0-skill_fen": "1", "fee-0-undivided_fen": "1"}, "只填一种"),
        ({"fee-0-skill_fen": "1", "basis": ""}, "请填写收费依据"),
        ({"fee-0-skill_fen": "1", "reason": "补"}, "理由太短"),
        ({"fee-0-skill_fen": "1", "published_on": "2099-01-01"}, "公布日期晚于今天"),
        ({"fee-0-skill_fen": "1", "last_day": "2026-03-01"}, "执行末日早于执行首日"),
        ({"fee-0-skill_fen": "1", "first_day": "不知道"}, "请按 2026-11-22 的形式"),
        ({"fee-0-skill_fen": "1", "source_url": "见官网"}, "http"),
    ],
)
def test_mistakes_are_named_and_what_was_typed_stays(
    client: Client, filing: Filing, fields: dict[str, str], words: str
) -> None:
    answer = publish(client, filing, **fields)
    assert answer.status_code == 422
    text = answer.content.decode()
    assert words in text
    assert fields.get("basis", FORM["basis"]) in text
    assert not FeeSchedule.objects.exists()


def test_nothing_outside_the_scope_can_be_named(client: Client, filing: Filing) -> None:
    publish(client, filing, **{"fee-0-skill_fen": "1", "fee-7-skill_fen": "9", "total_fen": "5", "pk": "1"})
    assert [item.total_fen for item in FeeSchedule.objects.get().items.all()] == [100]


def test_two_people_at_the_same_fees(client: Client, filing: Filing) -> None:
    address = reverse("register_fees:publish", args=[filing.pk])
    version = version_in(client.get(address))
    assert publish(client, filing, **{"fee-0-skill_fen": "100"}).status_code == 302
    late = {**FORM, "first_day": "2026-05-01", "version": version, "fee-0-skill_fen": "999.99"}
    answer = client.post(address, late)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "已被他人修改" in text
    assert "999.99" in text
    assert FeeSchedule.objects.count() == 1
    # Having seen what the other one did, the second may save.
    assert client.post(address, {**late, "version": version_in(answer)}).status_code == 302
    assert publish(client, filing, **{"fee-0-skill_fen": "1"}).status_code == 422


def test_a_correction_keeps_what_was_there(client: Client, filing: Filing) -> None:
    schedule = make_fees(filing, {("6-31-01-03", "3"): 26000}, first_day=dt.date(2026, 4, 1))
    address = reverse("register_fees:correct", args=[schedule.pk])
    form = {**FORM, "first_day": "2020-01-01", "version": version_in(client.get(address))}
    answer = client.post(address, {**form, "fee-0-skill_fen": "250", "reason": "更正录入错误"})
    assert answer.status_code == 302
    schedule.refresh_from_db()
    assert (schedule.first_day, schedule.items.get().total_fen) == (dt.date(2026, 4, 1), 25000)
    kept = FeeCorrection.objects.get()
    assert (kept.kind, kept.schedule, kept.content["items"][0]["skill_fen"]) == ("corrected", schedule, 26000)
    text = client.get(reverse("register_fees:page", args=[schedule.pk])).content.decode()
    assert "更正前的内容" in text
    assert "技能 260.00" in text


def test_annulled_with_a_reason_the_one_before_goes_on(client: Client, filing: Filing) -> None:
    first = make_fees(
        filing, {("6-31-01-03", "3"): 26000}, first_day=dt.date(2025, 4, 1), last_day=dt.date(2026, 3, 31)
    )
    second = make_fees(filing, {("6-31-01-03", "3"): 1}, first_day=dt.date(2026, 4, 1))
    address = reverse("register_fees:annul", args=[second.pk])
    version = version_in(client.get(address))
    assert client.post(address, {"version": version, "reason": "", "resume": "on"}).status_code == 422
    assert client.post(address, {"version": "x", "reason": "误登记的一份", "resume": "on"}).status_code == 409
    answer = client.post(address, {"version": version, "reason": "误登记的一份", "resume": "on"})
    assert answer.status_code == 302
    first.refresh_from_db()
    assert first.last_day is None
    kept = FeeCorrection.objects.get()
    assert (kept.kind, kept.reason, kept.content["items"][0]["skill_fen"]) == ("annulled", "误登记的一份", 1)
    assert "误登记的一份" in client.get(reverse("register_fees:page", args=[first.pk])).content.decode()


def test_offices(client: Client, filing: Filing) -> None:
    theirs = make_filing(authority=make_authority(make_district("500106", "沙坪坝区")))
    hosted = make_filing(authority=make_centre())
    fees = {each.pk: make_fees(each, {("6-31-01-03", "3"): 100}) for each in (filing, theirs, hosted)}
    text = client.get("/admin/register/fees/").content.decode()
    assert filing.code in text
    assert hosted.code in text
    assert theirs.code not in text
    guessed = client.get(f"/admin/register/fees/?q={theirs.code}").content.decode()
    assert reverse("register_fees:page", args=[fees[theirs.pk].pk]) not in guessed
    assert "没有符合条件的记录" in guessed
    assert client.get(reverse("register_fees:page", args=[fees[theirs.pk].pk])).status_code == 404
    for name in ("correct", "annul"):
        assert client.get(reverse(f"register_fees:{name}", args=[fees[theirs.pk].pk])).status_code == 404
        assert client.get(reverse(f"register_fees:{name}", args=[fees[hosted.pk].pk])).status_code == 403
    assert client.get(reverse("register_fees:publish", args=[theirs.pk])).status_code == 404
    assert client.post(reverse("register_fees:publish", args=[hosted.pk]), FORM).status_code == 403
    exported: Any = client.get("/admin/register/fees/?export=csv")
    rows = b"".join(exported.streaming_content).decode()
    assert filing.code in rows
    assert hosted.code not in rows


def test_filings_without_fees_are_listed(client: Client, filing: Filing) -> None:
    posted = make_filing()
    make_fees(posted, {("6-31-01-03", "3"): 100})
    expired = make_filing(filed_on=dt.date(2021, 1, 4))
    text = client.get("/admin/register/fees/missing/").content.decode()
    assert filing.code in text
    assert reverse("register_fees:publish", args=[filing.pk]) in text
    assert posted.code not in text
    assert expired.code not in text
    for query in ("?holding=yes", "?occupation=电工", "?district=1", "?holding=elephant"):
        assert client.get(f"/admin/register/fees/{query}").status_code == 200
