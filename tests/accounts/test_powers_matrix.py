"""Roles × offices × objects × actions: exactly what the table of powers says, and nothing else."""

from __future__ import annotations

import csv
from collections import defaultdict
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from portal.accounts.checks import table_and_program_agree
from portal.accounts.models import Authority, District, Grant, Role, User
from portal.accounts.powers import TABLE, Action, PowersTableError, powers_table, rows_for
from portal.accounts.scoping import (
    declared_scopes,
    get_visible_or_404,
    may,
    may_any,
    scope_of,
    thing_of,
    visible,
)
from portal.audit.models import AuditEvent
from portal.register.models import CalendarYear, Filing, Occupation, Standard
from tests.factories.offices import RELATIONS, SEATS, Administration, make_administration
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db
ON_FILINGS = ("评价机构", "备案", "备案范围", "评价场地", "收费标准", "备案事项")
FOR_ALL = {
    "审计记录": AuditEvent,
    "区县": District,
    "备案管理机构": Authority,
    "职业": Occupation,
    "职业标准": Standard,
    "节假日": CalendarYear,
}


def read_table() -> dict[tuple[str, str, str], list[tuple[str, str]]]:
    """(object, role, action) → (任职机关, 范围), read here anew and not through the program."""
    found: dict[tuple[str, str, str], list[tuple[str, str]]] = defaultdict(list)
    with TABLE.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            for action in ("列表", "打开", "修改", "导出", "检索", "附件"):
                if row[action] == "是":
                    found[row["对象"], row["角色"], action].append((row["任职机关"], row["范围"]))
    return found


@pytest.fixture
def administration() -> Administration:
    return make_administration()


def test_what_hangs_on_filings_is_reached_exactly_as_the_table_says(administration: Administration) -> None:
    table, wrong = read_table(), []
    objects = {name: administration.hanging_on(name) for name in RELATIONS}
    for role in Role:
        for office in SEATS:
            user = administration.person(role, office)
            for thing in ON_FILINGS:
                rows = type(objects["yuzhong"][thing])._default_manager.all()
                for action in Action:
                    seen = set(visible(user, action, rows).values_list("pk", flat=True))
                    allowed = table[thing, str(role.label), action.value]
                    for name, relations in RELATIONS.items():
                        reaches = {relations.get(office), "全部"}
                        expected = any(seat in SEATS[office] and reach in reaches for seat, reach in allowed)
                        if (objects[name][thing].pk in seen) is not expected:
                            wrong.append((role, office, thing, name, action.value, expected))
    assert wrong == []


def test_what_belongs_to_nobody_in_particular_is_seen_whole_or_not_at_all(
    administration: Administration,
) -> None:
    table, wrong = read_table(), []
    for thing, model in FOR_ALL.items():
        everything = model._default_manager.count()
        assert everything, thing
        for role in Role:
            for office in SEATS:
                user = administration.person(role, office)
                for action in Action:
                    expected = any(
                        seat in SEATS[office] for seat, _reach in table[thing, str(role.label), action.value]
                    )
                    count = visible(user, action, model._default_manager.all()).count()
                    # An event or a person made between the two counts does not matter: all or nothing.
                    if bool(count) is not expected or (expected and count < everything):
                        wrong.append((role, office, thing, action.value, expected, count))
    assert wrong == []


def test_people_grants_and_absences_stay_inside_the_office(administration: Administration) -> None:
    for role in Role:
        for office in SEATS:
            administration.person(role, office)
    own = {
        office: set(User.objects.filter(office=row).values_list("pk", flat=True))
        for office, row in administration.offices.items()
    }
    for role in Role:
        for office in SEATS:
            user = administration.person(role, office)
            seen = set(visible(user, Action.LIST, User.objects.all()).values_list("pk", flat=True))
            grants = set(visible(user, Action.LIST, Grant.objects.all()).values_list("user", flat=True))
            if role in (Role.AUDITOR, Role.SYSADMIN):
                assert seen == grants == set().union(*own.values())
            elif role is Role.HEAD:
                assert seen == grants == own[office]
            else:
                assert seen == grants == set()
            assert may(user, Action.EDIT, user) is (role is Role.SYSADMIN)


def test_without_a_grant_nothing_is_seen(administration: Administration) -> None:
    stranger = make_person("stranger", office=administration.offices["yuzhong"])
    applicant = User.objects.create_user("applicant", kind=User.Kind.INSTITUTION)
    gone = make_person("gone", Role.AUDITOR)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    for user in (stranger, applicant, User.objects.get(pk=gone.pk), AnonymousUser()):
        for scope in declared_scopes():
            for action in Action:
                assert not may_any(user, action, scope.model), (user, scope.thing, action)
                assert not visible(user, action, scope.model._default_manager.all()).exists()


def test_what_nobody_declared_is_seen_by_nobody(administration: Administration) -> None:
    from django.contrib.sessions.models import Session

    assert scope_of(Session) is None
    assert thing_of(Session) == ""
    auditor = administration.person(Role.AUDITOR, "bureau")
    assert not may_any(auditor, Action.LIST, Session)


def test_strangers_learn_nothing_and_readers_are_refused(administration: Administration) -> None:
    own, other = administration.filings["yuzhong"], administration.filings["wanzhou"]
    officer = administration.person(Role.CASE_OFFICER, "yuzhong")
    assert get_visible_or_404(officer, Action.EDIT, Filing.objects.all(), pk=own.pk) == own
    with pytest.raises(Http404):
        get_visible_or_404(officer, Action.EDIT, Filing.objects.all(), pk=other.pk)
    guide = administration.person(Role.CASE_OFFICER, "centre")
    with pytest.raises(Exception) as refusal:  # noqa: PT011 - the type is what is asked
        get_visible_or_404(guide, Action.EDIT, Filing.objects.all(), pk=own.pk)
    assert type(refusal.value).__name__ == "PermissionDenied"


def test_one_question_costs_one_query_besides_the_standing(
    administration: Administration, django_assert_num_queries: Any
) -> None:
    officer = administration.person(Role.CASE_OFFICER, "yuzhong")
    with django_assert_num_queries(4):  # absences, grants, offices, the filings
        assert visible(officer, Action.LIST, Filing.objects.all()).count() == 2
    with django_assert_num_queries(1):
        assert visible(officer, Action.EDIT, Filing.objects.all()).count() == 1


class TestTheTableItself:
    """What has to hold whatever else is written into the file."""

    def test_every_word_of_it_is_declared(self) -> None:
        assert {row.thing for row in powers_table()} == {scope.thing for scope in declared_scopes()}

    def test_the_system_check_names_what_only_one_of_them_knows(self, monkeypatch: Any) -> None:
        assert table_and_program_agree(None) == []
        known = declared_scopes()[1:]
        monkeypatch.setattr("portal.accounts.checks.declared_scopes", lambda: known)
        assert [error.id for error in table_and_program_agree(None)] == ["accounts.E004"]

    def test_the_auditor_reads_all_and_changes_nothing(self) -> None:
        for scope in declared_scopes():
            assert not [row for row in rows_for(scope.thing, Action.EDIT) if row.role is Role.AUDITOR]
            assert [row for row in rows_for(scope.thing, Action.OPEN) if row.role is Role.AUDITOR], (
                scope.thing
            )

    def test_the_system_administrator_has_no_case_data(self) -> None:
        things = {row.thing for row in powers_table() if row.role is Role.SYSADMIN}
        assert things == {
            "账号", "授权", "外出与替代", "职业", "职业标准", "区县", "备案管理机构", "节假日",
        }  # fmt: skip

    def test_nobody_changes_the_audit_log(self) -> None:
        assert rows_for("审计记录", Action.EDIT) == ()

    def test_case_data_is_changed_at_the_own_office_only(self) -> None:
        for thing in (*ON_FILINGS, "批注", "导入", "公告", "文件"):
            assert {row.reach.value for row in rows_for(thing, Action.EDIT)} <= {"本机关"}, thing

    def test_a_wrong_word_is_named_with_its_line(self, monkeypatch: Any, tmp_path: Any) -> None:
        wrong = tmp_path / "powers.csv"
        text = TABLE.read_text(encoding="utf-8-sig").replace("经办人", "经办员", 1)
        wrong.write_text(text, encoding="utf-8-sig")
        monkeypatch.setattr("portal.accounts.powers.TABLE", wrong)
        powers_table.cache_clear()
        try:
            with pytest.raises(PowersTableError, match=r"第 2 行“角色”.*经办员"):
                powers_table()
        finally:
            monkeypatch.undo()
            powers_table.cache_clear()
