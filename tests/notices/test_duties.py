"""What editors and publishers are told to do, and the report on stale sections."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Revision

from portal.accounts.models import Role, User
from portal.contracts.duties import Consequence, Duty
from portal.notices.duties import find
from portal.notices.models import HomePage, NoticePage, NoticeSectionPage, RefusedSchedule
from portal.notices.services.freshness import freshness_on
from tests.factories.people import make_person
from tests.factories.register import make_authority, make_bureau
from tests.notices.conftest import MakeNotice, submit

DAY = dt.date(2026, 6, 1)


def of(user: User) -> dict[str, Duty]:
    """The duties by kind; those about sections left out."""
    found = find(User.objects.get(pk=user.pk), timezone.localdate(), 50)
    return {duty.key.rsplit("-", 1)[0]: duty for duty in found.items if not duty.key.startswith("section")}


@pytest.fixture
def busy(make_notice: MakeNotice, editor: User, publisher: User) -> dict[str, NoticePage]:
    """One notice in each situation that asks somebody to act."""
    now = timezone.now()
    waiting, returned, refused = (make_notice(title, live=False) for title in ("等审核", "被退回", "没发出"))
    for page in (waiting, returned):
        submit(page, editor)
    state = returned.current_workflow_task_state
    state.task.specific.on_action(state, publisher, "reject", comment="补文号")
    RefusedSchedule.objects.create(
        page=refused, revision=refused.latest_revision, planned_for=now, reason="与登记库不符。"
    )
    expiring = make_notice("快到期", expire_at=now + dt.timedelta(days=3))
    return {"waiting": waiting, "returned": returned, "refused": refused, "expiring": expiring}


def test_everybody_gets_the_own_duties(busy: dict[str, NoticePage], editor: User, publisher: User) -> None:
    mine = of(editor)
    assert set(mine) == {"notice-refused", "notice-returned", "notice-expiring"}
    assert mine["notice-refused"].consequence is Consequence.OVERDUE
    assert "与登记库不符。" in mine["notice-refused"].why
    assert "补文号" in mine["notice-returned"].why
    assert mine["notice-expiring"].consequence is Consequence.DUE
    assert mine["notice-expiring"].due == timezone.localdate() + dt.timedelta(days=3)
    theirs = of(publisher)
    assert set(theirs) == {"notice-waiting", "notice-expiring"}
    assert theirs["notice-waiting"].consequence is Consequence.WAITING
    assert timezone.localdate().isoformat() in theirs["notice-waiting"].why
    for duty in (*mine.values(), *theirs.values()):
        assert Client().get(duty.url).status_code == 302
    district = make_authority()
    for role in (Role.EDITOR, Role.PUBLISHER, Role.CASE_OFFICER):
        assert of(make_person(f"other-{role}", role, office=district)) == {}


def test_nobody_waits_for_the_author(make_notice: MakeNotice, both: User, publisher: User) -> None:
    page = make_notice("自己写的", live=False)
    submit(page, both)
    assert "notice-waiting" not in of(both)
    assert "notice-waiting" in of(publisher)


def test_a_refusal_is_settled_by_the_next_version(busy: dict[str, NoticePage], editor: User) -> None:
    assert "notice-refused" in of(editor)
    page = busy["refused"]
    page.title = "改好了"
    page.save_revision(user=editor)
    assert "notice-refused" not in of(editor)


def test_more_notices_ask_no_more_questions(
    busy: dict[str, NoticePage],
    make_notice: MakeNotice,
    editor: User,
    both: User,
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(4):
        submit(make_notice(f"又一篇{number}", live=False), editor)
    with django_assert_max_num_queries(18):
        found = find(both, timezone.localdate(), 3)
    assert len(found.items) == 3
    assert found.total > 3
    assert [duty.consequence for duty in found.items] == sorted(duty.consequence for duty in found.items)


class TestSections:
    """Home silent, section empty or older than its limit; the limits are data."""

    def test_the_verdict_of_a_day(self, make_notice: MakeNotice) -> None:
        make_notice(
            "旧",
            section="policy",
            published_on=DAY - dt.timedelta(days=181),
            written_on=DAY - dt.timedelta(200),
        )
        make_notice(
            "新",
            section="general",
            published_on=DAY - dt.timedelta(days=14),
            written_on=DAY - dt.timedelta(90),
        )
        rows = {row.label: row for row in freshness_on(DAY)}
        assert rows["首页（全站）"].age == 14
        assert not rows["首页（全站）"].is_late
        assert not rows["通知"].is_late
        assert rows["政策文件"].is_late
        assert "已181天没有更新，超过180天" in rows["政策文件"].verdict
        assert rows["信用评估"].verdict == "没有公告"
        assert {row.label: row for row in freshness_on(DAY + dt.timedelta(days=1))}["首页（全站）"].is_late
        NoticeSectionPage.objects.filter(section="policy").update(stale_after_days=200)
        HomePage.objects.update(silent_after_days=5)
        rows = {row.label: row for row in freshness_on(DAY)}
        assert rows["首页（全站）"].is_late
        assert not rows["政策文件"].is_late

    def test_the_report_and_who_is_told(
        self, make_notice: MakeNotice, editor: User, django_assert_max_num_queries: Any
    ) -> None:
        make_notice("新")
        desk = Client()
        desk.force_login(editor)
        text = desk.get("/admin/notices/sections/").content.decode()
        assert text.index("信用评估") < text.index("首页（全站）"), "those that are late come first"
        with django_assert_max_num_queries(4):
            freshness_on(timezone.localdate())
        keys = [duty.key for duty in find(editor, timezone.localdate(), 50).items]
        assert sum(key.startswith("section-") for key in keys) == 6
        NoticeSectionPage.objects.exclude(section="general").delete()
        quiet = find(editor, timezone.localdate(), 50)
        assert (quiet.items, quiet.next_day) == ((), timezone.localdate() + dt.timedelta(days=14))
        district = make_person("district", Role.EDITOR, office=make_authority())
        assert find(district, timezone.localdate(), 50).items == ()
        desk.force_login(make_person("officer", Role.CASE_OFFICER))
        assert desk.get("/admin/notices/sections/").status_code == 403


def test_the_list_of_notices_says_where_each_stands(
    busy: dict[str, NoticePage], make_notice: MakeNotice, publisher: User, django_assert_max_num_queries: Any
) -> None:
    make_notice("排好期", live=False)
    Revision.objects.filter(object_str__startswith="排好期").update(approved_go_live_at=timezone.now())
    desk = Client()
    desk.force_login(publisher)
    desk.get("/admin/notices/")
    for number in range(3):
        make_notice(f"更多{number}", issuer=make_bureau())
    with django_assert_max_num_queries(24):
        answer = desk.get("/admin/notices/")
    states = {row.draft_title: row.state for row in answer.context["object_list"]}
    assert states["等审核"] == "waiting"
    assert states["没发出"] == "draft"
    assert states["快到期"] == "live"
    assert states["排好期"] == "scheduled"
    for query, found in (
        ("state=waiting", "等审核"),
        ("q=快到", "快到期"),
        ("section=general&state=draft", "没发出"),
    ):
        rows = desk.get(f"/admin/notices/?{query}").context["object_list"]
        assert found in [row.draft_title for row in rows], query
        assert len(rows) < 3, query
    assert desk.get("/admin/notices/?state=x&section=y&p=99").status_code in (200, 404)
    assert desk.get("/admin/notices/withdrawals/").status_code == 200
