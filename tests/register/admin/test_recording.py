"""Recording, correcting and annulling events in the workplace: each kind well and badly, two people at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Authority, Role, User
from portal.audit.models import AuditEvent
from portal.register.models import Filing, FilingEvent, FilingSpan
from portal.register.services.event_kinds import KIND_RULES, may_record, recordable_kinds
from tests.factories.people import make_person
from tests.factories.register import add_event, make_authority, make_district, make_filing, make_institution
from tests.register.admin.recording import confirm, mend_url, preview, record_url, typed

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
FILED = dt.date(TODAY.year - 1, 3, 3)
HEAD_ONLY = {"rectification_ordered", "restored", "deregistered", "annulled", "filed"}


@pytest.fixture
def office() -> Authority:
    return make_authority()


@pytest.fixture
def filing(office: Authority) -> Filing:
    return make_filing(filed_on=FILED)


@pytest.fixture
def head(client: Client, office: Authority) -> User:
    user = make_person("head", Role.HEAD, office=office)
    client.force_login(user)
    return user


def statuses(filing: Filing) -> list[tuple[str, dt.date, dt.date | None]]:
    spans = FilingSpan.objects.filter(filing=filing, track="status").order_by("first_day")
    return list(spans.values_list("value", "first_day", "last_day"))


def test_the_roles_of_every_kind_both_ways(office: Authority, filing: Filing) -> None:
    elsewhere = make_authority(make_district("500101", "万州区"))
    event = filing.events.get()
    people = {
        role: make_person(f"{role}-own", role, office=office) for role in Role if role is not Role.SYSADMIN
    }
    stranger = make_person("stranger", Role.HEAD, office=elsewhere)
    for kind in KIND_RULES:
        allowed = {Role.HEAD} if kind in HEAD_ONLY else {Role.HEAD, Role.CASE_OFFICER}
        found = {role for role, user in people.items() if may_record(user, filing, kind, corrects=event)}
        assert found == allowed, kind
        assert not may_record(stranger, filing, kind, corrects=event)
    assert not may_record(people[Role.HEAD], filing, "filed")
    assert not may_record(people[Role.HEAD], filing, "sold", corrects=event)
    assert set(recordable_kinds(people[Role.CASE_OFFICER], filing)) == set(KIND_RULES) - HEAD_ONLY
    assert recordable_kinds(people[Role.AUDITOR], filing) == []


def test_forms_refuse_people_and_kinds(client: Client, office: Authority, filing: Filing) -> None:
    other = make_filing(authority=make_authority(make_district("500101", "万州区")))
    client.force_login(make_person("officer", Role.CASE_OFFICER, office=office))
    event = filing.events.get()
    for url, expected in (
        (record_url(filing, "changed"), 200),
        (record_url(filing, "deregistered"), 403),
        (record_url(filing, "filed"), 404),
        (record_url(filing, "sold"), 404),
        (mend_url("annul", event), 403),
        (record_url(other, "changed"), 404),
        (mend_url("correct", other.events.get()), 404),
        (mend_url("correct", event).replace(f"/{filing.pk}/", f"/{other.pk}/", 1), 404),
    ):
        assert client.get(url).status_code == expected, url
        assert client.post(url, {}).status_code == (422 if expected == 200 else expected), url


def test_an_order_is_previewed_confirmed_and_covers_the_institution(
    client: Client, head: User, filing: Filing
) -> None:
    sister = make_filing(filing.institution, kind="employer", filed_on=FILED)
    gone = make_filing(filing.institution, kind="school", filed_on=FILED)
    add_event(gone, "deregistered", TODAY - dt.timedelta(days=9), ground="voluntary")
    url = record_url(filing, "rectification_ordered")
    day = TODAY - dt.timedelta(days=3)
    data = typed(client, url, effective_on=day, ground="监控缺失", document_number="渝中改〔1〕号")
    shown = preview(client, url, data)
    text = shown.content.decode()
    assert "将会变化" in text
    assert "整改中" in text
    assert sister.code in text
    assert gone.code not in text
    assert not filing.events.filter(kind="rectification_ordered").exists()
    assert confirm(client, url, data).status_code == 302
    assert statuses(filing)[-1] == statuses(sister)[-1] == ("rectification", day, None)
    event = filing.events.get(kind="rectification_ordered")
    assert (event.article, event.ground, event.document_number) == (30, "监控缺失", "渝中改〔1〕号")
    logged = AuditEvent.objects.get(action="register.filing.rectification_ordered", object_id=str(filing.pk))
    assert logged.after is not None
    assert (logged.actor_id, logged.reason, logged.after["event"]) == (head.pk, "收到申请", event.pk)

    annul = mend_url("annul", event)
    assert confirm(client, annul, typed(client, annul, reason="登记对象有误")).status_code == 302
    assert [value for value, *_days in statuses(filing)] == ["active"]
    assert [value for value, *_days in statuses(sister)] == ["active"]
    assert filing.events.filter(kind="rectification_ordered").exists()
    page = client.get(f"/admin/register/filings/{filing.pk}/").content.decode()
    assert "已撤回" in page
    assert "登记对象有误" in page


def test_scope_and_sites_change_from_a_day(client: Client, head: User, filing: Filing) -> None:
    url = record_url(filing, "changed")
    ended = client.get(url).context["form"].fields["scope_ended"].choices[0][0]
    data = typed(client, url, effective_on=TODAY - dt.timedelta(days=20), scope_ended=[ended], areas=["*"])
    data |= {"scope-0-occupation": "电工", "scope-0-levels": ["4", "5"], "scope-0-norm": "演示规范"}
    data |= {"sites-0-name": "二考场", "sites-0-address": "新路1号", "sites-0-district": "500103"}
    more = client.post(url, {**data, "more_rows": "scope"})
    assert more.status_code == 200
    assert len(more.context["form"].row_sets["scope"].forms) == 4
    assert "二考场" in more.content.decode()
    assert "error-message" not in more.content.decode()
    assert confirm(client, url, data).status_code == 302
    levels = {(item.level_id, item.last_day is None) for item in filing.scope_items.all()}
    assert levels == {("3", False), ("4", True), ("5", True)}
    assert filing.sites.filter(last_day=None).count() == 2
    assert list(filing.spans.filter(track="area", last_day=None).values_list("value", flat=True)) == ["*"]


@pytest.mark.parametrize(
    ("kind", "before", "values", "field", "message"),
    [
        ("changed", (), {}, None, "没有填写任何变更"),
        ("changed", (), {"scope-0-occupation": "没有的职业", "scope-0-levels": ["3"]}, "scope", "没有名为"),
        ("changed", (), {"scope-0-occupation": "电工"}, "scope", "至少选择一个等级"),
        ("changed", (), {"sites-0-name": "只有名称"}, "sites", "没有填写"),
        ("changed", (), {"areas": ["*", "500103"]}, "areas", "只留其一"),
        (
            "changed",
            (),
            {"effective_on": FILED - dt.timedelta(days=1), "areas": ["*"]},
            "effective_on",
            "尚未成立",
        ),
        (
            "changed",
            (),
            {"effective_on": TODAY + dt.timedelta(days=1200), "areas": ["*"]},
            "effective_on",
            "核对年份",
        ),
        ("changed", (), {"effective_on": "昨天", "areas": ["*"]}, "effective_on", "请写成"),
        ("changed", (), {"areas": ["*"], "reason": ""}, "reason", "登记理由"),
        ("changed", (), {"areas": ["*"], "article": "99"}, "article", ""),
        ("renewed", (), {}, "effective_on", "没有待决定的延续申请"),
        ("renewal_refused", ("renewal_requested",), {}, "ground", "理由和依据"),
        ("renewal_requested", ("renewal_requested",), {}, "effective_on", "尚未决定"),
        ("renewed", ("renewal_requested", "rectification_ordered"), {}, "effective_on", "整改期内"),
        ("rectification_ordered", (), {}, "ground", "违反了什么"),
        ("restored", (), {}, "effective_on", "有效状态"),
        ("renamed", (), {"name": " "}, "name", "新名称"),
        ("deregistered", (), {}, "deregistration_ground", "注销情形"),
        (
            "deregistered",
            (),
            {"deregistration_ground": "failed_rectification"},
            "deregistration_ground",
            "责令改正",
        ),
    ],
)
def test_what_does_not_fit_is_refused_at_its_field_and_kept(
    client: Client,
    head: User,
    filing: Filing,
    kind: str,
    before: tuple[str, ...],
    values: dict[str, Any],
    field: str | None,
    message: str,
) -> None:
    for number, earlier in enumerate(before):
        add_event(filing, earlier, TODAY - dt.timedelta(days=40 - number))
    url, count = record_url(filing, kind), FilingEvent.objects.count()
    data = {**typed(client, url, document_number="文号保留"), **values}
    answer = preview(client, url, data)
    assert answer.status_code == 422
    form = answer.context["form"]
    if field in form.row_sets:
        found = str(form.row_sets[field].errors)
    else:
        found = str(form.errors.get(field or "__all__", ""))
    assert message in found
    assert found
    assert "文号保留" in answer.content.decode() or kind == "restored"
    assert FilingEvent.objects.count() == count


def test_every_other_kind_is_recorded(client: Client, head: User, office: Authority) -> None:
    expiry = FILED.replace(year=FILED.year + 3) - dt.timedelta(days=1)
    filing = make_filing(make_institution("（演示）旧名评价中心"), filed_on=FILED)
    steps: list[tuple[str, dict[str, Any]]] = [
        ("renewal_requested", {"effective_on": TODAY - dt.timedelta(days=30)}),
        ("renewal_refused", {"effective_on": TODAY - dt.timedelta(days=25), "ground": "不具备第七条条件"}),
        ("renewal_requested", {"effective_on": TODAY - dt.timedelta(days=20)}),
        ("renewed", {"effective_on": TODAY - dt.timedelta(days=15)}),
        ("renamed", {"effective_on": TODAY - dt.timedelta(days=12), "name": "（演示）新名评价中心"}),
        ("rectification_ordered", {"effective_on": TODAY - dt.timedelta(days=10), "ground": "演示"}),
        ("restored", {"effective_on": TODAY - dt.timedelta(days=6)}),
        (
            "deregistered",
            {"effective_on": TODAY - dt.timedelta(days=2), "deregistration_ground": "voluntary"},
        ),
    ]
    for kind, values in steps:
        url = record_url(filing, kind)
        answer = confirm(client, url, typed(client, url, **values))
        assert answer.status_code == 302, kind
    assert [event.kind for event in filing.events.order_by("pk")][1:] == [kind for kind, _values in steps]
    terms = filing.spans.filter(track="term").order_by("first_day").values_list("first_day", "last_day")
    assert list(terms)[1][0] == expiry + dt.timedelta(days=1)
    filing.institution.refresh_from_db()
    assert filing.institution.name == "（演示）新名评价中心"
    last = filing.events.latest("pk")
    assert (last.payload, last.article, last.ground) == ({"ground": "voluntary"}, 31, "自愿终止评价工作")
    assert client.get(f"/admin/register/filings/{filing.pk}/").context["actions"] == []


def test_a_correction_takes_the_place_and_both_stay(client: Client, head: User, filing: Filing) -> None:
    wrong = add_event(filing, "changed", TODAY - dt.timedelta(days=60), areas=["500103", "*"])
    url = mend_url("correct", wrong)
    data = typed(client, url, areas=["*"], reason="区域录入有误", effective_on=TODAY - dt.timedelta(days=50))
    assert confirm(client, url, data).status_code == 302
    assert list(filing.spans.filter(track="area", last_day=None).values_list("value", flat=True)) == ["*"]
    assert filing.events.get(corrects=wrong).reason == "区域录入有误"
    wrong.refresh_from_db()
    assert wrong.payload == {"areas": ["500103", "*"]}
    again = client.post(url, typed(client, url, areas=["500103"]))
    assert again.status_code == 422
    assert "已被更正或撤回" in str(again.context["form"].errors)


def test_the_filing_itself_is_corrected_but_never_annulled(
    client: Client, head: User, filing: Filing
) -> None:
    filed = filing.events.get()
    url = mend_url("correct", filed)
    day = FILED + dt.timedelta(days=7)
    data = typed(client, url, effective_on=day, reason="备案日期录入有误")
    assert confirm(client, url, data).status_code == 302
    filing.refresh_from_db()
    assert filing.filed_on == day
    term = filing.spans.get(track="term")
    assert (term.first_day, term.last_day) == (day, day.replace(year=day.year + 3) - dt.timedelta(days=1))
    assert filing.scope_items.get().first_day == day
    later = filing.events.latest("pk")
    annul = mend_url("annul", later)
    answer = client.post(annul, typed(client, annul))
    assert answer.status_code == 422
    assert "不能撤回" in str(answer.context["form"].errors)


def test_two_people_at_once_nothing_is_lost(client: Client, head: User, filing: Filing) -> None:
    url = record_url(filing, "changed")
    data = typed(client, url, areas=["*"], document_number="我的文号")
    shown = preview(client, url, data).context["form"]
    data |= {"last_event": shown["last_event"].value(), "previewed": shown["previewed"].value()}
    add_event(filing, "renewal_requested", TODAY - dt.timedelta(days=1))
    answer = client.post(url, data)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "在您填写期间" in text
    assert "申请延续备案" in text
    assert "我的文号" in text
    assert not filing.events.filter(kind="changed").exists()
    form = answer.context["form"]
    data |= {"last_event": form["last_event"].value(), "previewed": form["previewed"].value()}
    assert client.post(url, data).status_code == 302
    assert client.post(url, data).status_code == 409
    assert filing.events.filter(kind="changed").count() == 1


def test_what_was_changed_after_the_preview_is_previewed_again(
    client: Client, head: User, filing: Filing
) -> None:
    url = record_url(filing, "changed")
    data = typed(client, url, areas=["*"])
    form = preview(client, url, data).context["form"]
    data |= {"previewed": form["previewed"].value(), "effective_on": TODAY - dt.timedelta(days=5)}
    assert client.post(url, data).status_code == 200
    assert not filing.events.filter(kind="changed").exists()
