"""The morning digest: one a person and day, on working days, of what there is to do and nothing else."""

from __future__ import annotations

import datetime as dt
import smtplib
import threading
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connections
from django.test import Client
from django.utils import timezone
from wagtail.users.models import UserProfile

from portal.accounts.models import DigestPreference, MorningDigest, Role, User
from portal.accounts.services import digest
from portal.accounts.services.digest import DigestsNotSent, send_digests
from portal.accounts.services.grants import enter_absence
from portal.accounts.standing import standing_of
from portal.audit.models import AuditEvent
from portal.contracts import duties as contract
from portal.contracts.duties import Consequence, Duties, Duty, DutySource, register_source
from portal.digest import send_on_working_days
from tests.factories.people import make_person

pytestmark = pytest.mark.django_db
State = MorningDigest.State


@pytest.fixture(autouse=True)
def cases(monkeypatch: pytest.MonkeyPatch) -> list[Duty]:
    """The only source: these duties, for everybody who is a case officer today."""
    found = [
        Duty(
            "1",
            "演示甲机构的申请\r\nBcc: x@example.cn",
            Consequence.TAKES_EFFECT,
            "审核",
            "/admin/case/1/",
            why="投诉人 王五",
            due=timezone.localdate(),
        ),
        Duty("2", "<b>演示乙机构</b>", Consequence.WAITING, "回复", "https://elsewhere.example/x"),
    ]

    def find(user: User, day: dt.date, limit: int) -> Duties:
        mine = found if Role.CASE_OFFICER in standing_of(user, day).roles else []
        return Duties(mine[:limit], len(mine))

    monkeypatch.setattr(contract, "_sources", {})
    register_source(DutySource("cases", "案件", find))
    return found


@pytest.fixture
def officer() -> User:
    return make_person("officer", Role.CASE_OFFICER, first_name="张三", email="zhang@example.cn")


def state_of(user: User) -> str:
    return MorningDigest.objects.get(user=user).state


def test_one_plain_mail_with_titles_and_links_to_this_portal_only(officer: User, settings: Any) -> None:
    settings.WAGTAILADMIN_BASE_URL = "https://portal.example.cn"
    make_person("nothing", Role.EDITOR, email="li@example.cn")
    make_person("no-address", Role.CASE_OFFICER)
    today = timezone.localdate()
    assert send_digests(today) == "发出 1 封，1 人没有待办"
    assert send_digests(today) == "发出 0 封，0 人没有待办"
    (message,) = mail.outbox
    assert message.to == ["zhang@example.cn"]
    assert message.subject == f"待办晨报（{today.month}月{today.day}日）：共2项，1项不办会自动生效"
    assert message.message().get_content_type() == "text/plain"
    body = str(message.body)
    assert body.startswith("张三，您好：")
    assert "1. 演示甲机构的申请 Bcc: x@example.cn\n" in body
    assert "1. <b>演示乙机构</b>\n" in body
    assert "今天到期" in body
    assert "审核：https://portal.example.cn/admin/case/1/" in body
    # What the sentence says may be about people; where a duty leads elsewhere, the list is linked.
    assert "王五" not in body
    assert "elsewhere" not in body
    assert {line.split("//")[1].split("/")[0] for line in body.splitlines() if "//" in line} == {
        "portal.example.cn"
    }
    assert AuditEvent.objects.filter(action="accounts.digest.sent").count() == 1
    assert MorningDigest.objects.count() == 2


def test_not_on_rest_days_and_not_for_days_gone_by(officer: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def on(day: dt.date) -> str:
        monkeypatch.setattr(timezone, "localdate", lambda *_: day)
        return send_on_working_days(day)

    assert on(dt.date(2026, 10, 1)) == "国庆节放假，不发晨报"
    assert on(dt.date(2026, 11, 22)) == "周末休息，不发晨报"
    assert not mail.outbox
    # A Saturday on which the State Council has people work (make-up day of the National Day).
    monkeypatch.setattr(digest, "send_digests", lambda day: "发出")
    assert on(dt.date(2026, 10, 10)) == "发出"
    monkeypatch.undo()
    assert send_digests(timezone.localdate() - dt.timedelta(days=1)) == "只发当天的晨报"


def test_a_substitute_gets_the_absent_persons_duties_and_the_absent_person_nothing(officer: User) -> None:
    other = make_person("other", Role.EDITOR, first_name="李四", email="li@example.cn")
    today = timezone.localdate()
    enter_absence(officer, other, today, today, reason="休假")
    send_digests(today)
    (message,) = mail.outbox
    assert message.to == ["li@example.cn"]
    assert "您今天替 张三（至" in message.body


class Server(EmailBackend):
    """A mail server that answers with what the test has put into ``plan``."""

    plan: list[Exception | None] = []
    handed_over: list[str] = []

    def send_messages(self, messages: Any) -> int:
        answer = self.plan.pop(0) if self.plan else None
        if answer is not None:
            raise answer
        self.handed_over += [message.to[0] for message in messages]
        return len(messages)


@pytest.fixture
def server(settings: Any) -> type[Server]:
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    Server.plan, Server.handed_over = [], []
    return Server


def test_a_refused_mail_is_tried_again_and_at_last_given_up(officer: User, server: type[Server]) -> None:
    today = timezone.localdate()
    server.plan = [smtplib.SMTPRecipientsRefused({})]
    with pytest.raises(DigestsNotSent, match="1 封未发出"):
        send_digests(today)
    assert state_of(officer) == State.FAILED
    send_digests(today)
    assert (state_of(officer), server.handed_over) == (State.SENT, ["zhang@example.cn"])
    MorningDigest.objects.update(state=State.PLANNED, tries=digest.MOST_TRIES - 1)
    server.plan = [smtplib.SMTPRecipientsRefused({})]
    send_digests(today)
    assert state_of(officer) == State.GIVEN_UP
    assert send_digests(today).startswith("发出 0 封")


def test_a_server_that_is_away_has_taken_nothing(
    officer: User, server: type[Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: Server) -> bool:
        raise ConnectionRefusedError("refused")

    with monkeypatch.context() as patch:
        patch.setattr(Server, "open", away)
        with pytest.raises(DigestsNotSent, match="邮件服务器无法连接"):
            send_digests(timezone.localdate())
    assert state_of(officer) == State.PLANNED
    send_digests(timezone.localdate())
    assert server.handed_over == ["zhang@example.cn"]


def test_what_broke_off_while_it_was_sent_is_never_sent_twice(officer: User, server: type[Server]) -> None:
    today = timezone.localdate()
    server.plan = [smtplib.SMTPServerDisconnected("gone")]
    send_digests(today)
    assert state_of(officer) == State.UNCLEAR
    # Killed in the moment of sending: the row says so, and after its lease nobody sends it again.
    MorningDigest.objects.update(state=State.SENDING, claimed_at=timezone.now() - digest.LEASE)
    send_digests(today)
    assert (state_of(officer), server.handed_over) == (State.UNCLEAR, [])
    # Killed before: the row is planned, and sent.
    MorningDigest.objects.update(state=State.PLANNED)
    send_digests(today)
    assert server.handed_over == ["zhang@example.cn"]


def test_only_urgent_ones_for_who_wants_that(officer: User, cases: list[Duty]) -> None:
    DigestPreference.objects.create(user=officer, wish=DigestPreference.Wish.URGENT)
    send_digests(timezone.localdate())
    assert "共1项" in mail.outbox[0].subject
    assert "演示乙机构" not in mail.outbox[0].body
    MorningDigest.objects.update(state=State.PLANNED)
    del cases[0]
    send_digests(timezone.localdate())
    assert (len(mail.outbox), state_of(officer)) == (1, State.NOTHING)


def test_the_wish_is_set_on_the_own_account_page(officer: User, client: Client) -> None:
    client.force_login(officer)
    page = client.get("/admin/account/").content.decode()
    assert "待办晨报" in page
    assert "会自动生效和已逾期的事项总会告诉您" in page
    client.post("/admin/account/", {"digest-wish": "never", "theme-theme": "system"})
    assert not DigestPreference.objects.exists()
    wanted = {"digest-wish": "urgent", "theme-theme": "system", "theme-density": "default"}
    client.post("/admin/account/", {**wanted, "theme-contrast": "system"})
    assert DigestPreference.objects.get(user=officer).wish == "urgent"
    profile = UserProfile.get_for_user(officer)
    assert not profile.submitted_notifications
    assert not profile.updated_comments_notifications


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one(officer: User, server: type[Server]) -> None:
    barrier = threading.Barrier(2)
    problems: list[Exception] = []

    def start() -> None:
        barrier.wait()
        try:
            send_digests(timezone.localdate())
        except Exception as error:  # noqa: BLE001 - shown below
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=start) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert server.handed_over == ["zhang@example.cn"]
    assert MorningDigest.objects.count() == 1
