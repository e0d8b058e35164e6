"""Nobody publishes around the review: every way that Wagtail offers, by everybody who might try it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Revision, Task, Workflow

from portal.accounts.models import Role, User
from portal.accounts.services.grants import enter_absence, grant_role
from portal.audit.models import AuditEvent
from portal.audit.request_context import set_request_id
from portal.notices.models import NoticePage, NoticeSectionPage, PublicationReview
from portal.notices.services.publishing import PublishingRefused, store_review
from portal.notices.services.scheduled import publish_due
from tests.factories.people import make_person
from tests.factories.register import make_bureau
from tests.notices.conftest import ALL_TICKS, MakeNotice, submit
from tests.notices.test_publishing import form_of

#: Each tries to bring the draft (or a change of the live notice) to the public.
Attempt = Callable[[Client, NoticePage, NoticePage], None]


def edit(**extra: Any) -> Attempt:
    def attempt(desk: Client, draft: NoticePage, live: NoticePage) -> None:
        for page in (draft, live):
            desk.post(f"/admin/pages/{page.pk}/edit/", {**form_of(page, title="绕过审核"), **extra})

    return attempt


def post(address: str, on_live: bool = False, **data: Any) -> Attempt:
    def attempt(desk: Client, draft: NoticePage, live: NoticePage) -> None:
        page = live if on_live else draft
        values = {
            "page": page.pk,
            "parent": page.get_parent().pk,
            "home": page.get_ancestors()[1].pk,
            "revision": page.latest_revision_id,
            "other": NoticeSectionPage.objects.get(section="policy").pk,
            "state": page.current_workflow_task_state.pk if page.current_workflow_task_state else 0,
        }
        filled = {
            key: value.format(**values) if isinstance(value, str) else value for key, value in data.items()
        }
        desk.post(address.format(**values), filled)

    return attempt


def create(desk: Client, draft: NoticePage, live: NoticePage) -> None:
    address = f"/admin/pages/add/notices/noticepage/{draft.get_parent().pk}/"
    desk.post(address, {**form_of(title="绕过审核"), "action-publish": "发布"})


def revert(desk: Client, draft: NoticePage, live: NoticePage) -> None:
    address = f"/admin/pages/{live.pk}/revisions/{live.revisions.earliest('pk').pk}/revert/"
    desk.post(address, {**form_of(live, title="绕过审核"), "action-publish": "发布"})


ATTEMPTS: dict[str, Attempt] = {
    "editor's publish button": edit(**{"action-publish": "发布"}),
    "schedule by hand": edit(go_live_at="2020-01-01 00:00", **{"action-publish": "发布"}),
    "expiry of the live notice": edit(expire_at="2020-01-02 00:00"),
    "create and publish": create,
    "bulk publish": post("/admin/bulk/wagtailcore/page/publish/?id={page}", include_descendants="on"),
    "bulk unpublish": post("/admin/bulk/wagtailcore/page/unpublish/?id={page}", on_live=True),
    "unpublish": post("/admin/pages/{page}/unpublish/", on_live=True),
    "delete the live notice": post("/admin/pages/{page}/delete/", on_live=True),
    "bulk delete the live notice": post("/admin/bulk/wagtailcore/page/delete/?id={page}", on_live=True),
    "copy and publish": post(
        "/admin/pages/{page}/copy/", on_live=True, new_title="绕过审核", new_slug="copied", new_parent_page="{parent}",
        publish_copies="on",
    ),
    "alias": post(
        "/admin/pages/{page}/copy/", on_live=True, new_title="绕过审核", new_slug="alias", new_parent_page="{parent}", alias="on",
    ),
    "move the live notice": post("/admin/pages/{page}/move/{other}/confirm/", on_live=True),
    "bulk move": post("/admin/bulk/wagtailcore/page/move/?id={page}", on_live=True, chooser="{other}"),
    "order of the section": post("/admin/pages/{page}/set_position/?position=0", on_live=True),
    "privacy": post("/admin/pages/{page}/privacy/", on_live=True, restriction_type="login"),
    "revert": revert,
    "approve without ticks": post("/admin/pages/workflow/action/{page}/approve/{state}/", comment=""),
    "approve by our screen without ticks": post("/admin/notices/{page}/review/", action="approve"),
    "approve with one tick missing": post(
        "/admin/notices/{page}/review/", action="approve", secrecy="on", content="on"
    ),
    "approve while editing": edit(**{"action-workflow-action": "true", "workflow-action-name": "approve"}),
    "API publish": post("/admin/api/main/pages/{page}/action/publish/"),
    "API unpublish": post("/admin/api/main/pages/{page}/action/unpublish/", on_live=True),
    "API copy": post("/admin/api/main/pages/{page}/action/copy/", on_live=True, keep_live=True),
    "API alias": post("/admin/api/main/pages/{page}/action/create_alias/", on_live=True),
    "API revert": post(
        "/admin/api/main/pages/{page}/action/revert_to_page_revision/", revision_id="{revision}"
    ),
    "REST v3": post("/api/v3/pages/{page}/actions/publish/"),
    "another workflow": post("/admin/workflows/add/", name="空流程", active="on"),
    "switch the workflow off": post("/admin/workflows/remove/{home}/"),
}  # fmt: skip


def everything_public() -> list[tuple[Any, ...]]:
    """What the public can see of pages, and by which rules: unchanged is unpublished."""
    pages = Page.objects.filter(depth__gt=1).order_by("pk")
    scheduled = Revision.objects.filter(approved_go_live_at__isnull=False)
    return [
        *pages.filter(live=True).values_list("pk", "title", "slug", "path", "live_revision_id", "expire_at"),
        *scheduled.values_list("pk", "approved_go_live_at"),
        *PageViewRestriction.objects.values_list("pk"),
        *Workflow.objects.values_list("pk", "name", "active"),
        *Task.objects.values_list("pk", "name", "active"),
    ]


@pytest.fixture
def pages(make_notice: MakeNotice, both: User) -> tuple[NoticePage, NoticePage]:
    """A draft under review, written by somebody who is editor and publisher; a live notice with an older version."""
    live = make_notice("已经公开")
    live.save_revision(user=both)
    draft = make_notice("还在审核", live=False)
    submit(draft, both)
    return NoticePage.objects.get(pk=draft.pk), NoticePage.objects.get(pk=live.pk)


@pytest.mark.parametrize(
    ("who", "tries"),
    [("the author", ""), ("another", "approve"), ("a substitute", "approve"), ("others", "publish")],
)
def test_no_way_leads_around_the_review(who: str, tries: str, pages: Any, both: User) -> None:
    """The author, who also publishes, tries everything; the others what is left to them (``tries`` is in its name)."""
    user = {
        "the author": lambda: both,
        "another": lambda: make_person("x", Role.EDITOR, Role.PUBLISHER),
        "a substitute": lambda: substitute_of(both),
        "others": lambda: make_person("x", Role.HEAD, Role.CASE_OFFICER, Role.ARCHIVIST),
    }[who]()
    draft, live = pages
    desk = Client()
    desk.force_login(user)
    before = everything_public()
    ways = []
    for name, attempt in ATTEMPTS.items():
        if tries not in name:
            continue
        attempt(desk, NoticePage.objects.get(pk=draft.pk), NoticePage.objects.get(pk=live.pk))
        publish_due(timezone.now() + dt.timedelta(days=1))
        if everything_public() != before:
            ways.append(name)
            before = everything_public()
    assert ways == []
    assert not PublicationReview.objects.exists()


def substitute_of(absent: User) -> User:
    """A case officer who stands in for somebody, with all of the absent one's posts."""
    colleague = make_person("x", Role.CASE_OFFICER)
    today = timezone.localdate()
    enter_absence(absent, colleague, today, today + dt.timedelta(days=2), reason="出差")
    return User.objects.get(pk=colleague.pk)


def test_a_substitute_of_the_author_approves_only_by_an_own_post(pages: Any, both: User) -> None:
    """Standing in for the author is no second person; a publisher who also stands in is one."""
    draft, _live = pages
    desk = Client()
    desk.force_login(substitute_of(both))
    ticks = {**ALL_TICKS, "action": "approve"}
    refused = desk.post(f"/admin/notices/{draft.pk}/review/", ticks)
    assert "您替代的正是这一版本的编写人" in refused.content.decode()
    publisher = User.objects.get(username="x")
    grant_role(publisher, Role.PUBLISHER, make_bureau(), reason="测试")
    desk.force_login(User.objects.get(pk=publisher.pk))
    assert desk.post(f"/admin/notices/{draft.pk}/review/", ticks).status_code == 302
    draft.refresh_from_db()
    assert draft.live


def test_the_ticks_are_kept_with_exactly_the_version(pages: Any, publisher: User) -> None:
    draft, _live = pages
    desk = Client()
    desk.force_login(publisher)
    shown = desk.get(f"/admin/notices/{draft.pk}/")
    for words in ("保密审查", "个人信息审查", "内容审查", "批准并发布", "公告正文。"):
        assert words in shown.content.decode()
    address = f"/admin/notices/{draft.pk}/review/"
    read = shown.context["approve_form"].initial["revision"]
    missing = desk.post(
        address, {"action": "approve", "secrecy": "on", "personal_data": "on", "comment": "已核"}
    )
    assert missing.status_code == 422
    assert "没有勾选“内容审查”" in missing.content.decode()
    assert "已核" in missing.content.decode()
    draft.save_revision(user=make_person("third", Role.EDITOR))
    stale = desk.post(address, {**ALL_TICKS, "action": "approve", "revision": read})
    assert "您审核期间内容又有改动" in stale.content.decode()
    latest = Revision.objects.for_instance(draft).latest("pk")
    done = desk.post(address, {**ALL_TICKS, "action": "approve", "revision": latest.pk, "comment": "同意"})
    assert done.status_code == 302
    review = PublicationReview.objects.get()
    assert (review.revision_id, review.reviewer_id, review.comment) == (latest.pk, publisher.pk, "同意")
    event = AuditEvent.objects.get(action="notice.approved")
    assert event.after is not None
    assert event.after["ticks"] == ["保密审查", "个人信息审查", "内容审查"]
    assert event.actor_id == publisher.pk
    with pytest.raises(IntegrityError, match="review_has_every_tick"), transaction.atomic():
        PublicationReview.objects.update(secrecy=False)


def test_a_version_that_was_never_ticked_is_refused_at_its_moment(
    make_notice: MakeNotice, publisher: User
) -> None:
    """The approval counts for exactly the version: a schedule set on another one is taken off."""
    page = make_notice("没有审核", live=False)
    reviewed = page.latest_revision
    store_review(reviewed, publisher)
    other = page.save_revision(user=publisher)
    Revision.objects.filter(pk=other.pk).update(approved_go_live_at=timezone.now())
    assert publish_due(timezone.now() + dt.timedelta(seconds=1)) == 0
    page.refresh_from_db()
    assert not page.live
    assert "没有经过审核" in page.refused_schedules.get().reason
    Revision.objects.filter(pk=reviewed.pk).update(approved_go_live_at=timezone.now())
    assert publish_due(timezone.now() + dt.timedelta(seconds=1)) == 1


def test_inside_a_request_only_an_approved_version_goes_live(make_notice: MakeNotice) -> None:
    """The last line, should Wagtail offer another way one day."""
    page = make_notice("最后一道", live=False)
    set_request_id("request")
    try:
        with pytest.raises(PublishingRefused, match="只有经过审核的版本"):
            page.latest_revision.publish()
    finally:
        set_request_id("")
    assert not NoticePage.objects.get(pk=page.pk).live


def test_sending_back_needs_a_reason_and_reaches_the_log(pages: Any, publisher: User) -> None:
    draft, _live = pages
    desk = Client()
    desk.force_login(publisher)
    empty = desk.post(f"/admin/notices/{draft.pk}/review/", {"action": "reject", "comment": ""})
    assert "请写明退回原因" in empty.content.decode()
    done = desk.post(f"/admin/notices/{draft.pk}/review/", {"action": "reject", "comment": "请补文号。"})
    assert done.status_code == 302
    assert AuditEvent.objects.get(action="notice.returned").reason == "请补文号。"
    assert draft.current_workflow_state.status == "needs_changes"


def test_a_publisher_takes_a_scheduled_version_off_again(make_notice: MakeNotice, publisher: User) -> None:
    page = make_notice("排期", live=False, issuer=make_bureau())
    Revision.objects.filter(pk=page.latest_revision_id).update(approved_go_live_at=timezone.now())
    address = f"/admin/pages/{page.pk}/revisions/{page.latest_revision_id}/unschedule/"
    desk = Client()
    desk.force_login(make_person("writer", Role.EDITOR))
    assert desk.post(address).status_code == 403
    desk.force_login(publisher)
    assert desk.post(address).status_code == 302
    assert not Revision.objects.filter(approved_go_live_at__isnull=False).exists()


def test_a_form_that_lacks_half_its_fields_is_a_bad_request(pages: Any, both: User) -> None:
    desk = Client()
    desk.force_login(both)
    answer = desk.post(f"/admin/pages/{pages[1].pk}/edit/", {"title": "半张表单"})
    assert answer.status_code == 400
    assert "表单不完整" in answer.content.decode()
