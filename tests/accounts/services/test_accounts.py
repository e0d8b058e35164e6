"""Accounts made, corrected, helped: refusals name the field and the remedy, each deed has its event."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from portal.accounts.models import Authority, Role, User
from portal.accounts.services import failed_logins
from portal.accounts.services.accounts import (
    AccountRefused,
    as_seen,
    correct_account,
    create_account,
    reset_password,
    reset_two_factor,
    unlock,
)
from portal.accounts.services.grants import GrantRefused, leave_office
from portal.accounts.standing import standing_of
from portal.audit.models import AuditEvent
from tests.factories.login import give_authenticator
from tests.factories.people import make_person
from tests.factories.register import make_authority, make_bureau, make_merged_districts

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_person("guanli", Role.SYSADMIN)


def test_a_new_account_has_a_password_and_no_power(admin: User) -> None:
    user, password = create_account(
        " ZhangSan ", " 张 三 ", make_bureau(), email="zs@example.cn", reason="新进人员", actor=admin
    )
    assert (user.username, str(user), user.password_is_initial) == ("zhangsan", "张 三", True)
    assert user.check_password(password)
    assert standing_of(user).posts == ()
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.object_id, event.actor_id) == (
        "accounts.user.created",
        str(user.pk),
        admin.pk,
    )
    assert password not in str(vars(event))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": "张三"}, "username"),
        ({"username": "ab"}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "zhangsan\n"}, ""),
        ({"username": "GUANLI"}, "username"),
        ({"name": "三"}, "name"),
        ({"name": "三" * 41}, "name"),
        ({"email": "not-an-address"}, "email"),
        ({"email": "Taken@example.cn"}, "email"),
        ({"reason": ""}, "reason"),
        ({"office": "abolished"}, "office"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(admin: User, change: dict[str, Any], field: str) -> None:
    make_person("other", email="taken@example.cn")
    old, _other, _new = make_merged_districts()
    given = {"username": "zhangsan", "name": "张三", "office": make_bureau(), "reason": "新进", **change}
    if given["office"] == "abolished":
        given["office"] = make_authority(old)
    if not field:
        assert create_account(**given)[0].username == "zhangsan"
        return
    with pytest.raises(GrantRefused) as refused:
        create_account(**given)
    assert refused.value.field == field


def test_a_correction_says_what_changed_and_does_not_overwrite_another(admin: User) -> None:
    person, office = make_person("jingban"), make_authority()
    seen = as_seen(person)
    correct_account(
        person, name="李四", email="ls@example.cn", office=office, reason="更名", seen=seen, actor=admin
    )
    event = AuditEvent.objects.latest("pk")
    assert event.before == {"first_name": "", "email": "", "office": make_bureau().code}
    assert event.after == {"first_name": "李四", "email": "ls@example.cn", "office": office.code}
    with pytest.raises(AccountRefused, match=r"其他人修改.*李四"):
        correct_account(person, name="王五", email="", office=office, reason="更名", seen=seen, actor=admin)
    with pytest.raises(AccountRefused, match="没有任何改动"):
        correct_account(person, name="李四", email="ls@example.cn", office=office, reason="更名", actor=admin)


def test_nobody_resets_the_own_account_or_one_that_left(admin: User) -> None:
    for deed in (reset_password, reset_two_factor):
        with pytest.raises(AccountRefused, match="本人"):
            deed(admin, reason="忘记", actor=admin)
    gone, jigou = make_person("lizhi"), User.objects.create_user("jigou", kind=User.Kind.INSTITUTION)
    leave_office(gone, reason="离职")
    for person, said in ((gone, "离任"), (jigou, "机构账号")):
        for deed in (reset_password, reset_two_factor, unlock):
            with pytest.raises(AccountRefused, match=said):
                deed(person, reason="忘记", actor=admin)


def test_a_reset_needs_something_to_reset(admin: User) -> None:
    person = make_person("jingban")
    with pytest.raises(AccountRefused, match="没有绑定验证器"):
        reset_two_factor(person, reason="手机丢失", actor=admin)
    with pytest.raises(AccountRefused, match="没有被锁定"):
        unlock(person, reason="误锁", actor=admin)
    give_authenticator(person)
    reset_two_factor(person, reason="手机丢失", actor=admin)
    for _ in range(6):
        failed_logins.note_failure("jingban", "192.0.2.1", step="password")
    assert failed_logins.locked_until(person) is not None
    unlock(person, reason="误锁", actor=admin)
    assert failed_logins.locked_until(person) is None
    recorded = AuditEvent.objects.filter(actor_id=admin.pk, reason__in=("手机丢失", "误锁"))
    assert set(recorded.values_list("action", flat=True)) == {
        "accounts.second_factor.reset",
        "accounts.login.unlocked",
    }


class TestCommands:
    """What an operator does on a fresh portal, or when nobody can log in any more."""

    def call(self, *words: str) -> str:
        out = StringIO()
        call_command(*words, stdout=out)
        return out.getvalue()

    def test_the_first_administrator(self) -> None:
        with pytest.raises(CommandError, match="load_reference"):
            self.call("create_administrator", "root-admin", "王管理")
        assert not User.objects.exists()
        make_bureau()
        said = self.call("create_administrator", "root-admin", "王管理")
        user = User.objects.get()
        assert user.check_password(said.strip().rpartition("：")[2])
        assert standing_of(user).roles == {Role.SYSADMIN}
        with pytest.raises(CommandError, match="已有系统管理员：王管理"):
            self.call("create_administrator", "second", "李管理")
        assert "李管理" in self.call("create_administrator", "second", "李管理", "--another")
        with pytest.raises(CommandError, match="登录名"):
            self.call("create_administrator", "X", "李管理", "--another")

    def test_superusers_are_refused_with_the_way_to_go(self) -> None:
        with pytest.raises(CommandError, match="create_administrator"):
            call_command("createsuperuser", username="root", email="r@example.cn", interactive=False)

    def test_a_lost_second_factor(self, admin: User) -> None:
        give_authenticator(admin)
        with pytest.raises(CommandError, match="没有登录名"):
            self.call("reset_second_factor", "nobody", "--reason", "丢失")
        assert "下次登录时重新绑定" in self.call("reset_second_factor", "guanli", "--reason", "丢失")
        with pytest.raises(CommandError, match="没有绑定"):
            self.call("reset_second_factor", "guanli", "--reason", "丢失")
        assert Authority.objects.exists()
