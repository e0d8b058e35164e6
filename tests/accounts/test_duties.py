"""What accounts ask of people: each duty reaches those who can act on it, and nobody else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.accounts import duties
from portal.accounts.models import Absence, Role, User
from portal.accounts.services.grants import enter_absence, grant_role
from portal.audit.examination import ACTION
from portal.audit.record import record
from portal.contracts.duties import Consequence, Duties
from tests.factories.people import make_person
from tests.factories.register import make_bureau, make_centre

pytestmark = pytest.mark.django_db
ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def today() -> dt.date:
    return timezone.localdate()


def whats(found: Duties) -> list[str]:
    return [duty.what for duty in found.items]


def test_ending_grants_reach_administrators_and_the_heads_of_the_office(today: dt.date) -> None:
    bureau, centre = make_bureau(), make_centre()
    sysadmin = make_person("sysadmin", Role.SYSADMIN, office=bureau)
    head, other_head = (
        make_person("head", Role.HEAD, office=centre),
        make_person("other", Role.HEAD, office=bureau),
    )
    auditor = make_person("auditor", Role.AUDITOR, office=bureau)
    for name, days in (("soon", 14), ("sooner", 3), ("later", 40)):
        user = make_person(name, office=centre, first_name=name)
        grant_role(user, Role.CASE_OFFICER, centre, reason="测试", last_day=today + days * ONE_DAY)
    renewed = make_person("renewed", office=centre)
    grant_role(renewed, Role.CASE_OFFICER, centre, reason="测试", last_day=today + ONE_DAY)
    grant_role(renewed, Role.CASE_OFFICER, centre, reason="测试", first_day=today + 2 * ONE_DAY)
    expected = ["sooner的“经办人”授权即将到期", "soon的“经办人”授权即将到期"]
    for user, action in ((sysadmin, "续期或交接"), (head, "查看授权")):
        with CaptureQueriesContext(connection) as queries:
            found = duties.find_ending_grants(user, today, 5)
        assert whats(found) == expected
        assert {duty.action for duty in found.items} == {action}
        assert found.items[0].due == today + 3 * ONE_DAY
        # Nothing for the renewed one; the third shows fourteen days before its end.
        assert found.next_day == today + 26 * ONE_DAY
        assert len(queries) <= 6
    assert duties.find_ending_grants(sysadmin, today, 1).total == 2
    assert not duties.find_ending_grants(other_head, today, 5).items
    assert not duties.find_ending_grants(auditor, today, 5).items


def test_the_substitute_is_told_before_the_absence_begins(today: dt.date) -> None:
    away, substitute = make_person("away", Role.CASE_OFFICER, first_name="张三"), make_person("substitute")
    enter_absence(away, substitute, today + 2 * ONE_DAY, today + 5 * ONE_DAY, reason="休假")
    found = duties.find_substitutions(substitute, today, 5)
    assert whats(found) == ["张三即将不在岗，由您替代"]
    assert found.items[0].due == today + 2 * ONE_DAY
    assert not duties.find_substitutions(away, today, 5).items
    Absence.objects.update(first_day=today + 5 * ONE_DAY)
    found = duties.find_substitutions(substitute, today, 5)
    assert (found.total, found.next_day) == (0, today + 2 * ONE_DAY)


def test_people_without_an_authenticator_are_counted_for_administrators(today: dt.date) -> None:
    sysadmin = make_person("sysadmin", Role.SYSADMIN)
    officer = make_person("officer", Role.CASE_OFFICER)
    make_person("without-role")
    assert whats(duties.find_without_second_factor(sysadmin, today, 5)) == ["2 个有授权的账号尚未绑定验证器"]
    assert not duties.find_without_second_factor(officer, today, 5).items
    for user in (sysadmin, officer):
        TOTPDevice.objects.create(user=user, confirmed=True)
    assert duties.find_without_second_factor(sysadmin, today, 5) == Duties()


def examined(sound: bool, days_ago: int = 0) -> None:
    moment = timezone.now() - days_ago * ONE_DAY
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: moment)
        record(ACTION, ("audit.chain", "1", "审计链"), after={"sound": sound, "first": "事件 7 被改动"})


def test_the_auditor_hears_of_a_log_that_is_unsound_old_or_not_linked(
    today: dt.date, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor: User = make_person("auditor", Role.AUDITOR)
    officer = make_person("officer", Role.CASE_OFFICER)
    assert not duties.find_unsound_log(auditor, today, 5).items
    examined(sound=True, days_ago=3)
    assert whats(duties.find_unsound_log(auditor, today, 5)) == [
        "审计日志超过两天没有核对",
        "审计事件没有入链",
    ]
    examined(sound=False)
    (unsound, _unlinked) = duties.find_unsound_log(auditor, today, 5).items
    assert (unsound.what, unsound.why) == ("审计日志核对发现问题", "事件 7 被改动")
    assert unsound.consequence is Consequence.OVERDUE
    assert duties.find_unsound_log(officer, today, 5) == Duties()
    examined(sound=True)
    monkeypatch.setattr(duties, "UNLINKED_FOR", 10 * ONE_DAY)
    assert not duties.find_unsound_log(auditor, today, 5).items
