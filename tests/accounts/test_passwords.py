"""Rules for passwords, said in Chinese; the initial one is changed before anything else."""

from __future__ import annotations

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from portal.accounts.models import FormerPassword, Role, User
from portal.accounts.passwords import initial_password
from portal.accounts.services.accounts import change_own_password, reset_password
from tests.factories.login import log_in, send_password
from tests.factories.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db
CHANGE = "/admin/security/password/"


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("Kurz-81", "至少"),
        ("onlysmallletters", "至少两类"),
        ("1234509876543", "至少两类"),
        ("password123", "常见"),
        ("xx-jingban-2026", "不能包含登录名"),
        ("quiet-River-81", ""),
        ("长城外古道边芳草碧连天", "至少两类"),
        ("长城外古道边芳草碧连天8", ""),
    ],
)
def test_what_is_refused_is_said(password: str, said: str) -> None:
    person = make_person("jingban")
    if not said:
        validate_password(password, person)
        return
    with pytest.raises(ValidationError, match=said):
        validate_password(password, person)


def test_none_of_the_last_five_again() -> None:
    person = make_person("jingban")
    used = [PASSWORD] + [f"quiet-River-{number}" for number in range(5)]
    for password in used[1:]:
        change_own_password(person, password)
    assert FormerPassword.objects.filter(user=person).count() == 5
    for password in used[1:]:
        with pytest.raises(ValidationError, match="最近5次"):
            validate_password(password, person)
    validate_password(used[0], person)
    validate_password(used[1], make_person("bieren"))


def test_an_initial_password_is_changed_before_anything_else(client: Client) -> None:
    person = make_person("jingban", Role.CASE_OFFICER)
    password = reset_password(person, reason="忘记密码", actor=make_person("guanli", Role.SYSADMIN))
    assert send_password(client, "jingban").status_code == 200
    assert send_password(client, "jingban", password).status_code == 302
    for path in ("/admin/", "/admin/security/enrol/", "/admin/accounts/"):
        assert client.get(path).headers["location"].startswith(CHANGE)
    assert "初始密码" in client.get(CHANGE).content.decode()
    page = client.post(
        CHANGE, {"old_password": password, "new_password1": password, "new_password2": password}
    )
    assert "最近5次" in page.content.decode()
    fields = {"old_password": password, "new_password1": "quiet-River-81", "new_password2": "quiet-River-81"}
    # What else is sent along changes nothing.
    extra = {"is_superuser": "on", "is_staff": "on", "kind": "institution", "username": "root"}
    client.post(CHANGE, fields | extra)
    person = User.objects.get(pk=person.pk)
    assert (person.password_is_initial, person.is_superuser, person.is_staff) == (False, False, False)
    assert (person.kind, person.username) == ("staff", "jingban")
    assert client.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "请输入当前密码"),
        ({"old_password": "wrong", "new_password1": "a", "new_password2": "a"}, "当前密码不正确"),
        ({"old_password": PASSWORD, "new_password1": "quiet-River-81", "new_password2": "b"}, "不一致"),
    ],
)
def test_what_is_wrong_on_the_form_is_said(client: Client, fields: dict[str, str], said: str) -> None:
    log_in(client, make_person("jingban", Role.CASE_OFFICER))
    page = client.post(CHANGE, fields)
    assert page.status_code == 200
    assert said in page.content.decode()


def test_guessing_the_present_password_locks_too(client: Client) -> None:
    log_in(client, make_person("jingban", Role.CASE_OFFICER))
    fields = {"old_password": "wrong", "new_password1": "quiet-River-81", "new_password2": "quiet-River-81"}
    statuses = [client.post(CHANGE, fields).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]


def test_initial_passwords_pass_the_rules_and_differ() -> None:
    made = {initial_password() for _ in range(20)}
    assert len(made) == 20
    for password in made:
        validate_password(password)
