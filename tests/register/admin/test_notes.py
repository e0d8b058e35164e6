"""Notes on filings: who writes which, who sees them, who sends and who takes note of them (Art. 3, 15)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client

from portal.accounts.models import Role
from portal.accounts.powers import Action
from portal.accounts.scoping import visible
from portal.audit.models import AuditEvent
from portal.register.models import FileNote
from portal.register.services.notes import NoteRefused, mark_read, send_note, writable_kinds, write_note
from tests.factories.offices import SEATS, Administration, make_administration

pytestmark = pytest.mark.django_db


@pytest.fixture
def administration() -> Administration:
    return make_administration()


#: (filing, office) → kinds that a case officer there writes.
WRITTEN = {
    ("yuzhong", "yuzhong"): ["internal"],
    ("yuzhong", "centre"): ["guidance", "internal"],
    ("yuzhong", "bureau"): ["guidance", "internal"],
    ("city_in_yuzhong", "centre"): ["internal"],
    ("city_in_yuzhong", "bureau"): ["internal"],
    ("city_in_yuzhong", "yuzhong"): ["host", "internal"],
}


def test_who_writes_which_kind(administration: Administration) -> None:
    for name in ("yuzhong", "wanzhou", "city_in_yuzhong"):
        for office in SEATS:
            expected = WRITTEN.get((name, office), [])
            if name == "wanzhou":
                expected = WRITTEN.get(("yuzhong", {"wanzhou": "yuzhong"}.get(office, office)), [])
                expected = [] if office == "yuzhong" else expected
            for role in (Role.CASE_OFFICER, Role.HEAD):
                found = writable_kinds(administration.person(role, office), administration.filings[name])
                assert [one.kind for one in found] == expected, (name, office, role)
            reader = administration.person(Role.ARCHIVIST, office)
            assert writable_kinds(reader, administration.filings[name]) == []


def write(administration: Administration, filing: str, office: str, kind: str, **options: Any) -> FileNote:
    user = administration.person(Role.CASE_OFFICER, office)
    target = administration.filings[filing]
    what = next(one for one in writable_kinds(user, target) if one.kind == kind)
    return write_note(user, target, what, f"{office}的{kind}", **options)


def test_who_sees_which_note(administration: Administration) -> None:
    seen_by = {
        write(administration, "yuzhong", "centre", "guidance").pk: {"centre", "yuzhong"},
        write(administration, "yuzhong", "centre", "internal").pk: {"centre"},
        write(administration, "yuzhong", "yuzhong", "internal").pk: {"yuzhong"},
        write(administration, "city_in_yuzhong", "yuzhong", "host").pk: {"yuzhong"},
        write(administration, "city_in_yuzhong", "yuzhong", "host", send=True).pk: {"yuzhong", "centre"},
        write(administration, "city_in_yuzhong", "bureau", "internal").pk: {"bureau"},
    }
    for role in (Role.CASE_OFFICER, Role.HEAD):
        for office in SEATS:
            user = administration.person(role, office)
            for action in (Action.LIST, Action.OPEN, Action.SEARCH):
                found = set(visible(user, action, FileNote.objects.all()).values_list("pk", flat=True))
                assert found == {pk for pk, offices in seen_by.items() if office in offices}, (office, action)
    auditor = administration.person(Role.AUDITOR, "bureau")
    assert visible(auditor, Action.LIST, FileNote.objects.all()).count() == len(seen_by)
    assert not visible(auditor, Action.EDIT, FileNote.objects.all()).exists()
    for role in (Role.EDITOR, Role.PUBLISHER, Role.ARCHIVIST, Role.SYSADMIN):
        assert not visible(
            administration.person(role, "yuzhong"), Action.LIST, FileNote.objects.all()
        ).exists()


def test_the_addressed_office_takes_note_once(administration: Administration) -> None:
    note = write(administration, "yuzhong", "centre", "guidance")
    writer = administration.person(Role.CASE_OFFICER, "centre")
    reader = administration.person(Role.HEAD, "yuzhong")
    with pytest.raises(PermissionDenied):
        mark_read(writer, note.pk)
    with pytest.raises(Http404):
        mark_read(administration.person(Role.HEAD, "wanzhou"), note.pk)
    assert mark_read(reader, note.pk).read_by == reader
    mark_read(administration.person(Role.CASE_OFFICER, "yuzhong"), note.pk)
    note.refresh_from_db()
    assert note.read_by == reader
    logged = AuditEvent.objects.filter(action__startswith="register.note.").values_list("action", flat=True)
    assert sorted(logged) == ["register.note.read", "register.note.written"]
    assert not any("guidance" in str(row.reason) for row in AuditEvent.objects.all())


def test_a_host_district_sends_what_it_kept(administration: Administration) -> None:
    note = write(administration, "city_in_yuzhong", "yuzhong", "host")
    with pytest.raises(Http404):
        send_note(administration.person(Role.HEAD, "centre"), note.pk)
    assert send_note(administration.person(Role.HEAD, "yuzhong"), note.pk).waits
    internal = write(administration, "city_in_yuzhong", "yuzhong", "internal")
    with pytest.raises(PermissionDenied):
        send_note(administration.person(Role.HEAD, "yuzhong"), internal.pk)


def test_texts_are_checked_and_the_database_keeps_internal_notes_inside(
    administration: Administration,
) -> None:
    user, filing = administration.person(Role.HEAD, "yuzhong"), administration.filings["yuzhong"]
    what = writable_kinds(user, filing)[0]
    for text in ("  ", "字", "长" * 2001):
        with pytest.raises(NoteRefused):
            write_note(user, filing, what, text)
    foreign = writable_kinds(administration.person(Role.HEAD, "centre"), filing)[0]
    with pytest.raises(PermissionDenied):
        write_note(user, filing, foreign, "冒用中心的名义")
    note = write_note(user, filing, what, "内部记录")
    with pytest.raises(IntegrityError), transaction.atomic():
        FileNote.objects.filter(pk=note.pk).update(sent_at=note.created_at)


def test_notes_on_the_page_of_a_filing(client: Client, administration: Administration) -> None:
    filing = administration.filings["yuzhong"]
    url = f"/admin/register/filings/{filing.pk}/"
    client.force_login(administration.person(Role.CASE_OFFICER, "centre"))
    form = client.get(url).context["note_form"]
    guidance = form.fields["what"].choices[0][0]
    refused = client.post(url + "notes/", {"what": guidance, "text": ""})
    assert refused.status_code == 422
    assert "请写明批注内容" in refused.content.decode()
    assert client.post(url + "notes/", {"what": "guidance:0", "text": "没有这个机关"}).status_code == 422
    assert client.post(url + "notes/", {"what": guidance, "text": "请核对<b>场地</b>"}).status_code == 302
    client.force_login(administration.person(Role.CASE_OFFICER, "yuzhong"))
    shown = client.get(url).content.decode()
    assert "请核对&lt;b&gt;场地&lt;/b&gt;" in shown
    note = FileNote.objects.get()
    waiting = client.get("/admin/register/notes/", {"waiting": "yes"}).context["object_list"]
    assert waiting == [note]
    read = f"/admin/register/notes/{note.pk}/read/"
    assert client.get(read).status_code == 405
    assert client.post(read).status_code == 302
    assert "阅知" in client.get(url).content.decode()
    assert client.get("/admin/register/notes/", {"waiting": "yes"}).context["items_count"] == 0
    client.force_login(administration.person(Role.CASE_OFFICER, "wanzhou"))
    assert client.post(read).status_code == 404
