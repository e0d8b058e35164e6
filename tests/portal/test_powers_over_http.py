"""The table of powers asked through the screens themselves: list, open, edit, export, search, file link.

Eight people in `make test`, every role at every office in `make soak`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.utils import timezone

from documents.models import PortalDocument
from portal.accounts.models import Role
from portal.notices.models import NoticePage, NoticeSectionPage
from portal.register.models import ImportRun
from tests.accounts.test_powers_matrix import read_table
from tests.factories.offices import RELATIONS, SEATS, Administration, make_administration

pytestmark = pytest.mark.django_db
PEOPLE = (
    (Role.CASE_OFFICER, "yuzhong"),
    (Role.CASE_OFFICER, "centre"),
    (Role.HEAD, "bureau"),
    (Role.EDITOR, "yuzhong"),
    (Role.PUBLISHER, "centre"),
    (Role.ARCHIVIST, "yuzhong"),
    (Role.AUDITOR, "bureau"),
    (Role.SYSADMIN, "bureau"),
)
#: For notices the bureau and the centre are one house.
HOUSES = {"bureau": {"bureau", "centre"}, "centre": {"bureau", "centre"}}


@dataclass(frozen=True, slots=True)
class Probe:
    """One request, what the table calls it, and the text that shows that the object was reached (or just 200)."""

    thing: str
    action: str
    name: str
    relations: dict[str, str]
    path: str
    mark: str = ""


def filing_probes(administration: Administration) -> Iterator[Probe]:
    """Everything that hangs on a filing, in its lists and pages."""
    lists = {
        "评价机构": "institutions",
        "备案": "filings",
        "备案范围": "scope",
        "评价场地": "sites",
        "收费标准": "fees",
        "备案事项": "events",
    }
    for name, relations in RELATIONS.items():
        filing = administration.filings[name]
        schedule = filing.fee_schedules.get()
        for thing, part in lists.items():
            base = f"/admin/register/{part}/"
            yield Probe(thing, "列表", name, relations, base, f"演示{name}评价中心")
            yield Probe(thing, "检索", name, relations, f"{base}?q={filing.code}", f"演示{name}评价中心")
            yield Probe(thing, "导出", name, relations, f"{base}?export=csv", f"演示{name}评价中心")
        institution, register = f"/admin/register/institutions/{filing.institution_id}/", "/admin/register"
        yield Probe("评价机构", "打开", name, relations, institution)
        yield Probe("评价机构", "修改", name, relations, institution + "edit/")
        yield Probe("备案", "打开", name, relations, f"{register}/filings/{filing.pk}/")
        yield Probe("备案", "修改", name, relations, f"{register}/filings/{filing.pk}/record/changed/")
        yield Probe("收费标准", "打开", name, relations, f"{register}/fees/{schedule.pk}/")


def office_probes(administration: Administration) -> Iterator[Probe]:
    """A draft, a file and an import of three offices."""
    section = NoticeSectionPage.objects.get(section="general")
    for number, name in enumerate(("yuzhong", "wanzhou", "centre")):
        office = administration.offices[name]
        relations, house = {name: "本机关"}, dict.fromkeys(HOUSES.get(name, {name}), "本机关")
        page = NoticePage(title=f"演示草稿{name}", issuer=office, written_on=timezone.localdate(), live=False)
        section.add_child(instance=page)
        page.save_revision()
        yield Probe("公告", "列表", name, house, "/admin/notices/", page.title)
        yield Probe("公告", "打开", name, house, f"/admin/notices/{page.pk}/")
        yield Probe("公告", "修改", name, house, f"/admin/pages/{page.pk}/edit/")
        yield Probe("公告", "检索", name, house, f"/admin/notices/?q={page.title[2:]}", page.title)
        document = PortalDocument(title=f"演示附件{name}", office=office)
        document.file.save(f"{name}.txt", ContentFile(name.encode() * (number + 1)))
        yield Probe("文件", "列表", name, relations, "/admin/files/", document.title)
        yield Probe("文件", "检索", name, relations, f"/admin/files/?q={document.title[2:]}", document.title)
        yield Probe("文件", "附件", name, relations, document.url)
        run = ImportRun.objects.create(
            office=office,
            kind=ImportRun.Kind.INSTITUTIONS,
            file_name=f"{name}.csv",
            sha256="0" * 64,
            size=1,
            uploaded_by=administration.person(Role.CASE_OFFICER, name),
            uploaded_at=timezone.now(),
        )
        yield Probe("导入", "列表", name, relations, "/admin/imports/", run.file_name)
        yield Probe("导入", "打开", name, relations, f"/admin/imports/{run.pk}/")


def common_probes(administration: Administration) -> Iterator[Probe]:
    """What belongs to nobody in particular, and people."""
    yield Probe("审计记录", "列表", "-", {}, "/admin/audit/")
    yield Probe("审计记录", "导出", "-", {}, "/admin/audit/export/")
    for thing, part in (
        ("职业", "occupations"),
        ("职业标准", "standards"),
        ("区县", "districts"),
        ("备案管理机构", "authorities"),
        ("节假日", "calendar"),
    ):
        yield Probe(thing, "列表", "-", {}, f"/admin/reference/{part}/")
    somebody = administration.person(Role.EDITOR, "yuzhong")
    yield Probe("账号", "打开", "-", {"yuzhong": "本机关"}, f"/admin/accounts/{somebody.pk}/")


class Visitor:
    """A logged-in account that asks for every address once."""

    def __init__(self, administration: Administration, role: Role, office: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.client.force_login(administration.person(role, office))
        self.seen: dict[str, tuple[int, bytes]] = {}

    def reached(self, probe: Probe) -> bool:
        """Whether the answer lets the account at the object."""
        if probe.path not in self.seen:
            response: Any = self.client.get(probe.path)
            body = b"".join(response) if response.streaming else response.content
            self.seen[probe.path] = response.status_code, body
        status, body = self.seen[probe.path]
        assert status in (200, 302, 403, 404), (probe, status)
        return status == 200 and probe.mark.encode() in body


def test_screens_let_through_exactly_what_the_table_says() -> None:
    administration = make_administration()
    table = read_table()
    probes = [
        *filing_probes(administration),
        *office_probes(administration),
        *common_probes(administration),
    ]
    everybody = [(role, office) for role in Role for office in SEATS]
    wrong = []
    for role, office in everybody if os.environ.get("SOAK") else PEOPLE:
        visitor = Visitor(administration, role, office)
        for probe in probes:
            reaches = {probe.relations.get(office), "全部"}
            expected = any(
                seat in SEATS[office] and reach in reaches
                for seat, reach in table[probe.thing, str(role.label), probe.action]
            )
            if visitor.reached(probe) is not expected:
                wrong.append((str(role), office, probe.thing, probe.action, probe.name, expected))
    assert wrong == []
