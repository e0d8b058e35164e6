"""The daily run: every step once a day, whoever calls; one that fails stops nobody and is tried again."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections
from django.utils import timezone

from portal import daily
from portal.accounts.models import DailyRun, Grant, Role
from portal.accounts.standing import forget_standing
from portal.audit.models import AuditEvent
from portal.contracts import daily as contract
from portal.contracts.daily import DailyStep, register_daily
from portal.daily import LEASE, PAUSE_AFTER_FAILURE, run_day, run_due
from tests.factories.people import make_person

TODAY = dt.date(2026, 11, 23)


class Calls:
    """Steps that note their calls; those in ``broken`` fail."""

    def __init__(self) -> None:
        self.made: list[tuple[str, dt.date]] = []
        self.broken: set[str] = set()

    def step(self, name: str, **more: object) -> None:
        """Register one."""

        def run(day: dt.date) -> str:
            self.made.append((name, day))
            if name in self.broken:
                raise RuntimeError("步骤出错")
            return f"{name} 完成"

        register_daily(DailyStep(name, run, **more))  # type: ignore[arg-type]

    @property
    def names(self) -> list[str]:
        """Names of the steps that ran, in order."""
        return [name for name, _day in self.made]


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    """Only the steps of the test."""
    monkeypatch.setattr(contract, "_steps", {})
    return Calls()


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Set the clock: ``at(8, 0)`` on the day of the test, Asia/Shanghai."""

    def set_clock(hour: int, minute: int, day: dt.date = TODAY) -> None:
        moment = timezone.make_aware(dt.datetime.combine(day, dt.time(hour, minute)))
        monkeypatch.setattr(timezone, "now", lambda: moment)

    return set_clock  # type: ignore[return-value]


@pytest.mark.django_db
def test_every_step_runs_once_a_day_and_a_failing_one_stops_nobody(calls: Calls) -> None:
    calls.step("second", order=20)
    calls.step("third", order=30)
    calls.step("first", order=10)
    calls.broken.add("second")
    with pytest.raises(CommandError, match="second"):
        call_command("run_daily", stdout=StringIO())
    assert calls.names == ["first", "second", "third"]
    calls.broken.clear()
    out = StringIO()
    call_command("run_daily", stdout=out)
    assert calls.names == ["first", "second", "third", "second"]
    assert "✓ second: second 完成" in out.getvalue()
    assert "· first: 完成 first 完成" in out.getvalue()
    call_command("run_daily", stdout=out)
    assert len(calls.made) == 4
    assert DailyRun.objects.get(step="second").tries == 2
    # Another day is another run, and is told to the steps.
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    call_command("run_daily", "--day", yesterday.isoformat(), stdout=out)
    assert calls.made[4:] == [("first", yesterday), ("second", yesterday), ("third", yesterday)]


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "words"), [("22.11.2026", "不是日期"), ("2999-01-01", "还没有到")])
def test_a_day_that_cannot_be_is_refused(calls: Calls, day: str, words: str) -> None:
    calls.step("first")
    with pytest.raises(CommandError, match=words):
        call_command("run_daily", "--day", day)
    assert not calls.made


@pytest.mark.django_db
def test_the_worker_waits_for_the_time_of_day_and_retries_after_a_pause(calls: Calls, at) -> None:  # type: ignore[no-untyped-def]
    calls.step("night")
    calls.step("morning", not_before=dt.time(8, 0))
    at(0, 4)
    assert run_due() == 0
    at(0, 6)
    assert (run_due(), run_due(), calls.names) == (1, 0, ["night"])
    calls.broken.add("morning")
    at(8, 0)
    assert (run_due(), run_due()) == (0, 0)
    assert calls.names == ["night", "morning"]
    calls.broken.clear()
    at(8, int(PAUSE_AFTER_FAILURE.total_seconds() // 60))
    assert (run_due(), run_due()) == (1, 0)
    assert calls.names == ["night", "morning", "morning"]
    at(0, 6, TODAY + dt.timedelta(days=1))
    assert run_due() == 1


@pytest.mark.django_db
def test_a_step_under_way_elsewhere_is_left_alone_until_its_lease_ends(calls: Calls) -> None:
    calls.step("long")
    now = timezone.now()
    row = DailyRun.objects.create(
        step="long", day=timezone.localdate(), outcome=DailyRun.Outcome.RUNNING, claimed_at=now
    )
    assert [report.outcome for report in run_day(row.day)] == ["skipped"]
    DailyRun.objects.update(claimed_at=now - LEASE)
    assert [report.outcome for report in run_day(row.day)] == ["done"]


@pytest.mark.django_db(transaction=True)
def test_of_two_that_start_at_once_one_runs_the_step(calls: Calls) -> None:
    calls.step("only")
    barrier = threading.Barrier(2)

    def start() -> None:
        barrier.wait()
        try:
            daily.run_day(TODAY)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls.names == ["only"]


@pytest.mark.django_db
def test_groups_follow_grants_that_ended_yesterday_and_dead_sessions_go() -> None:
    ended, lasting = make_person("ended", Role.EDITOR), make_person("lasting", Role.EDITOR)
    today = timezone.localdate()
    yesterday = today - dt.timedelta(days=1)
    Grant.objects.filter(user=ended).update(first_day=yesterday, last_day=yesterday, end_reason="测试")
    forget_standing(ended)
    for key, hours in (("dead", -1), ("alive", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=timezone.now() + dt.timedelta(hours=hours)
        )
    reports = {report.step: report for report in run_day(today)}
    assert reports["accounts.groups"].line == "更新 1 个账号的用户组"
    assert not ended.groups.exists()
    assert lasting.groups.exists()
    assert list(Session.objects.values_list("session_key", flat=True)) == ["alive"]
    events = AuditEvent.objects.filter(action__in=("accounts.groups.followed", "accounts.sessions.cleared"))
    assert {event.action for event in events} == {"accounts.groups.followed", "accounts.sessions.cleared"}
