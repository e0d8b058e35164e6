"""The screens for accounts: seen by office, changed by administrators, nothing more than the form offers."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Grant, Role, User
from portal.accounts.services import failed_logins
from portal.accounts.services.accounts import as_seen
from portal.accounts.services.grants import leave_office
from portal.audit.models import AuditEvent
from tests.factories.people import make_person
from tests.factories.register import make_authority, make_centre

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/"


@pytest.fixture
def people() -> dict[str, User]:
    district = make_authority()
    return {
        "admin": make_person("guanli", Role.SYSADMIN, first_name="王管理"),
        "auditor": make_person("shenji", Role.AUDITOR, first_name="赵审计"),
        "head": make_person("fuzeren", Role.HEAD, office=district, first_name="钱负责"),
        "officer": make_person("jingban", Role.CASE_OFFICER, office=district, first_name="孙经办"),
        "elsewhere": make_person("waidi", Role.CASE_OFFICER, office=make_centre(), first_name="李外地"),
    }


def as_person(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def names_in(page: Any) -> set[str]:
    return set(
        re.findall(r"王管理|赵审计|钱负责|孙经办|李外地", page.content.decode().split("</header>")[-1])
    )


def test_each_sees_the_accounts_that_the_table_says(people: dict[str, User]) -> None:
    everybody = {"王管理", "赵审计", "钱负责", "孙经办", "李外地"}
    seen = {"admin": everybody, "auditor": everybody, "head": {"钱负责", "孙经办"}}
    for name, user in people.items():
        client = as_person(user)
        page = client.get(f"{LIST}results/")
        if name not in seen:
            assert page.status_code == 403
            assert client.get(f"{LIST}{people['head'].pk}/").status_code == 404
            continue
        assert names_in(page) == seen[name], name
        for other in people.values():
            status = client.get(f"{LIST}{other.pk}/").status_code
            assert status == (200 if str(other) in seen[name] else 404), (name, other)
        assert client.get(f"{LIST}999999/").status_code == 404


@pytest.mark.parametrize("who", ["auditor", "head", "officer", "elsewhere"])
def test_only_administrators_change_accounts(people: dict[str, User], who: str) -> None:
    client, officer = as_person(people[who]), people["officer"]
    grant = Grant.objects.get(user=officer)
    before = AuditEvent.objects.count()
    fields = {"reason": "试试", "last_day": "2026-11-23", "role": "head", "office": officer.office_id}
    for path in (
        f"{LIST}new/",
        f"/admin/grants/{grant.pk}/end/",
        *[
            f"{LIST}{officer.pk}/{slug}/"
            for slug in ("give-role", "leave", "reset-password", "unlock", "correct")
        ],
    ):
        assert client.post(path, fields).status_code in (403, 404), path
    assert AuditEvent.objects.count() == before
    grant.refresh_from_db()
    assert grant.last_day is None


def test_the_list_finds_and_counts_no_more_than_may_be_seen(people: dict[str, User]) -> None:
    leave_office(people["elsewhere"], reason="离职")
    admin, head = as_person(people["admin"]), as_person(people["head"])
    for query, found in {
        "q=jingban": {"孙经办"},
        "q=孙": {"孙经办"},
        "role=head": {"钱负责"},
        "state=left": {"李外地"},
        "state=here&role=case_officer": {"孙经办"},
        f"office={people['head'].office_id}": {"钱负责", "孙经办"},
    }.items():
        assert names_in(admin.get(f"{LIST}results/?{query}")) == found, query
        assert names_in(head.get(f"{LIST}results/?{query}")) == found & {"钱负责", "孙经办"}, query
    for odd in ("office=x", "role=god", "p=-1", "p=99999", "ordering=password", "q=%27%22%3C"):
        assert admin.get(f"{LIST}results/?{odd}").status_code == 200, odd


def test_the_number_of_queries_does_not_follow_the_accounts(
    people: dict[str, User], django_assert_max_num_queries: Any
) -> None:
    client = as_person(people["admin"])
    client.get(LIST)
    with django_assert_max_num_queries(100) as few:
        client.get(LIST)
    for number in range(10):
        make_person(f"more-{number}", Role.CASE_OFFICER, office=make_authority())
    with django_assert_max_num_queries(len(few)):
        client.get(LIST)


def test_an_export_is_scoped_guarded_and_on_record(people: dict[str, User]) -> None:
    User.objects.filter(pk=people["officer"].pk).update(first_name="=cmd|' /C calc'!A0")
    page = as_person(people["auditor"]).get(f"{LIST}?export=csv")
    rows = list(csv.reader(io.StringIO(b"".join(page.streaming_content).decode("utf-8-sig"))))  # type: ignore[attr-defined]
    assert rows[0] == ["登录名", "姓名", "所属机关", "今日角色", "状态", "两步验证"]
    assert len(rows) == 6
    assert next(row for row in rows if row[0] == "jingban")[1].startswith("'=")
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.after) == ("accounts.user.exported", {"rows": 5, "format": "csv"})
    assert as_person(people["auditor"]).get(f"{LIST}?export=xlsx").status_code == 200
    assert as_person(people["head"]).get(f"{LIST}?export=csv").status_code == 403


def test_a_new_account_and_its_role(people: dict[str, User]) -> None:
    client, office = as_person(people["admin"]), people["head"].office_id
    fields = {"username": "zhangsan", "name": "张三", "office": office, "email": "", "reason": "新进人员"}
    extra = {
        "is_superuser": "on",
        "is_staff": "on",
        "kind": "institution",
        "groups": "1",
        "password": "x",
        "left_on": "2026-01-01",
    }
    page = client.post(f"{LIST}new/", fields | extra)
    shown = re.search(r'id="initial-password">([^<]+)<', page.content.decode())
    assert shown
    assert "no-store" in page.headers["Cache-Control"]
    user = User.objects.get(username="zhangsan")
    assert user.check_password(shown[1])
    assert (user.is_superuser, user.is_staff, user.kind, user.left_on) == (False, False, "staff", None)
    assert not user.groups.exists()
    assert shown[1] not in client.get(f"{LIST}{user.pk}/").content.decode()

    today = timezone.localdate()
    role = {
        "role": "case_officer",
        "office": office,
        "first_day": today.isoformat(),
        "last_day": "",
        "reason": "任职",
    }
    page = client.post(f"{LIST}{user.pk}/give-role/", role | {"user": people["admin"].pk, "granted_by": "1"})
    assert page.headers["location"] == f"{LIST}{user.pk}/"
    grant = Grant.objects.get(user=user)
    assert (grant.granted_by, grant.role, grant.reason) == (people["admin"], "case_officer", "任职")
    text = client.get(f"{LIST}{user.pk}/").content.decode()
    assert "新进人员" in text
    assert "王管理" in text


@pytest.mark.parametrize(
    ("slug", "fields", "said"),
    [
        (
            "give-role",
            {"role": "god", "first_day": "2026-11-31", "reason": ""},
            ("请从列表中选择角色", "日期格式", "请写明理由"),
        ),
        ("give-role", {"role": "auditor", "first_day": "", "reason": "x"}, ("请填写日期", "理由至少写2个字")),
        ("give-role", {"role": "case_officer", "first_day": "2026-11-23", "reason": "再来"}, ("已有该角色",)),
        ("correct", {"name": "", "reason": "更正"}, ("请填写姓名",)),
        ("correct", {"name": "孙经办", "reason": "更正"}, ("没有任何改动",)),
        ("unlock", {"reason": "误锁"}, ("没有被锁定",)),
        ("leave", {"reason": "长" * 201}, ("最多200个字",)),
    ],
)
def test_a_refusal_keeps_what_was_typed(
    people: dict[str, User], slug: str, fields: dict[str, str], said: tuple[str, ...]
) -> None:
    officer = people["officer"]
    page = as_person(people["admin"]).post(
        f"{LIST}{officer.pk}/{slug}/", {"office": officer.office_id, "seen": as_seen(officer), **fields}
    )
    assert page.status_code == 200
    text = page.content.decode()
    for sentence in said:
        assert sentence in text
    if fields["reason"]:
        assert fields["reason"] in text


def test_two_people_ending_the_same_grant(people: dict[str, User]) -> None:
    grant = Grant.objects.get(user=people["officer"])
    first, second = as_person(people["admin"]), as_person(make_person("guanli2", Role.SYSADMIN))
    fields = {"last_day": timezone.localdate().isoformat(), "reason": "调离"}
    assert first.post(f"/admin/grants/{grant.pk}/end/", fields).status_code == 302
    page = second.post(f"/admin/grants/{grant.pk}/end/", fields)
    assert page.status_code == 200
    assert "已于" in page.content.decode()
    assert AuditEvent.objects.filter(action="accounts.grant.ended").count() == 1


def test_two_people_correcting_the_same_account(people: dict[str, User]) -> None:
    officer = people["officer"]
    path = f"{LIST}{officer.pk}/correct/"
    first, second = as_person(people["admin"]), as_person(make_person("guanli2", Role.SYSADMIN))
    forms = [client.get(path).context["form"].initial["seen"] for client in (first, second)]
    fields = {"office": officer.office_id, "reason": "更名", "email": ""}
    assert first.post(path, {**fields, "name": "孙一", "seen": forms[0]}).status_code == 302
    page = second.post(path, {**fields, "name": "孙二", "seen": forms[1]})
    text = page.content.decode()
    assert "现为：孙一" in text
    assert 'value="孙二"' in text
    fresh = re.search(r'name="seen" value="([0-9a-f]+)"', text)
    assert fresh
    assert second.post(path, {**fields, "name": "孙二", "seen": fresh[1]}).status_code == 302


def test_unlocking_leaving_and_the_own_account(people: dict[str, User]) -> None:
    client, officer = as_person(people["admin"]), people["officer"]
    for _ in range(6):
        failed_logins.note_failure("jingban", "192.0.2.1", step="password")
    assert "登录锁定至" in client.get(f"{LIST}{officer.pk}/").content.decode()
    client.post(f"{LIST}{officer.pk}/unlock/", {"reason": "误锁"})
    client.post(f"{LIST}{officer.pk}/leave/", {"reason": "离职"})
    page = client.get(f"{LIST}{officer.pk}/").content.decode()
    assert "离任" in page
    assert "授予角色" not in page
    own = people["admin"]
    assert "须由其他系统管理员办理" in client.get(f"{LIST}{own.pk}/").content.decode()
    refused = client.post(f"{LIST}{own.pk}/leave/", {"reason": "离职"})
    assert "不能办理本人的离任" in refused.content.decode()
    # When somebody logged in concerns administrators and auditors, not the own head.
    history = {
        name: as_person(people[name]).get(f"{LIST}{officer.pk}/").content.decode()
        for name in ("head", "auditor")
    }
    assert "登录失败" not in history["head"]
    assert "登录失败" in history["auditor"]
    assert "办理离任" in history["head"]


def test_administrators_have_no_case_data(people: dict[str, User]) -> None:
    client = as_person(people["admin"])
    menu = client.get("/admin/").content.decode()
    assert "accounts_list" not in menu
    assert "/admin/accounts/" in menu
    officer = as_person(people["officer"]).get("/admin/").content.decode()
    assert '"/admin/accounts/"' not in officer
    assert "/admin/absences/" in officer


class TestAbsences:
    """Everybody for oneself, a head for the office, an administrator for all."""

    URL = "/admin/absences/"

    def enter(self, actor: User, person: User, substitute: User, **change: str) -> Any:
        today = timezone.localdate()
        fields = {
            "person": person.pk,
            "substitute": substitute.pk,
            "first_day": today.isoformat(),
            "last_day": (today + dt.timedelta(days=3)).isoformat(),
            "reason": "出差",
        }
        return as_person(actor).post(f"{self.URL}new/", fields | change)

    @pytest.mark.parametrize(
        ("actor", "person", "works"),
        [
            ("officer", "officer", True),
            ("officer", "head", False),
            ("head", "officer", True),
            ("head", "elsewhere", False),
            ("elsewhere", "officer", False),
            ("admin", "officer", True),
            ("auditor", "officer", False),
        ],
    )
    def test_for_whom(self, people: dict[str, User], actor: str, person: str, works: bool) -> None:
        substitute = people["head"] if person == "officer" else people["officer"]
        page = self.enter(people[actor], people[person], substitute)
        assert page.status_code == (302 if works else 200)
        if not works:
            assert "只能为本人或本机关人员登记" in page.content.decode()

    def test_who_sees_and_cancels_it(self, people: dict[str, User]) -> None:
        third = make_person("tongshi", Role.CASE_OFFICER, office=people["head"].office)
        self.enter(people["officer"], people["officer"], third)
        cancel = f"{self.URL}1/cancel/".replace("1", str(people["officer"].absences.get().pk))
        views = {"officer": 200, "head": 200, "admin": 200, "auditor": 403, "elsewhere": 404}
        for name, status in views.items():
            client = as_person(people[name])
            assert client.get(cancel).status_code == status, name
            assert ("孙经办" in names_in(client.get(self.URL))) == (name != "elsewhere")
        # Who stands in sees it, and cannot cancel it.
        assert as_person(third).post(cancel, {"reason": "不想"}).status_code == 403
        assert people["officer"].absences.get().cancelled_at is None
        first, second = as_person(people["officer"]), as_person(people["head"])
        assert first.post(cancel, {"reason": "取消行程"}).status_code == 302
        assert "已经取消" in second.post(cancel, {"reason": "取消行程"}).content.decode()

    def test_what_is_wrong_is_said_at_its_field(self, people: dict[str, User]) -> None:
        page = self.enter(people["officer"], people["officer"], people["officer"])
        assert "不能是本人" in page.content.decode()
        page = self.enter(people["officer"], people["officer"], people["elsewhere"])
        assert "同一机关" in page.content.decode()
        page = self.enter(people["officer"], people["officer"], people["head"], first_day="2020-01-01")
        assert "首日不能早于今天" in page.content.decode()
