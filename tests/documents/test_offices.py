"""Files by office: who sees, changes and gets them, and when the public does."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from documents.models import PortalDocument
from portal.accounts.models import Role, User
from portal.audit.models import AuditEvent
from tests.factories.people import make_person
from tests.factories.register import make_authority, make_bureau, make_centre, make_district
from tests.notices.conftest import MakeNotice, make_notice, site  # noqa: F401

pytestmark = pytest.mark.django_db


def desk_of(user: User) -> Client:
    desk = Client()
    desk.force_login(user)
    return desk


def upload(user: User, title: str = "内部草稿附件", **extra: Any) -> PortalDocument:
    """Through the form, as an editor does."""
    file = SimpleUploadedFile("draft.csv", "甲,乙\n1,2\n".encode())
    answer = desk_of(user).post("/admin/documents/add/", {"title": title, "file": file, **extra})
    assert answer.status_code == 302, answer.context["form"].errors
    made: PortalDocument = PortalDocument.objects.get(title=title)
    return made


@pytest.fixture
def writer(site: Any) -> User:  # noqa: F811
    return make_person("yuzhong-bianji", Role.EDITOR, office=make_authority())


def test_a_file_belongs_to_the_office_of_its_uploader_whatever_the_form_says(writer: User) -> None:
    document = upload(writer, office=make_bureau().pk, uploaded_by_user=1)
    assert document.office == make_authority()
    assert document.uploaded_by_user == writer


def test_before_it_is_published_only_the_own_house_gets_it_and_that_is_noted(writer: User) -> None:
    document = upload(writer)
    wanzhou = make_authority(make_district("500101", "万州区"))
    people = {
        writer: 200,
        make_person("own-fabu", Role.PUBLISHER, office=make_authority()): 200,
        make_person("auditor", Role.AUDITOR): 200,
        make_person("own-officer", Role.CASE_OFFICER, office=make_authority()): 404,
        make_person("sysadmin", Role.SYSADMIN): 404,
        make_person("wanzhou-bianji", Role.EDITOR, office=wanzhou): 404,
        make_person("city-bianji", Role.EDITOR, office=make_centre()): 404,
    }
    for user, status in people.items():
        assert desk_of(user).get(document.url).status_code == status, user
    assert Client().get(document.url).status_code == 404
    reads = AuditEvent.objects.filter(action="documents.document.read", object_id=str(document.pk))
    assert {event.actor_id for event in reads} == {
        user.pk for user, status in people.items() if status == 200
    }


def test_another_office_neither_finds_nor_opens_nor_changes_it(writer: User) -> None:
    document = upload(writer)
    desk = desk_of(make_person("city-bianji", Role.EDITOR, office=make_centre()))
    for address in (
        f"/admin/documents/edit/{document.pk}/", f"/admin/documents/delete/{document.pk}/",
        f"/admin/documents/usage/{document.pk}/", f"/admin/documents/chooser/{document.pk}/",
        f"/admin/bulk/documents/portaldocument/delete/?id={document.pk}",
        f"/admin/bulk/documents/portaldocument/add_tags/?id={document.pk}",
    ):  # fmt: skip
        for answer in (desk.get(address), desk.post(address, {"title": "改名"})):
            assert answer.status_code == 404, address
    several = desk.get(f"/admin/documents/chooser/chosen-multiple/?id={document.pk}")
    assert document.title not in several.content.decode()
    document.refresh_from_db()
    assert document.title == "内部草稿附件"


def test_readers_find_it_in_the_list_of_the_house(writer: User) -> None:
    document = upload(writer)
    wanzhou = make_authority(make_district("500101", "万州区"))
    for user, seen in (
        (make_person("own-fabu", Role.PUBLISHER, office=make_authority()), True),
        (make_person("auditor", Role.AUDITOR), True),
        (make_person("wanzhou-fabu", Role.PUBLISHER, office=wanzhou), False),
    ):
        for address in ("/admin/files/", "/admin/files/?q=草稿", "/admin/files/results/"):
            assert (document.title in desk_of(user).get(address).content.decode()) is seen, (user, address)
    assert desk_of(make_person("officer", Role.CASE_OFFICER)).get("/admin/files/").status_code == 403


def test_uploads_and_deletions_are_in_the_log(writer: User) -> None:
    document = upload(writer)
    key = str(document.pk)
    desk_of(writer).post(f"/admin/documents/delete/{document.pk}/")
    events = AuditEvent.objects.filter(object_type="documents.portaldocument", object_id=key).order_by("pk")
    assert [(event.action, event.actor_id) for event in events] == [
        ("documents.document.uploaded", writer.pk),
        ("documents.document.deleted", writer.pk),
    ]


def test_the_public_gets_it_with_the_notice_and_not_with_a_draft(
    writer: User,
    make_notice: MakeNotice,  # noqa: F811
) -> None:
    document = upload(writer)
    attached = [("attachments", {"files": [document.pk]})]
    make_notice("草稿", live=False, issuer=make_authority(), body=attached)
    live = make_notice("公开的", issuer=make_authority())
    live.body = [("attachments", {"files": [document]})]
    live.save_revision(user=writer)
    assert Client().get(document.url).status_code == 404, "only drafts carry it"
    published = make_notice("带附件", issuer=make_authority(), body=attached)
    assert Client().get(document.url).status_code == 200
    # A later draft without it takes nothing away from the published version.
    published.body = []
    published.save_revision(user=writer)
    assert Client().get(document.url).status_code == 200
    published.unpublish()
    assert Client().get(document.url).status_code == 404


def test_a_file_in_running_text_counts_too(writer: User, make_notice: MakeNotice) -> None:  # noqa: F811
    document = upload(writer)
    make_notice("正文链接", body=[("text", f'<p><a linktype="document" id="{document.pk}">附件</a></p>')])
    assert Client().get(document.url).status_code == 200


def test_what_the_public_reads_is_not_swapped_or_deleted(
    writer: User,
    make_notice: MakeNotice,  # noqa: F811
) -> None:
    document = upload(writer)
    make_notice("带附件", issuer=make_authority(), body=[("attachments", {"files": [document.pk]})])
    desk = desk_of(writer)
    other = SimpleUploadedFile("other.csv", b"x,y\n3,4\n")
    address = f"/admin/documents/edit/{document.pk}/"
    for change in ({"title": document.title, "file": other}, {"title": "换个名字"}):
        refused = desk.post(address, change)
        assert refused.status_code == 200
        assert "已随公告公开，不能直接改动" in refused.content.decode()
    assert desk.post(f"/admin/documents/delete/{document.pk}/").status_code == 403
    kept = PortalDocument.objects.get(pk=document.pk)
    assert (kept.title, kept.file.read()) == (document.title, "甲,乙\n1,2\n".encode())


def test_a_file_that_nothing_carries_may_go_again(writer: User) -> None:
    document = upload(writer)
    assert desk_of(writer).post(f"/admin/documents/delete/{document.pk}/").status_code == 302
    assert not PortalDocument.objects.filter(pk=document.pk).exists()
