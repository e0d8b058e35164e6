"""Roles by the day: given, ended, stood in for, left behind; each with a reason and an event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from portal.accounts.groups import sync_groups
from portal.accounts.models import Absence, Authority, Grant, Role, User
from portal.accounts.services.grants import (
    GrantRefused,
    cancel_absence,
    end_grant,
    enter_absence,
    grant_role,
    holders,
    leave_office,
)
from portal.accounts.standing import standing_of
from portal.audit.models import AuditEvent
from tests.factories.people import make_person
from tests.factories.register import make_authority, make_bureau, make_merged_districts

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 23)
ONE = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(dt.datetime(2026, 11, 23, 2, 0, tzinfo=dt.UTC), tick=False) as travelling:
        yield travelling


@pytest.fixture
def admin() -> User:
    return make_person("guanli", Role.SYSADMIN)


def roles_on(user: User, day: dt.date) -> set[Role]:
    return set(standing_of(User.objects.get(pk=user.pk), day).roles)


def test_a_grant_holds_from_its_first_to_its_last_day(admin: User) -> None:
    person = make_person("jingban")
    grant = grant_role(
        person,
        Role.EDITOR,
        make_bureau(),
        reason=" 渝人社  5号 ",
        first_day=DAY,
        last_day=DAY + ONE,
        actor=admin,
    )
    assert [bool(roles_on(person, DAY + n * ONE)) for n in (-1, 0, 1, 2)] == [False, True, True, False]
    assert (grant.reason, grant.granted_by) == ("渝人社 5号", admin)
    event = AuditEvent.objects.latest("pk")
    assert (event.action, event.actor_id, event.reason) == ("accounts.grant.given", admin.pk, "渝人社 5号")
    assert holders(Role.EDITOR, make_bureau(), DAY) == [person]
    assert holders(Role.EDITOR, make_bureau(), DAY + 2 * ONE) == []


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"reason": " "}, "reason", "理由"),
        ({"last_day": DAY - ONE}, "last_day", "早于首日"),
        ({"role": Role.CASE_OFFICER}, "role", "已有该角色"),
        ({"role": Role.AUDITOR}, "role", "须与其他角色分开"),
        ({"role": Role.SYSADMIN}, "role", "须与其他角色分开"),
        ({"user": "own"}, "user", "不能为本人授权"),
        ({"user": "institution"}, "user", "机构账号"),
        ({"user": "left"}, "user", "离任"),
        ({"user": "auditor", "role": Role.EDITOR}, "role", "须与其他角色分开"),
        ({"office": "abolished"}, "office", "请选择承继机关"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(
    admin: User, change: dict[str, Any], field: str, said: str
) -> None:
    people: dict[str, Callable[[], User]] = {
        "own": lambda: admin,
        "institution": lambda: User.objects.create_user("jigou", kind=User.Kind.INSTITUTION),
        "left": lambda: User.objects.create_user("gone", is_active=False, left_on=DAY),
        "auditor": lambda: make_person("shenji", Role.AUDITOR),
        "": lambda: make_person("jingban", Role.CASE_OFFICER),
    }
    old, _other, _new = make_merged_districts()
    offices = {"abolished": make_authority(old), "": make_bureau()}
    given = {"role": Role.EDITOR, "reason": "任职", **change}
    given |= {"user": people[given.get("user", "")](), "office": offices[given.get("office", "")]}
    before = Grant.objects.count()
    with pytest.raises(GrantRefused, match=said) as refused:
        grant_role(**given, actor=admin)
    assert refused.value.field == field
    assert Grant.objects.count() == before


def test_roles_that_stay_apart_may_follow_each_other(admin: User) -> None:
    person = make_person("jingban")
    grant_role(person, Role.EDITOR, make_bureau(), reason="任职", last_day=DAY, actor=admin)
    grant_role(person, Role.AUDITOR, make_bureau(), reason="轮岗", first_day=DAY + ONE, actor=admin)
    assert roles_on(person, DAY) == {Role.EDITOR}
    assert roles_on(person, DAY + ONE) == {Role.AUDITOR}


def test_an_end_is_final_and_the_second_one_is_told(admin: User) -> None:
    person = make_person("jingban", Role.CASE_OFFICER)
    grant = Grant.objects.get(user=person)
    with pytest.raises(GrantRefused, match="过去的授权不能改写"):
        end_grant(grant, last_day=DAY - 2 * ONE, reason="调离", actor=admin)
    with pytest.raises(GrantRefused, match="不能终止本人"):
        end_grant(grant, last_day=DAY, reason="调离", actor=person)
    end_grant(grant, last_day=DAY, reason="调离", actor=admin)
    assert roles_on(person, DAY) == {Role.CASE_OFFICER}
    assert roles_on(person, DAY + ONE) == set()
    with pytest.raises(GrantRefused, match="已于2026-11-23终止"):
        end_grant(grant, last_day=DAY, reason="再来", actor=make_person("guanli2", Role.SYSADMIN))
    # Shortened to yesterday, it ends at once.
    end_grant(grant, last_day=DAY - ONE, reason="立即", actor=admin)
    assert not User.objects.get(pk=person.pk).groups.exists()


def test_groups_follow_on_the_day_whatever_else_has_run(admin: User, clock: Any, client: Any) -> None:
    person = make_person("bianji")
    grant_role(person, Role.EDITOR, make_bureau(), reason="任职", last_day=DAY, actor=admin)
    client.force_login(person)
    assert client.get("/admin/").status_code == 200
    assert [group.name for group in person.groups.all()] == ["编辑"]
    clock.shift(dt.timedelta(days=1))
    client.force_login(person)
    assert client.get("/admin/").status_code == 403
    assert not person.groups.exists()
    assert sync_groups(User.objects.get(pk=person.pk)) is False


def test_a_group_given_by_hand_is_gone_at_the_next_request(client: Any) -> None:
    person = make_person("jingban", Role.CASE_OFFICER)
    publisher = make_person("fabu", Role.PUBLISHER)
    person.groups.add(*publisher.groups.all())
    client.force_login(person)
    client.get("/admin/")
    assert [group.name for group in person.groups.all()] == ["经办人"]


def test_nobody_is_a_superuser_whatever_is_tried() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_superuser("root", password="x")


def test_a_substitute_has_the_roles_of_the_absent_at_the_shared_office_only(admin: User) -> None:
    district, bureau = make_authority(), make_bureau()
    head = make_person("fuzeren", Role.HEAD, office=district)
    grant_role(head, Role.EDITOR, bureau, reason="借调", actor=admin)
    officer = make_person("jingban", Role.CASE_OFFICER, office=district)
    absence = enter_absence(head, officer, DAY + ONE, DAY + 2 * ONE, reason="出差", actor=head)
    days = {day: roles_on(officer, day) for day in (DAY, DAY + ONE, DAY + 2 * ONE, DAY + 3 * ONE)}
    both = {Role.CASE_OFFICER, Role.HEAD}
    assert list(days.values()) == [{Role.CASE_OFFICER}, both, both, {Role.CASE_OFFICER}]
    posts = standing_of(User.objects.get(pk=officer.pk), DAY + ONE).posts
    assert {(post.role, post.stands_in_for) for post in posts} == {
        (Role.CASE_OFFICER, None),
        (Role.HEAD, head.pk),
    }
    cancel_absence(absence, reason="行程取消", actor=head)
    assert roles_on(officer, DAY + ONE) == {Role.CASE_OFFICER}
    with pytest.raises(GrantRefused, match="已经取消"):
        cancel_absence(absence, reason="再来", actor=head)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.SYSADMIN])
def test_powers_that_stay_apart_are_never_substituted(role: Role) -> None:
    absent, substitute = make_person("a-person", role), make_person("b-person", Role.EDITOR)
    enter_absence(absent, substitute, DAY, DAY, reason="出差")
    assert roles_on(substitute, DAY) == {Role.EDITOR}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"substitute": "self"}, "substitute"),
        ({"substitute": "elsewhere"}, "substitute"),
        ({"substitute": "left"}, "substitute"),
        ({"substitute": "away"}, "substitute"),
        ({"user": "away", "substitute": "there"}, "first_day"),
        ({"first_day": DAY - ONE}, "first_day"),
        ({"last_day": DAY - ONE, "first_day": DAY}, "last_day"),
        ({"reason": ""}, "reason"),
    ],
)
def test_an_absence_that_does_not_fit_is_refused(change: dict[str, Any], field: str) -> None:
    office = make_authority()
    people = {
        "self": make_person("benren", Role.HEAD, office=office),
        "there": make_person("tongshi", Role.CASE_OFFICER, office=office),
        "elsewhere": make_person("waidi", Role.CASE_OFFICER),
        "left": make_person("lizhi", office=office),
        "away": make_person("waichu", Role.CASE_OFFICER, office=office),
    }
    leave_office(people["left"], reason="离职")
    enter_absence(people["away"], people["self"], DAY, DAY + ONE, reason="休假")
    given = {
        "user": "self",
        "substitute": "there",
        "first_day": DAY,
        "last_day": DAY,
        "reason": "出差",
        **change,
    }
    given |= {"user": people[given["user"]], "substitute": people[given["substitute"]]}
    with pytest.raises(GrantRefused) as refused:
        enter_absence(**given)
    assert refused.value.field == field


def test_who_leaves_keeps_a_history_and_nothing_else(admin: User) -> None:
    office = make_authority()
    person, other = (make_person(name, Role.CASE_OFFICER, office=office) for name in ("jingban", "tongshi"))
    enter_absence(other, person, DAY, DAY + 5 * ONE, reason="休假")
    with pytest.raises(GrantRefused, match="本人的离任"):
        leave_office(person, reason="离职", actor=person)
    leave_office(person, reason="离职", actor=admin)
    person = User.objects.get(pk=person.pk)
    assert (person.is_active, person.left_on) == (False, DAY)
    assert roles_on(person, DAY) == set()
    assert Grant.objects.get(user=person).end_reason == "离职"
    assert Absence.objects.get().cancelled_at is not None
    assert AuditEvent.objects.filter(object_type="accounts.user", action="accounts.user.left").exists()
    with pytest.raises(GrantRefused, match="已于2026-11-23离任"):
        leave_office(person, reason="再来", actor=admin)


def test_the_grants_of_an_abolished_office_go_on_at_its_successor() -> None:
    old, other, new = (make_authority(district) for district in make_merged_districts())
    person = make_person("jiangbei")
    Grant.objects.create(
        user=person, role=Role.CASE_OFFICER, office=old, reason="任职", first_day=dt.date(2024, 1, 1)
    )
    before, after = (
        standing_of(User.objects.get(pk=person.pk), day)
        for day in (dt.date(2025, 11, 5), dt.date(2025, 11, 6))
    )
    assert before.offices() == {old.pk}
    assert after.offices() == {new.pk}
    assert after.with_predecessors(frozenset({new.pk})) == {old.pk, other.pk, new.pk}
    assert after.territories[new.pk] == {
        office.district_id for office in Authority.objects.filter(pk__in=[old.pk, other.pk, new.pk])
    }
