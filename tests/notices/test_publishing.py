"""Nobody publishes the own text; a finished workflow does (DESIGN, Powers)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import IntegrityError, transaction
from django.test import Client
from wagtail.models import GroupPagePermission, Page, Revision, Workflow
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from portal.accounts.models import Authority, Role, User
from portal.audit.models import AuditEvent
from portal.notices.models import NoticePage, NoticeSectionPage
from portal.notices.services import publishing
from portal.notices.services.powers import EDITORS, ensure_groups_and_workflow
from portal.notices.services.publishing import PublishingRefused
from portal.notices.services.withdrawal import WithdrawalRefused, withdraw_notice
from tests.factories.people import make_person
from tests.factories.register import make_bureau
from tests.notices.conftest import ALL_TICKS, MakeNotice, approve, submit


def form_of(page: NoticePage | None = None, **changes: Any) -> dict[str, Any]:
    """What the editor's form sends."""
    issuer: Authority = make_bureau()
    kept = list(page.corrections.all()) if page is not None else []
    new = changes.pop("corrections", [])
    rows = [
        {"id": item.pk, "corrected_on": item.corrected_on.isoformat(), "what": item.what, "why": item.why}
        for item in kept
    ] + new
    fields: dict[str, Any] = {
        "title": page.title if page else "关于抽查的公告",
        "slug": page.slug if page else "",
        "genre": "announcement",
        "topic_class": "劳动、人事、监察",
        "issuer": issuer.pk,
        "written_on": page.written_on.isoformat() if page else "2026-01-05",
        "published_on": "",
        "validity": "in_force",
        "summary": page.summary if page else "",
        "body": streamfield([("text", rich_text("<p>公告正文。</p>"))]),
        "corrections": inline_formset(rows, initial=len(kept)),
        "comments": inline_formset([]),
        **changes,
    }
    data: dict[str, Any] = nested_form_data(fields)
    return data


def test_the_whole_way_from_the_editor_to_the_public(editor: User, publisher: User, client: Client) -> None:
    section = NoticeSectionPage.objects.get(section="inspections")
    desk = Client()
    desk.force_login(editor)
    answer = desk.post(
        f"/admin/pages/add/notices/noticepage/{section.pk}/", {**form_of(), "action-submit": "提交"}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    page = NoticePage.objects.get()
    assert not page.live
    assert client.get(page.get_absolute_url()).status_code == 404

    review = Client()
    review.force_login(publisher)
    shown = review.get(f"/admin/pages/{page.pk}/edit/", follow=True)
    assert shown.redirect_chain[-1][0] == f"/admin/notices/{page.pk}/"
    assert "公告正文。" in shown.content.decode()
    done = review.post(f"/admin/notices/{page.pk}/review/", {**ALL_TICKS, "action": "approve"})
    assert done.status_code == 302
    page.refresh_from_db()
    assert page.live
    html = client.get(page.get_absolute_url()).content.decode()
    assert "公告正文。" in html
    assert page.title in client.get("/notices/feed/").content.decode()
    event = AuditEvent.objects.filter(action="notice.published").get()
    assert event.actor_id == publisher.pk


def test_an_author_who_also_approves_is_refused_in_words(both: User, client: Client) -> None:
    section = NoticeSectionPage.objects.get(section="general")
    desk = Client()
    desk.force_login(both)
    desk.post(f"/admin/pages/add/notices/noticepage/{section.pk}/", {**form_of(), "action-submit": "提交"})
    page = NoticePage.objects.get()
    state = page.current_workflow_task_state
    assert "approve" not in [name for name, _label, _modal in state.task.specific.get_actions(page, both)]
    desk.post(f"/admin/pages/workflow/action/{page.pk}/approve/{state.pk}/", ALL_TICKS)
    page.refresh_from_db()
    assert not page.live
    with pytest.raises(PublishingRefused, match="本人审核"):
        approve(page, both)


def test_a_refusal_reaches_the_approver_as_a_message(
    editor: User, publisher: User, monkeypatch: pytest.MonkeyPatch, make_notice: MakeNotice
) -> None:
    page = make_notice(live=False)
    submit(page, editor)
    monkeypatch.setattr(publishing, "_checks", [lambda version: ["尚有未答复的异议。"]])
    review = Client()
    review.force_login(publisher)
    state = page.current_workflow_task_state
    answer = review.post(
        f"/admin/pages/workflow/action/{page.pk}/approve/{state.pk}/", ALL_TICKS, follow=True
    )
    assert answer.status_code == 200
    assert "尚有未答复的异议。" in answer.content.decode()
    page.refresh_from_db()
    assert not page.live
    state.refresh_from_db()
    assert state.status == "in_progress"


def test_whoever_changes_a_text_under_review_cannot_approve_it(
    editor: User, publisher: User, make_notice: MakeNotice
) -> None:
    page = make_notice(live=False)
    submit(page, editor)
    page.title = "改过的标题"
    page.save_revision(user=publisher)
    with pytest.raises(PublishingRefused):
        approve(page, publisher)
    approve(page, make_person("fabu2", Role.PUBLISHER))
    page.refresh_from_db()
    assert page.live
    assert page.title == "改过的标题"


@pytest.mark.parametrize(
    ("roles", "allowed"), [((Role.EDITOR,), False), ((Role.PUBLISHER,), True), ((), False)]
)
def test_only_publishers_are_offered_approval(
    editor: User, make_notice: MakeNotice, roles: tuple[Role, ...], allowed: bool
) -> None:
    page = make_notice(live=False)
    submit(page, editor)
    other = make_person("other", *roles)
    actions = page.current_workflow_task.get_actions(page, other)
    assert ("approve" in [name for name, _label, _modal in actions]) is allowed


@pytest.mark.parametrize("roles", [(Role.EDITOR,), (Role.PUBLISHER,), (Role.EDITOR, Role.PUBLISHER)])
def test_nobody_can_publish_or_unpublish_directly(
    make_notice: MakeNotice, roles: tuple[Role, ...], client: Client
) -> None:
    page = make_notice()
    user = make_person("someone", *roles)
    powers = page.permissions_for_user(user)
    assert not powers.can_publish()
    assert not powers.can_unpublish()
    client.force_login(user)
    client.post(
        f"/admin/pages/{page.pk}/edit/", {**form_of(page, title="直接发布"), "action-publish": "发布"}
    )
    page.refresh_from_db()
    assert page.title != "直接发布"


def test_no_group_holds_the_publish_permission(site: Any) -> None:
    assert not GroupPagePermission.objects.filter(permission__codename="publish_page").exists()
    assert list(Workflow.objects.values_list("name", flat=True)) == ["公告审核"]
    call_command("check", databases=["default"])


def test_the_system_check_reports_who_could_publish_alone(site: Any) -> None:
    from django.contrib.auth.models import Group, Permission

    GroupPagePermission.objects.create(
        group=Group.objects.get(name=EDITORS),
        page=Page.objects.get(depth=1),
        permission=Permission.objects.get(codename="publish_page"),
    )
    with pytest.raises(SystemCheckError, match=r"notices\.E001"):
        call_command("check", databases=["default"])


def test_the_database_refuses_a_superuser(db: None) -> None:
    with pytest.raises(IntegrityError, match="nobody_is_superuser"), transaction.atomic():
        User.objects.create_superuser("root")


def test_setting_up_again_takes_back_what_was_added(site: Any) -> None:
    from django.contrib.auth.models import Group, Permission

    GroupPagePermission.objects.create(
        group=Group.objects.get(name=EDITORS),
        page=Page.objects.get(depth=1),
        permission=Permission.objects.get(codename="publish_page"),
    )
    ensure_groups_and_workflow()
    assert not GroupPagePermission.objects.filter(permission__codename="publish_page").exists()


def test_a_published_notice_changes_only_with_a_correction(
    editor: User, publisher: User, make_notice: MakeNotice, client: Client
) -> None:
    page = make_notice()
    desk = Client()
    desk.force_login(editor)
    address = f"/admin/pages/{page.pk}/edit/"
    refused = desk.post(address, {**form_of(page, title="改了标题"), "action-submit": "提交"})
    assert refused.status_code == 200
    assert "请在“更正”一栏添加一条更正说明" in refused.content.decode()
    assert not page.workflow_in_progress

    rows = [{"corrected_on": "2026-01-06", "what": "标题原为“旧题”。", "why": "录入有误"}]
    taken = desk.post(address, {**form_of(page, title="改了标题", corrections=rows), "action-submit": "提交"})
    assert taken.status_code == 302, (
        taken.context["form"].errors,
        taken.context["form"].formsets["corrections"].errors,
    )
    approve(page, publisher)
    html = client.get(page.get_absolute_url()).content.decode()
    assert "〔更正〕" in html
    assert "录入有误" in html
    assert "有更正" in client.get("/notices/").content.decode()
    feed = client.get("/notices/feed/").content.decode()
    assert "〔更正〕改了标题" in feed


def test_an_unfinished_draft_needs_no_correction_yet(editor: User, make_notice: MakeNotice) -> None:
    page = make_notice()
    desk = Client()
    desk.force_login(editor)
    saved = desk.post(f"/admin/pages/{page.pk}/edit/", form_of(page, title="先存着"))
    assert saved.status_code == 302
    assert Revision.objects.for_instance(page).latest("pk").as_object().title == "先存着"


def test_approval_checks_the_correction_again(editor: User, publisher: User, make_notice: MakeNotice) -> None:
    page = make_notice()
    page.title = "绕过表单"
    submit(page, editor)
    with pytest.raises(PublishingRefused, match="没有更正说明"):
        approve(page, publisher)


def test_no_change_needs_no_correction(editor: User, make_notice: MakeNotice) -> None:
    page = make_notice()
    desk = Client()
    desk.force_login(editor)
    answer = desk.post(f"/admin/pages/{page.pk}/edit/", {**form_of(page), "action-submit": "提交"})
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"written_on": "2026-02-02", "published_on": "2026-02-01"}, "成文日期晚于发布日期"),
        ({"published_on": "2099-01-01"}, "发布日期在将来"),
        ({"written_on": "2099-01-01"}, "成文日期晚于发布的当天"),
    ],
)
def test_days_that_cannot_be_are_refused(
    editor: User, make_notice: MakeNotice, changes: dict[str, str], words: str
) -> None:
    page = make_notice(live=False)
    desk = Client()
    desk.force_login(editor)
    answer = desk.post(f"/admin/pages/{page.pk}/edit/", form_of(page, **changes))
    assert answer.status_code == 200
    assert words in answer.content.decode()


def test_a_withdrawn_notice_says_when_and_why(
    publisher: User, make_notice: MakeNotice, client: Client
) -> None:
    page = make_notice("撤下的公告")
    address = page.get_absolute_url()
    assert client.get(address).status_code == 200
    review = Client()
    review.force_login(publisher)
    shown = review.get(f"/admin/notices/{page.pk}/withdraw/")
    assert shown.status_code == 200
    refused = review.post(f"/admin/notices/{page.pk}/withdraw/", {"reason": "无"})
    assert "至少" in refused.content.decode()
    done = review.post(f"/admin/notices/{page.pk}/withdraw/", {"reason": "内容有误，将重新公告。"})
    assert done.status_code == 302, done.context["form"].errors
    answer = client.get(address)
    assert answer.status_code == 410
    assert "内容有误，将重新公告。" in answer.content.decode()
    feed = client.get("/notices/feed/").content.decode()
    assert "at:deleted-entry" in feed
    assert AuditEvent.objects.filter(action="notice.withdrawn", reason="内容有误，将重新公告。").count() == 1
    page.delete()
    assert client.get(address).status_code == 410


def test_editors_cannot_withdraw(editor: User, make_notice: MakeNotice) -> None:
    page = make_notice()
    with pytest.raises(WithdrawalRefused, match="没有撤下公告的权限"):
        withdraw_notice(page, editor, "不想要了")
    page.refresh_from_db()
    assert page.live


def test_a_changed_address_leads_on(
    editor: User,
    publisher: User,
    make_notice: MakeNotice,
    client: Client,
    django_capture_on_commit_callbacks: Any,
) -> None:
    page = make_notice(slug="old-name")
    page.slug = "new-name"
    with django_capture_on_commit_callbacks(execute=True):
        submit(page, editor)
        approve(page, publisher)
    answer = client.get("/notices/general/old-name/")
    assert answer.status_code == 301
    assert answer["Location"] == "/notices/general/new-name/"


def test_preview_and_comparison_of_versions(editor: User, make_notice: MakeNotice) -> None:
    page = make_notice("第一稿")
    first = page.latest_revision
    page.title = "第二稿"
    second = page.save_revision(user=editor)
    desk = Client()
    desk.force_login(editor)
    data = form_of(page, title="预览的标题")
    assert desk.post(f"/admin/pages/{page.pk}/edit/preview/", data).json()["is_valid"]
    shown = desk.get(f"/admin/pages/{page.pk}/edit/preview/")
    assert "预览的标题" in shown.content.decode()
    compared = desk.get(f"/admin/pages/{page.pk}/revisions/compare/{first.pk}...{second.pk}/")
    assert compared.status_code == 200
    assert "第二" in compared.content.decode()
    assert "预览的标题" not in Client().get(page.get_absolute_url()).content.decode()


def test_the_admin_has_its_own_content_policy(editor: User, settings: Any) -> None:
    desk = Client()
    desk.force_login(editor)
    assert desk.get("/admin/")["Content-Security-Policy"] == settings.ADMIN_CONTENT_SECURITY_POLICY
