"""Sessions end by themselves, with a password, with a person; what a page asks for by itself does not count."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client

from portal.accounts.models import Role, User
from portal.accounts.services.accounts import reset_password
from portal.accounts.services.grants import end_sessions, leave_office
from tests.factories.login import LOGIN, log_in
from tests.factories.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 23, 4, 0, tzinfo=dt.UTC)
NEW = "quite-Another-81"


@pytest.fixture
def officer() -> User:
    return make_person("jingban", Role.CASE_OFFICER)


@pytest.mark.parametrize(
    ("pause", "times", "alive"),
    [(29, 1, True), (32, 1, False), (25, 18, True), (25, 20, False)],
    ids=["in time", "half an hour idle", "busy for seven hours", "busy for eight hours"],
)
def test_half_an_hour_idle_or_eight_hours_in_all(
    client: Client, officer: User, pause: int, times: int, alive: bool
) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        log_in(client, officer)
        for _ in range(times):
            clock.shift(dt.timedelta(minutes=pause))
            page = client.get("/admin/absences/?p=1")
        assert (page.status_code == 200) == alive
        if not alive:
            assert page.headers["location"].startswith(f"{LOGIN}?next=%2Fadmin%2Fabsences%2F%3Fp%3D1&ended=")
            said = client.get(page.headers["location"]).content.decode()
            assert ("半小时没有操作" if pause == 32 else "已满8小时") in said
            # And back to where one was.
            again = client.post(page.headers["location"], {"username": "jingban", "password": PASSWORD})
            assert again.headers["location"] == "/admin/absences/?p=1"


def test_a_script_is_told_without_a_page_and_a_form_leads_back_to_it(client: Client, officer: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        for headers, status in (
            ({"X-Requested-With": "XMLHttpRequest"}, 403),
            ({"Referer": "http://testserver/admin/absences/new/"}, 302),
        ):
            log_in(client, officer)
            clock.shift(dt.timedelta(minutes=40))
            page = client.post("/admin/absences/new/", {"reason": "出差"}, headers=headers)
            assert page.status_code == status
        assert "%2Fadmin%2Fabsences%2Fnew%2F" in page.headers["location"]
        # A foreign page as the way back is refused.
        log_in(client, officer)
        clock.shift(dt.timedelta(minutes=40))
        page = client.post("/admin/absences/new/", headers={"Referer": "https://evil.example/"})
        assert page.headers["location"] == f"{LOGIN}?next=%2Fadmin%2F&ended=idle"


def test_only_a_person_keeps_it_alive(client: Client, officer: User) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        log_in(client, officer)
        for _ in range(2):
            clock.shift(dt.timedelta(minutes=10))
            client.post("/admin/editing-sessions/ping/notices/noticepage/1/1/")
            left = client.get("/admin/session/").json()["left"]
        assert left == 600
        assert client.post("/admin/session/extend/").json()["left"] == 1800
        clock.shift(dt.timedelta(minutes=40))
        assert client.get("/admin/session/").json() == {"left": 0, "token": ""}
        assert client.post(
            "/admin/session/extend/", headers={"X-Requested-With": "XMLHttpRequest"}
        ).status_code in (200, 403)


def test_a_new_password_ends_the_sessions_elsewhere(client: Client, officer: User) -> None:
    elsewhere = Client()
    for visitor in (client, elsewhere):
        log_in(visitor, officer)
    before = client.session.session_key
    page = client.post(
        "/admin/security/password/",
        {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW},
    )
    assert page.headers["location"] == "/admin/"
    assert client.session.session_key != before
    assert client.get("/admin/").status_code == 200
    assert elsewhere.get("/admin/").headers["location"].startswith(LOGIN)


@pytest.mark.parametrize("deed", ["leave", "reset"])
def test_sessions_end_at_once_with_the_person(client: Client, officer: User, deed: str) -> None:
    log_in(client, officer)
    if deed == "leave":
        leave_office(officer, reason="调离")
    else:
        reset_password(officer, reason="忘记密码")
    assert not Session.objects.filter(pk=client.session.session_key).exists()
    assert client.get("/admin/").headers["location"].startswith(LOGIN)


def test_only_the_sessions_of_the_account_end(client: Client, officer: User) -> None:
    other = Client()
    log_in(other, make_person("bieren", Role.CASE_OFFICER))
    log_in(client, officer)
    assert end_sessions(officer) == 1
    assert other.get("/admin/").status_code == 200
