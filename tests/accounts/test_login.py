"""Logging in: the same answer to whoever may not, growing waits, no leaving the site, a new session key."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.test import Client

from portal.accounts.models import FailedLogins, Role, User
from portal.accounts.services.failed_logins import BACK_OFF, waiting_until
from portal.audit.models import AuditEvent
from tests.factories.login import CODE, LOGIN, code_of, give_authenticator, log_in, send_password
from tests.factories.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db
WRONG = "登录名或密码不正确"
NOON = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)


@pytest.fixture
def officer() -> User:
    return make_person("jingban", Role.CASE_OFFICER)


def actions() -> list[str]:
    return [
        event.action
        for event in AuditEvent.objects.order_by("pk")
        if event.action.startswith("accounts.login.")
    ]


def test_whoever_may_not_enter_gets_one_and_the_same_answer(client: Client, officer: User) -> None:
    User.objects.create_user("gone", password=PASSWORD, is_active=False)
    User.objects.create_user("jigou", password=PASSWORD, kind=User.Kind.INSTITUTION)
    pages = {
        name: send_password(Client(REMOTE_ADDR=f"192.0.2.{number}"), name, password)
        for number, (name, password) in enumerate(
            {"jingban": "wrong", "nobody": PASSWORD, "gone": PASSWORD, "jigou": PASSWORD}.items()
        )
    }
    texts = set()
    for name, page in pages.items():
        assert page.status_code == 200, name
        text = page.content.decode()
        assert WRONG in text
        assert PASSWORD not in text
        texts.add(re.sub(r"\b[A-Za-z0-9]{64}\b", "", text).replace(f'value="{name}"', ""))
    assert len(texts) == 1
    assert "_auth_user_id" not in client.session
    assert actions() == ["accounts.login.failed"] * 4


def test_what_was_typed_for_an_unknown_name_is_written_nowhere(client: Client) -> None:
    send_password(client, "MyPassw0rd-in-the-wrong-field", "x")
    event = AuditEvent.objects.get()
    assert (event.object_label, event.object_id, event.after) == (
        "未知账号",
        "",
        {"step": "password", "address": "127.0.0.1"},
    )
    row = FailedLogins.objects.values().first()
    assert "MyPassw0rd" not in f"{vars(event)}{row}"


def test_a_login_and_a_logout_are_on_record_and_a_logout_needs_a_form(client: Client, officer: User) -> None:
    assert log_in(client, officer).headers["location"] == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert client.get("/admin/logout/").status_code == 405
    assert client.post("/admin/logout/").headers["location"].startswith(LOGIN)
    assert client.get("/admin/").headers["location"].startswith(LOGIN)
    assert actions() == ["accounts.login.succeeded", "accounts.login.left"]


@pytest.mark.parametrize("name", ["jingban", "nobody"])
def test_waits_grow_and_say_when_to_come_back(client: Client, officer: User, name: str) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(4):
            assert send_password(client, name, "wrong").status_code == 200
        waits = []
        for _ in range(3):
            page = send_password(client, name, "wrong")
            assert page.status_code == 429
            waits.append(int(page.headers["Retry-After"]) - 1)
            # The right password does not help before its time, and costs nothing.
            assert send_password(client, name, PASSWORD).status_code == 429
            clock.shift(waits[-1] + 1)
        assert waits == [30, 60, 120]
        assert "12:0" in page.content.decode()
        # Another address is not locked for the account, nor this address for another account.
        assert send_password(Client(REMOTE_ADDR="192.0.2.9"), name, "wrong").status_code == 200
        assert send_password(client, "somebody-else", "wrong").status_code == 200
    assert actions().count("accounts.login.locked") == 3


def test_a_login_forgets_the_failures_and_a_day_does_too(client: Client, officer: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(4):
            send_password(client, "jingban", "wrong")
        log_in(client, officer)
        client.post("/admin/logout/")
        assert send_password(client, "jingban", "wrong").status_code == 200
        for _ in range(5):
            send_password(client, "jingban", "wrong")
        assert waiting_until("jingban", "127.0.0.1") is not None
        clock.shift(dt.timedelta(days=1, minutes=1))
        assert send_password(client, "jingban", "wrong").status_code == 200
        assert FailedLogins.objects.get(scope="both").failures == 1


def test_guessing_from_many_addresses_and_at_many_accounts_is_slowed_down(officer: User) -> None:
    limits = {scope.value: rule.free for scope, rule in BACK_OFF.items()}
    with time_machine.travel(NOON, tick=False):
        for number in range(limits["account"] - 1):
            send_password(Client(REMOTE_ADDR=f"192.0.2.{number}"), "jingban", "wrong")
        assert send_password(Client(REMOTE_ADDR="198.51.100.1"), "jingban", "wrong").status_code == 429
        FailedLogins.objects.filter(scope="address").update(failures=limits["address"])
        assert send_password(Client(REMOTE_ADDR="192.0.2.3"), "fresh", "wrong").status_code == 429


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [
        ("/admin/pages/", "/admin/pages/"),
        ("/institutions/?q=1", "/institutions/?q=1"),
        ("https://evil.example/", "/admin/"),
        ("//evil.example/", "/admin/"),
        ("/\\evil.example/", "/admin/"),
        ("javascript:alert(1)", "/admin/"),
        ("http:///evil.example", "/admin/"),
        ("\x00", "/admin/"),
    ],
)
def test_a_login_leads_to_this_site_only(client: Client, officer: User, wanted: str, leads: str) -> None:
    assert send_password(client, "jingban", next=wanted).headers["location"] == leads
    client.post("/admin/logout/")
    give_authenticator(officer)
    send_password(client, "jingban", next=wanted)
    assert client.post(CODE, {"code": code_of(officer), "next": wanted}).headers["location"] == leads


def test_the_session_key_changes_with_every_step(client: Client, officer: User) -> None:
    """A key that somebody planted beforehand is worth nothing afterwards."""
    client.get(LOGIN)
    session = client.session
    session["planted"] = "1"
    session.save()
    keys = [session.session_key]
    give_authenticator(officer)
    send_password(client, "jingban")
    keys.append(client.session.session_key)
    client.post(CODE, {"code": code_of(officer)})
    keys.append(client.session.session_key)
    assert len(set(keys)) == 3
    thief = Client()
    for key in keys[:2]:
        thief.cookies["sessionid"] = str(key)
        assert thief.get("/admin/").status_code == 302
        assert thief.get(CODE).status_code == 302


def test_forms_of_others_are_refused(officer: User) -> None:
    guarded = Client(enforce_csrf_checks=True)
    for path in (LOGIN, CODE, "/admin/logout/", "/admin/security/enrol/", "/admin/security/password/"):
        page = guarded.post(path, {"username": "jingban", "password": PASSWORD})
        assert page.status_code == 403, path
        assert "表单已过期" in page.content.decode()
    assert "_auth_user_id" not in guarded.session


def test_an_account_of_an_institution_never_reaches_the_workplace(client: Client) -> None:
    person = User.objects.create_user("jigou", password=PASSWORD, kind=User.Kind.INSTITUTION)
    client.force_login(person)
    for path in ("/admin/", "/admin/accounts/", "/admin/security/", "/admin/api/main/pages/"):
        assert client.get(path).status_code == 403, path
    assert "机构账号不能进入" in client.get("/admin/").content.decode()


def test_staff_without_a_grant_are_told_what_is_missing(client: Client) -> None:
    client.force_login(make_person("xinren"))
    page = client.get("/admin/")
    assert page.status_code == 403
    assert "没有任何授权" in page.content.decode()
    assert client.get("/admin/security/").status_code == 200


@pytest.mark.parametrize(
    "path",
    ["users/", "users/add/", "groups/", "groups/new/", "password_reset/", "bulk/accounts/user/delete/"],
)
def test_the_screens_of_the_framework_for_accounts_are_closed(client: Client, path: str) -> None:
    client.force_login(make_person("guanli", Role.SYSADMIN))
    for send in (client.get, client.post):
        assert send(f"/admin/{path}").status_code == 404


@pytest.mark.parametrize("field", ["username", "password", "code"])
@pytest.mark.parametrize("text", ["", "\x00", "a" * 5000, "<script>", "１２３４５６", "' OR 1=1 --"])
def test_odd_input_gets_a_sentence(client: Client, officer: User, field: str, text: str) -> None:
    give_authenticator(officer)
    fields: dict[str, Any] = {"username": "jingban", "password": "x", field: text}
    if field == "code":
        send_password(client, "jingban")
    page = client.post(CODE if field == "code" else LOGIN, fields)
    assert page.status_code == 200
    assert 'role="alert"' in page.content.decode()
