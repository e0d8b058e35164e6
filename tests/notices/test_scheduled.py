"""Publishing at the set moment: each page on its own."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from portal.accounts.models import Role, User
from portal.audit.models import AuditEvent
from portal.notices.models import NoticePage
from portal.notices.services import publishing
from portal.notices.services.publishing import store_review
from portal.notices.services.scheduled import publish_due
from tests.factories.people import make_person
from tests.notices.conftest import MakeNotice

NOON = dt.datetime(2026, 3, 2, 4, 0, tzinfo=dt.UTC)


def make_reviewer() -> User:
    return User.objects.filter(username="fabu").first() or make_person("fabu", Role.PUBLISHER)


@pytest.fixture
def plan(make_notice: MakeNotice) -> Any:
    """Make a notice that is approved for a later moment."""

    def make(title: str, moment: dt.datetime = NOON, **fields: Any) -> NoticePage:
        with time_machine.travel(NOON - dt.timedelta(hours=1), tick=True):
            page = make_notice(title, live=False, written_on=dt.date(2026, 3, 1), go_live_at=moment, **fields)
            revision = page.save_revision()
            revision.publish()
            store_review(revision, make_reviewer())
        made: NoticePage = NoticePage.objects.get(pk=page.pk)
        return made

    return make


def test_a_notice_shows_at_its_time_and_not_before(plan: Any, client: Client) -> None:
    page = plan("定时的公告")
    assert not page.live
    with time_machine.travel(NOON - dt.timedelta(seconds=1), tick=False):
        assert publish_due(timezone.now()) == 0
        assert client.get("/notices/general/").content.decode().count("定时的公告") == 0
    with time_machine.travel(NOON + dt.timedelta(seconds=1), tick=False):
        assert publish_due(timezone.now()) == 1
        assert publish_due(timezone.now()) == 0
        assert "定时的公告" in client.get("/notices/general/").content.decode()
        assert "定时的公告" in client.get("/notices/feed/").content.decode()
    page.refresh_from_db()
    assert page.live
    assert page.published_on == dt.date(2026, 3, 2)


def test_one_refusal_does_not_stop_the_others(
    plan: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first, refused, third = plan("第一"), plan("被拒"), plan("第三")
    broken = plan("出错")

    def check(version: Any) -> list[str]:
        if version.title == "出错":
            raise RuntimeError("检查本身出错")
        return ["尚有未答复的异议。"] if version.title == "被拒" else []

    monkeypatch.setattr(publishing, "_checks", [check])
    with time_machine.travel(NOON + dt.timedelta(seconds=1), tick=False):
        assert publish_due(timezone.now()) == 2
        assert publish_due(timezone.now()) == 0
    live = {page.title: NoticePage.objects.get(pk=page.pk).live for page in (first, refused, third, broken)}
    assert live == {"第一": True, "被拒": False, "第三": True, "出错": False}
    assert "尚有未答复的异议。" in caplog.text
    events = AuditEvent.objects.filter(action="notice.schedule_refused")
    assert {event.reason for event in events} == {"尚有未答复的异议。", "发布时出错，已退回草稿。"}


def test_an_expired_notice_goes_and_leaves_a_trace(make_notice: MakeNotice, client: Client) -> None:
    with time_machine.travel(NOON - dt.timedelta(days=1), tick=True):
        page = make_notice("公示", section="selection", expire_at=NOON, written_on=dt.date(2026, 2, 1))
    with time_machine.travel(NOON + dt.timedelta(seconds=1), tick=False):
        assert publish_due(timezone.now()) == 1
        answer = client.get(page.get_absolute_url())
    assert answer.status_code == 410
    assert "展示期届满" in answer.content.decode()
    page.refresh_from_db()
    assert not page.live
    assert page.expired
