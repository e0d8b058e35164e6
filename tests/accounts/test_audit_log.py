"""The auditor's screens: who reaches them, what the filters find, what an export holds, and what is written down."""

from __future__ import annotations

import ast
import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.accounts.admin.audit_log.views import changes_of
from portal.accounts.admin.audit_log.words import word_of_action, word_of_object
from portal.accounts.models import Role, User
from portal.audit.chain import link_new_events
from portal.audit.examination import examine
from portal.audit.heads import sign_head
from portal.audit.models import AuditEvent
from portal.audit.record import build_event, record
from tests.factories.people import make_person
from tests.factories.register import make_authority, make_district

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
_WRITERS = {"record", "record_read", "build_event", "_record"}


def write(action: str = "notice.published", label: str = "一则公告", **values: Any) -> AuditEvent:
    with transaction.atomic():
        return record(action, ("thing", values.pop("key", "7"), label), **values)


def enter(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def auditor(db: None) -> Client:
    return enter(make_person("auditor", Role.AUDITOR, first_name="审计甲"))


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_nobody_but_the_auditor_learns_of_the_log(role: Role) -> None:
    event = write()
    client = enter(make_person("somebody", role))
    addresses = [
        reverse("audit_log"),
        reverse("audit_log") + "?office=CQ-500103",
        reverse("audit_event", args=[event.pk]),
        reverse("audit_export"),
    ]
    for address in addresses:
        assert client.get(address).status_code == 404, address
    assert client.post(reverse("audit_export"), {"purpose": "好奇"}).status_code == 404
    assert reverse("audit_log") not in client.get(reverse("wagtailadmin_home")).content.decode()
    assert not AuditEvent.objects.filter(action__startswith="audit.event.").exists()


def test_the_auditor_lists_opens_and_exports(auditor: Client) -> None:
    event = write(before={"name": "旧名", "n": 1}, after={"name": "新名", "n": 1}, reason="更正错字")
    assert reverse("audit_log") in auditor.get(reverse("wagtailadmin_home")).content.decode()
    page = auditor.get(reverse("audit_log")).content.decode()
    assert "一则公告" in page
    assert "发布公告" in page
    page = auditor.get(reverse("audit_event", args=[event.pk])).content.decode()
    for text in ("旧名", "新名", "更正错字", event.digest, "尚未入链"):
        assert text in page
    reading = AuditEvent.objects.get(action="audit.event.read")
    assert (reading.object_id, reading.actor_name, reading.reason) == (str(event.pk), "审计甲", "审计检查")
    assert auditor.get(reverse("audit_event", args=[10**9])).status_code == 404
    assert auditor.post(reverse("audit_log")).status_code == 405


def test_a_changed_event_shows_itself(auditor: Client) -> None:
    event = write()
    event.digest = "0" * 64
    event.pk = None
    event.save(force_insert=True)
    page = auditor.get(reverse("audit_event", args=[event.pk])).content.decode()
    assert "内容在写入后被改" in page


def test_an_export_states_its_purpose_and_holds_no_formula(auditor: Client) -> None:
    write(label="=cmd|' /C calc'!A0", reason="+1", key="=2")
    write(action="notice.withdrawn", label="另一则", after={"a": "@SUM(1)"})
    link_new_events()
    address = reverse("audit_export")
    assert auditor.get(address).status_code == 200
    empty = auditor.post(address, {"purpose": " "})
    assert empty.status_code == 400
    assert "请填写用途。" in empty.content.decode()
    assert not AuditEvent.objects.filter(action="audit.event.exported").exists()
    answer = auditor.post(address + "?action=notice.published", {"purpose": "年度检查"})
    assert answer.streaming
    text = b"".join(answer).decode("utf-8-sig")
    assert "'=cmd|' /C calc'!A0" in text
    assert ",'+1," in text
    assert ",'=2," in text
    assert "另一则" not in text
    taken = AuditEvent.objects.get(action="audit.event.exported")
    assert (taken.reason, taken.after) == ("年度检查", {"filters": {"action": "notice.published"}})
    assert "年度检查" not in text
    wrong = auditor.get(address + "?first_day=gestern")
    assert wrong.headers["Location"] == reverse("audit_log") + "?first_day=gestern"


def test_filters_find_what_they_name(auditor: Client) -> None:
    office = make_authority(make_district())
    person = make_person("officer", Role.CASE_OFFICER, office=office, first_name="经办乙")
    mine = write("register.filing.changed", "甲机构", actor=person, reason="增加工种 100%", key="31")
    write(label="别的事")

    def found(query: str) -> set[str]:
        context = auditor.get(reverse("audit_log") + "?" + query).context
        return {row.event.object_label for row in context["rows"] if row.event.object_type == "thing"}

    today = timezone.localdate()
    for query in (
        f"office={office.code}",
        "action=register.filing.changed",
        "person=经办乙",
        f"person={person.pk}",
        "object_type=thing&object_id=31",
        "words=甲机构 工种",
        "words=100%25",
        f"words={mine.reason[:2]}&first_day={today}&last_day={today}",
    ):
        assert found(query) == {"甲机构"}, query
    page = auditor.get(reverse("audit_log") + "?action=register.filing.changed").content.decode()
    assert '<option value="register.filing.changed" selected>变更备案</option>' in page
    assert page.count(" selected>") == 3
    assert found(f"last_day={today - dt.timedelta(days=1)}") == set()
    assert found(f"first_day={today}") == {"甲机构", "别的事"}
    assert found("words=0%25工") == set()


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("first_day=2026-02-30", "请写成 2026-11-22 的样子。"),
        ("last_day=9999-12-31", "请填写 2000 年至 2100 年之间的日期。"),
        ("first_day=2026-02-02&last_day=2026-02-01", "不能早于“自”的日期。"),
        ("office=NOWHERE", "没有“NOWHERE”这一项"),
        ("action=<script>", "请从列表中选择。"),
        ("person=" + "长" * 81, "80"),
    ],
)
def test_wrong_filters_are_named_and_show_nothing(auditor: Client, query: str, message: str) -> None:
    write()
    answer = auditor.get(reverse("audit_log") + "?" + query)
    assert answer.status_code == 400
    assert not answer.context["rows"]
    assert message in answer.content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "x", "99999"])
def test_any_page_number_answers(auditor: Client, page: str) -> None:
    write()
    answer = auditor.get(reverse("audit_log") + f"?p={page}&person={'9' * 60}")
    assert answer.status_code == 200


def test_the_list_costs_the_same_for_one_and_for_many(auditor: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert auditor.get(reverse("audit_log")).status_code == 200
        return len(captured)

    write()
    queries()
    few = queries()
    for number in range(60):
        write(key=str(number), label=f"第{number}则")
    link_new_events()
    assert queries() == few
    assert few <= 22  # sixteen of them are those of every page of the workplace


def test_the_state_of_the_chain_stands_on_top(auditor: Client) -> None:
    write()
    page = auditor.get(reverse("audit_log")).content.decode()
    assert "还没有事件入链" in page
    assert "尚未核对" in page
    head = sign_head(timezone.localdate())
    assert head is not None
    examine()
    page = auditor.get(reverse("audit_log")).content.decode()
    assert f"第 {head.position} 位" in page
    assert f"核对了 {head.position} 个事件" in page
    with transaction.atomic():
        record(
            "audit.chain.verified",
            ("audit.chain", "9", "审计链"),
            after={"sound": False, "breaks": 2, "first": "第 3 位"},
        )
    assert "发现 2 处问题。第 3 位" in auditor.get(reverse("audit_log")).content.decode()


def codes_in_source() -> Iterator[str]:
    """Every action that some service of the project writes down, as far as it stands there as a text."""
    for path in sorted(
        file for folder in ("portal", "documents", "search") for file in (ROOT / folder).rglob("*.py")
    ):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _WRITERS and node.args:
                for part in ast.walk(node.args[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value


def test_every_action_has_a_chinese_name() -> None:
    codes = {code for code in codes_in_source() if re.fullmatch(r"[a-z_]+(\.[a-z_]+)+", code)}
    assert len(codes) > 25
    assert [code for code in codes if re.search("[a-z]", word_of_action(code))] == []
    assert word_of_action("register.sites.exported") == "评价场地导出"
    assert word_of_action("unheard.of") == "unheard.of"
    assert word_of_object("register.filing") == "备案"


def test_contents_are_shown_in_words() -> None:
    event = build_event(
        "register.filing.changed",
        ("register.filing", "1", ""),
        before={"code": "A", "same": 1, "flag": True},
        after={"same": 1, "flag": False, "list": ["a", {"name": "甲"}], "empty": None},
    )
    assert [(row["label"], row["before"], row["after"], row["changed"]) for row in changes_of(event)] == [
        ("备案编码", "A", "—", True),
        ("same", "1", "1", False),
        ("flag", "是", "否", True),
        ("list", "—", "a、名称：甲", True),
        ("empty", "—", "—", False),
    ]
    event = build_event("x.y", ("x", "1", ""), after=["a", "b"])
    assert [(row["before"], row["after"]) for row in changes_of(event)] == [("—", "a、b")]
