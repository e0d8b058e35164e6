"""Notices of another office: not in any list, count, search or report of the workplace, and behind no number."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.files.base import ContentFile
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.admin.urls import pages as page_urls
from wagtail.models import Page, Site

from documents.models import PortalDocument
from portal.accounts.models import Authority, Role, User
from portal.accounts.powers import Action
from portal.accounts.scoping import visible
from portal.notices.models import HomePage, NoticePage, NoticeSectionPage, Section
from portal.notices.services.withdrawal import withdraw_notice
from tests.accounts.test_powers_matrix import read_table
from tests.factories.offices import SEATS, make_administration
from tests.factories.people import make_person
from tests.factories.register import make_authority, make_bureau, make_centre, make_district
from tests.notices.conftest import MakeNotice, submit
from tests.notices.test_publishing import form_of

SECRET = "外单位绝不示人的标题"
OWN = "本单位自己的标题"


@dataclass
class Offices:
    """Two districts, the city, and what one of them keeps to itself."""

    yuzhong: Authority
    wanzhou: Authority
    foreign: NoticePage
    foreign_live: NoticePage
    own: NoticePage
    document: PortalDocument


@pytest.fixture
def offices(make_notice: MakeNotice) -> Offices:
    """万州 has a draft under review, a live notice with a secret new title, a withdrawn one and a file."""
    make_bureau(), make_centre()
    yuzhong = make_authority(make_district())
    wanzhou = make_authority(make_district("500101", "万州区"))
    writer = make_person("wanzhou-bianji", Role.EDITOR, office=wanzhou)
    publisher = make_person("wanzhou-fabu", Role.PUBLISHER, office=wanzhou)
    foreign = make_notice(SECRET, live=False, issuer=wanzhou)
    submit(foreign, writer)
    live = make_notice("万州的公开公告", issuer=wanzhou)
    live.title = f"{SECRET}（修改稿）"
    live.save_revision(user=writer)
    gone = make_notice(f"{SECRET}（撤下）", issuer=wanzhou)
    withdraw_notice(gone, publisher, "内容有误，另行公告。")
    document = PortalDocument(title=SECRET, uploaded_by_user=writer)
    document.file.save("secret.csv", ContentFile("甲,乙\n1,2\n".encode()), save=False)
    document.save()
    own = make_notice(OWN, live=False, issuer=yuzhong)
    return Offices(yuzhong, wanzhou, NoticePage.objects.get(pk=foreign.pk), live, own, document)


def desk_of(user: User) -> Client:
    desk = Client()
    desk.force_login(user)
    return desk


def addresses_of(page: NoticePage) -> Iterator[str]:
    """Every address of Wagtail's and ours that takes the number of a page, filled in with this one."""
    state = page.current_workflow_state
    task = page.current_workflow_task_state
    values = {
        "page_id": page.pk,
        "pk": page.pk,
        "parent_page_id": page.pk,
        "page_to_move_id": page.pk,
        "destination_id": page.get_parent().pk,
        "content_type_app_name": "notices",
        "content_type_model_name": "noticepage",
        "revision_id": page.latest_revision_id,
        "revision_id_a": page.latest_revision_id,
        "revision_id_b": "latest",
        "workflow_state_id": state.pk if state else 1,
        "task_state_id": task.pk if task else 1,
        "task_id": task.task_id if task else 1,
        "action_name": "approve",
    }
    for pattern in page_urls.urlpatterns:
        wanted = pattern.pattern.regex.groupindex
        if set(wanted) & {"page_id", "pk", "parent_page_id", "page_to_move_id"}:
            arguments = {name: values[name] for name in wanted}
            yield reverse(f"wagtailadmin_pages:{pattern.name}", kwargs=arguments)
    for name in ("notice_details", "notice_review", "withdraw_notice", "wagtailadmin_explore"):
        yield reverse(name, args=[page.pk])
    yield reverse("wagtailadmin_choose_page_child", args=[page.pk])
    yield f"{reverse('wagtailadmin_choose_page_chosen_multiple')}?id={page.pk}"
    yield f"/admin/api/main/pages/{page.pk}/"
    yield f"/admin/editing-sessions/ping/notices/noticepage/{page.pk}/1/"
    yield f"/admin/workflows/remove/{page.pk}/"
    for action in ("delete", "move", "publish", "unpublish"):
        yield f"/admin/bulk/wagtailcore/page/{action}/?id={page.pk}"
    for action in (
        "publish",
        "unpublish",
        "copy",
        "move",
        "delete",
        "create_alias",
        "revert_to_page_revision",
    ):
        yield f"/admin/api/main/pages/{page.pk}/action/{action}/"


def test_behind_no_number_of_another_office_is_anything(offices: Offices) -> None:
    desk = desk_of(make_person("neighbour", Role.EDITOR, Role.PUBLISHER, office=offices.yuzhong))
    wrong = []
    for page, methods in ((offices.foreign, ("get", "post")), (offices.foreign_live, ("get",))):
        asked = list(addresses_of(page))
        assert len(asked) > 40
        for address, method in itertools.product(asked, methods):
            answer = getattr(desk, method)(address)
            if answer.status_code not in (403, 404, 405) or SECRET in answer.content.decode():
                wrong.append((method, address, answer.status_code))
    assert wrong == []
    offices.foreign.refresh_from_db()
    assert not offices.foreign.live
    assert desk.get("/admin/pages/99999999999999999999/edit/").status_code == 404


def test_numbers_that_belong_to_another_page_are_refused(offices: Offices) -> None:
    """The own page's address with a version, a task or a workflow of somebody else's."""
    editor = make_person("own-bianji", Role.EDITOR, office=offices.yuzhong)
    desk = desk_of(make_person("own-fabu", Role.PUBLISHER, office=offices.yuzhong))
    submit(offices.own, editor)
    own, other = offices.own.pk, offices.foreign
    state, task = other.current_workflow_state, other.current_workflow_task_state
    for address in (
        f"/admin/pages/{own}/revisions/{other.latest_revision_id}/view/",
        f"/admin/pages/{own}/revisions/{other.latest_revision_id}/revert/",
        f"/admin/pages/{own}/revisions/compare/{other.latest_revision_id}...latest/",
        f"/admin/pages/{own}/workflow_history/detail/{state.pk}/",
        f"/admin/pages/workflow/action/{own}/approve/{task.pk}/",
        f"/admin/pages/workflow/action/{own}/reject/{task.pk}/",
    ):
        answer = desk.post(address, {"comment": "外人退回"})
        assert answer.status_code in (403, 404, 405), address
    task.refresh_from_db()
    assert task.status == "in_progress"


LISTS = (
    "/admin/", "/admin/pages/", "/admin/pages/{home}/", "/admin/pages/{section}/", "/admin/pages/{section}/results/",
    "/admin/pages/{section}/?q={secret}", "/admin/pages/search/?q={secret}", "/admin/pages/search/results/?q={secret}",
    "/admin/pages/usage/notices/noticepage/", "/admin/choose-page/{section}/?page_type=notices.noticepage",
    "/admin/choose-page/search/?q={secret}", "/admin/api/main/pages/?child_of={section}",
    "/admin/api/main/pages/?search={secret}", "/admin/reports/locked/", "/admin/reports/workflow/",
    "/admin/reports/workflow/?export=csv", "/admin/reports/workflow_tasks/", "/admin/reports/workflow_tasks/?export=xlsx",
    "/admin/reports/site-history/", "/admin/reports/site-history/?export=csv", "/admin/reports/aging-pages/",
    "/admin/reports/page-types-usage/", "/admin/notices/", "/admin/notices/?q={secret}", "/admin/notices/?issuer={wanzhou}",
    "/admin/notices/results/?state=waiting", "/admin/notices/withdrawals/", "/admin/notices/withdrawals/?q={secret}",
    "/admin/notices/sections/", "/admin/documents/", "/admin/documents/?q={secret}", "/admin/documents/chooser/",
    "/admin/documents/chooser/results/?q={secret}", "/admin/api/main/documents/", "/admin/duties/",
    "/admin/bulk/wagtailcore/page/delete/?id=all&childOf={section}", "/admin/bulk/documents/portaldocument/delete/?id=all",
)  # fmt: skip


def test_no_list_count_search_or_report_shows_anything_of_another_office(offices: Offices) -> None:
    roles = (Role.EDITOR, Role.PUBLISHER, Role.CASE_OFFICER, Role.HEAD)
    neighbour = make_person("neighbour", *roles, office=offices.yuzhong)
    insider = make_person("insider", *roles, office=offices.wanzhou)
    values = {
        "home": HomePage.objects.get().pk,
        "section": NoticeSectionPage.objects.get(section="general").pk,
        "secret": "绝不示人",
        "wanzhou": offices.wanzhou.pk,
    }
    shown: dict[str, int] = {"neighbour": 0, "insider": 0}
    for person in (neighbour, insider):
        desk = desk_of(person)
        for pattern in LISTS:
            answer = desk.get(pattern.format(**values), follow=True)
            assert answer.status_code in (200, 400, 403, 404), pattern
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
            found = SECRET in body.decode("utf-8", "replace").replace("\\u", "")
            shown[person.username] += found
            assert person is insider or not found, pattern
    assert shown["insider"] >= 12, "the lists must show it to its own office, else this proves nothing"
    explorer = desk_of(neighbour).get(f"/admin/pages/{values['section']}/")
    assert OWN in explorer.content.decode()
    assert explorer.context["pagination"].count if "pagination" in explorer.context else True
    listing = desk_of(neighbour).get("/admin/notices/")
    assert [row.pk for row in listing.context["object_list"]] == [offices.own.pk]


def test_bureau_and_centre_are_one_house_and_districts_are_not_theirs(
    offices: Offices, make_notice: MakeNotice
) -> None:
    city = make_notice("市级草稿", live=False, issuer=make_bureau())
    centre = make_person("centre-bianji", Role.EDITOR, office=make_centre())
    auditor = make_person("auditor", Role.AUDITOR)
    everything = NoticePage.objects.all()
    assert set(visible(centre, Action.EDIT, everything)) == {city}
    assert desk_of(centre).get(f"/admin/pages/{city.pk}/edit/").status_code == 200
    assert set(visible(auditor, Action.LIST, everything)) == set(everything)
    assert not visible(auditor, Action.EDIT, everything).exists()
    read = desk_of(auditor).get(f"/admin/notices/{offices.foreign.pk}/")
    assert read.status_code == 200
    assert "批准并发布" not in read.content.decode()
    assert desk_of(auditor).post(f"/admin/notices/{offices.foreign.pk}/review/", {}).status_code == 403
    assert desk_of(auditor).get(f"/admin/pages/{offices.foreign.pk}/edit/").status_code == 403


def test_pages_without_an_issuer_belong_to_the_city(offices: Offices) -> None:
    district = make_person("district", Role.EDITOR, office=offices.yuzhong)
    city = make_person("city", Role.EDITOR, office=make_centre())
    for page in Page.objects.filter(depth__gt=1).not_type(NoticePage).specific():
        assert page.permissions_for_user(city).can_edit(), page
        assert not page.permissions_for_user(district).can_edit(), page
    home = HomePage.objects.get()
    assert desk_of(district).get(f"/admin/pages/{home.pk}/edit/").status_code == 403


def test_an_editor_writes_only_in_the_name_of_the_own_office(offices: Offices) -> None:
    desk = desk_of(make_person("district", Role.EDITOR, office=offices.yuzhong))
    section = NoticeSectionPage.objects.get(section=Section.GENERAL)
    address = f"/admin/pages/add/notices/noticepage/{section.pk}/"
    form = desk.get(address)
    assert [row.pk for row in form.context["form"].fields["issuer"].queryset] == [offices.yuzhong.pk]
    refused = desk.post(address, form_of(title="冒名", issuer=offices.wanzhou.pk))
    assert refused.status_code == 200
    assert "您不能以该机关的名义发布" in refused.content.decode()
    assert "冒名" in refused.content.decode()
    assert not NoticePage.objects.filter(title="冒名").exists()
    edited = desk.post(
        f"/admin/pages/{offices.own.pk}/edit/", form_of(offices.own, issuer=offices.wanzhou.pk, title="转嫁")
    )
    assert edited.status_code == 200
    offices.own.refresh_from_db()
    assert offices.own.issuer_id == offices.yuzhong.pk
    # What is not in the form is not taken: owner, state, first publication.
    taken = desk.post(
        address,
        {
            **form_of(title="夹带", issuer=offices.yuzhong.pk),
            "live": "on",
            "owner": "1",
            "first_published_at": "2020-01-01",
        },
    )
    assert taken.status_code == 302
    page = NoticePage.objects.get(title="夹带")
    assert (page.live, page.first_published_at) == (False, None)


def test_a_substitute_has_the_house_of_the_absent_and_loses_it(offices: Offices) -> None:
    from portal.accounts.services.grants import cancel_absence, enter_absence

    absent = make_person("absent", Role.EDITOR, office=offices.yuzhong)
    substitute = make_person("substitute", Role.CASE_OFFICER, office=offices.yuzhong)
    today = timezone.localdate()
    head = make_person("head", Role.SYSADMIN, office=offices.yuzhong)
    absence = enter_absence(
        absent, substitute, today, today + dt.timedelta(days=3), reason="出差", actor=head
    )
    address = f"/admin/pages/{offices.own.pk}/edit/"
    assert desk_of(User.objects.get(pk=substitute.pk)).get(address).status_code == 200
    cancel_absence(absence, reason="提前返回", actor=head)
    assert desk_of(User.objects.get(pk=substitute.pk)).get(address).status_code == 404


def test_notices_and_files_are_reached_exactly_as_the_table_says(site: Site) -> None:
    """Roles × offices × actions, read from the table anew; bureau and centre are one house."""
    administration = make_administration()
    table = read_table()
    things: dict[str, dict[str, Model]] = {"公告": {}, "文件": {}}
    parent = NoticeSectionPage.objects.get(section="general")
    for name, office in administration.offices.items():
        page = NoticePage(title=f"公告 {name}", issuer=office, written_on=timezone.localdate(), live=False)
        things["公告"][name] = parent.add_child(instance=page)
        things["文件"][name] = PortalDocument.objects.create(
            title=f"文件 {name}", office=office, file="a.csv"
        )
    house = {name: {name} for name in SEATS} | {key: {"bureau", "centre"} for key in ("bureau", "centre")}
    wrong = []
    for role, (seat_of, seats), (thing, objects), action in itertools.product(
        Role, SEATS.items(), things.items(), Action
    ):
        user = administration.person(role, seat_of)
        rows = type(objects["bureau"])._default_manager.all()
        seen = set(visible(user, action, rows).values_list("pk", flat=True))
        expected: set[str] = set()
        for seat, reach in table[thing, str(role.label), action.value]:
            if seat in seats:
                expected |= {"本机关": house[seat_of], "全部": set(objects)}[reach]
        if seen != {objects[name].pk for name in expected}:
            wrong.append((role, seat_of, thing, action.value))
    assert wrong == []
