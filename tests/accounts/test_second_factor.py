"""The second factor: nothing is reached without it, every code counts once, lost phones have a way back."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import time_machine
from django.core.checks import run_checks
from django.test import Client
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts.models import Role, User
from portal.accounts.services.accounts import reset_two_factor
from portal.audit.models import AuditEvent
from tests.factories.login import CODE, ENROL, LOGIN, code_of, give_authenticator, log_in, send_password
from tests.factories.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
BANNER = "演示环境：未强制两步验证"


@pytest.fixture
def required(settings: Any) -> None:
    settings.STAFF_TWO_FACTOR = "required"


@pytest.fixture
def officer() -> User:
    return make_person("jingban", Role.CASE_OFFICER)


def enrol(client: Client, user: User) -> list[str]:
    """Set up an authenticator through the pages; returns the recovery codes that were shown."""
    assert client.get(ENROL).status_code == 200
    page = client.post(ENROL, {"code": code_of(user)})
    return re.findall(r"<code>([A-Z0-9-]{14})</code>", page.content.decode())


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("", 302),
        ("accounts/", 302),
        ("pages/", 302),
        ("security/", 302),
        ("api/main/pages/", 403),
        ("nothing/", 302),
    ],
)
def test_nothing_is_reached_before_it(
    client: Client, required: None, officer: User, path: str, status: int
) -> None:
    log_in(client, officer)
    page = client.get(f"/admin/{path}")
    assert page.status_code == status
    if status == 302:
        assert page.headers["location"].startswith(ENROL)
    script = client.post(f"/admin/{path}", headers={"X-Requested-With": "XMLHttpRequest"})
    assert script.status_code == 403
    assert "error" in script.json()


def test_somebody_who_owes_it_is_nobody_on_public_pages(
    client: Client, required: None, officer: User
) -> None:
    log_in(client, officer)
    assert not client.get("/help/").context["request"].user.is_authenticated
    enrol(client, officer)
    assert client.get("/help/").context["request"].user == officer


def test_enrolled_on_the_first_login_and_asked_on_the_next(
    client: Client, required: None, officer: User
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        send_password(client, "jingban")
        elsewhere = Client()
        log_in(elsewhere, officer)
        page = client.get(ENROL)
        secret = TOTPDevice.objects.get()
        assert "<svg" in page.content.decode()
        assert secret.key not in page.content.decode()
        codes = enrol(client, officer)
        assert len(codes) == 10
        assert client.get("/admin/").status_code == 200
        # What was logged in with the password alone elsewhere is over.
        assert elsewhere.get("/admin/").headers["location"].startswith(LOGIN)
        client.post("/admin/logout/")

        assert send_password(client, "jingban").headers["location"].startswith(CODE)
        assert client.get("/admin/").headers["location"].startswith(LOGIN)
        used = client.post(CODE, {"code": code_of(officer)})
        assert "已经用过" in used.content.decode()
        clock.shift(31)
        assert client.post(CODE, {"code": code_of(officer)}).headers["location"] == "/admin/"
        assert client.get("/admin/").status_code == 200
    shown = AuditEvent.objects.filter(action="accounts.login.succeeded").latest("pk")
    assert shown.after == {"address": "127.0.0.1", "second_factor": "authenticator"}


@pytest.mark.parametrize(
    ("steps", "said"),
    [(-1, ""), (0, ""), (1, ""), (-3, "已过期"), (-15, "已过期"), (-25, "不正确"), (9, "不正确")],
)
def test_a_code_holds_for_its_time_only(client: Client, officer: User, steps: int, said: str) -> None:
    with time_machine.travel(NOON, tick=False):
        give_authenticator(officer)
        send_password(client, "jingban")
        page = client.post(CODE, {"code": code_of(officer, steps)})
        assert (page.status_code == 302) == (not said)
        assert said in page.content.decode()


def test_wrong_codes_slow_down_and_then_lock(client: Client, officer: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        give_authenticator(officer)
        send_password(client, "jingban")
        assert "不正确" in client.post(CODE, {"code": "12345"}).content.decode()
        throttled = client.post(CODE, {"code": code_of(officer)})
        assert "请等待" in throttled.content.decode()
        for pause in (2, 3, 5, 9):
            clock.shift(pause)
            page = client.post(CODE, {"code": "12345"})
        clock.shift(17)
        # The account is locked now: at the code, and for the password from here, whatever is right.
        assert page.status_code == 200
        assert client.post(CODE, {"code": code_of(officer)}).status_code == 429
        assert send_password(client, "jingban").status_code == 429


def test_a_recovery_code_works_once_and_is_kept_unreadably(client: Client, officer: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client.force_login(officer)
        codes = enrol(client, officer)
        kept = set(StaticToken.objects.values_list("token", flat=True))
        assert not kept & {code.replace("-", "") for code in codes}
        client.post("/admin/logout/")
        send_password(client, "jingban")
        page = client.post(CODE, {"code": codes[0].lower().replace("-", " ")})
        assert page.headers["location"].startswith("/admin/security/")
        assert "还有9个" in client.get("/admin/security/").content.decode()
        client.post("/admin/logout/")
        send_password(client, "jingban")
        assert "不正确" in client.post(CODE, {"code": codes[0]}).content.decode()
        clock.shift(5)
        assert client.post(CODE, {"code": codes[1]}).status_code == 302
        # New ones make the old ones void.
        fresh = re.findall(r"<code>([A-Z0-9-]{14})</code>", client.post("/admin/security/").content.decode())
        assert len(fresh) == 10
        assert not set(fresh) & set(codes)
        client.post("/admin/logout/")
        send_password(client, "jingban")
        assert "不正确" in client.post(CODE, {"code": codes[2]}).content.decode()
    assert AuditEvent.objects.filter(action="accounts.second_factor.recovery_used").count() == 2


def test_another_persons_code_opens_nothing(client: Client, officer: User) -> None:
    give_authenticator(officer)
    other = make_person("bieren", Role.CASE_OFFICER)
    give_authenticator(other)
    send_password(client, "jingban")
    page = client.post(
        CODE, {"code": code_of(other), "otp_device": "otp_totp.totpdevice/2", "user": other.pk}
    )
    assert page.status_code == 200


def test_between_password_and_code_there_are_five_minutes(client: Client, officer: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        give_authenticator(officer)
        send_password(client, "jingban", next="/admin/pages/")
        clock.shift(301)
        page = client.post(CODE, {"code": code_of(officer), "next": "/admin/pages/"})
        assert page.headers["location"] == f"{LOGIN}?next=%2Fadmin%2Fpages%2F&ended=code"
        assert "超过5分钟" in client.get(page.headers["location"]).content.decode()
        # A password that was changed meanwhile stops the second step too.
        send_password(client, "jingban")
        officer.set_password("another-Pass-81")
        officer.save()
        assert client.post(CODE, {"code": code_of(officer)}).headers["location"].startswith(LOGIN)


def test_a_lost_phone_is_replaced_after_a_reset(client: Client, required: None, officer: User) -> None:
    client.force_login(officer)
    enrol(client, officer)
    reset_two_factor(officer, reason="手机丢失，已当面核实", actor=make_person("guanli", Role.SYSADMIN))
    assert client.get("/admin/").headers["location"].startswith(LOGIN)
    assert not StaticToken.objects.exists()
    send_password(client, "jingban")
    assert client.get("/admin/").headers["location"].startswith(ENROL)


def test_a_new_phone_replaces_the_old_one(client: Client, officer: User) -> None:
    client.force_login(officer)
    enrol(client, officer)
    first = TOTPDevice.objects.get()
    enrol(client, officer)
    assert TOTPDevice.objects.get() != first
    assert client.get("/admin/").status_code == 200


def test_a_demo_may_relax_it_and_says_so(client: Client, settings: Any, officer: User) -> None:
    assert BANNER in client.get(LOGIN).content.decode()
    log_in(client, officer)
    assert BANNER in client.get("/admin/").content.decode()
    # Who enrols in a demo is asked for the code like everywhere.
    enrol(client, officer)
    client.post("/admin/logout/")
    assert send_password(client, "jingban").headers["location"].startswith(CODE)
    settings.STAFF_TWO_FACTOR = "required"
    assert BANNER not in client.get(LOGIN).content.decode()


@pytest.mark.parametrize(
    ("role", "word", "found"),
    [
        ("production", "relaxed", ["accounts.E002"]),
        ("production", "required", []),
        ("embedded", "relaxed", []),
        ("embedded", "off", ["accounts.E001"]),
    ],
)
def test_production_refuses_to_relax_it(settings: Any, role: str, word: str, found: list[str]) -> None:
    settings.ROLE, settings.STAFF_TWO_FACTOR = role, word
    ours = [message.id for message in run_checks() if str(message.id).startswith("accounts.")]
    assert ours == found


def test_the_secret_of_one_session_is_not_that_of_another(client: Client, officer: User) -> None:
    """Somebody who knows the password and opens the page beforehand has not seen the secret that is used."""
    thief = Client()
    for visitor in (thief, client):
        send_password(visitor, "jingban", PASSWORD)
        visitor.get(ENROL)
    device = TOTPDevice.objects.get()
    assert client.session["second_factor_device"] == device.pk
    assert thief.session["second_factor_device"] != device.pk
