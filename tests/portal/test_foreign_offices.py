"""A district's people meet nothing of another district: no list, no count, no guessed address, no change.

The addresses come from the URL table itself, so that a screen that is added later is tested too.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import models
from django.test import Client
from django.utils import timezone

from documents.models import PortalDocument
from portal.accounts.models import Absence, Authority, Grant, Role, User
from portal.notices.models import NoticePage, NoticeSectionPage
from portal.register.models import FileNote, ImportRun
from tests.factories.offices import Administration, make_administration
from tests.factories.people import make_person
from tests.factories.register import make_fees, make_filing, make_institution, site
from tests.portal.admin_addresses import admin_addresses

pytestmark = pytest.mark.django_db
#: Stands in every text of what belongs to the other district.
MARK = "密标"
#: These end the session or the test's own account.
LEFT_OUT = (
    "/admin/logout/",
    "/admin/login/",
    "/admin/security/",
    "/admin/session/",
    "/admin/account/",
    "/admin/failwhale/",
)
#: What differs from one answer to the next by itself.
CHANGING = re.compile(
    r'(csrfmiddlewaretoken\\?" value=\\?")[^"\\]*|("CSRF_TOKEN": ")[^"]*|(data-csrf[^=]*=")[^"]*|\d+(?: |&nbsp;)?(?:秒|分钟)前'
)


@dataclass
class Foreign:
    """What belongs to 渝中, by the names of the parameters that could hold its keys."""

    rows: list[models.Model]

    def numbers(self) -> list[object]:
        """Every key once."""
        return sorted({row.pk for row in self.rows})

    def state(self) -> list[dict[str, Any]]:
        """All rows as they stand in the database."""
        return [type(row)._default_manager.filter(pk=row.pk).values().get() for row in self.rows]


@pytest.fixture
def administration() -> Administration:
    return make_administration()


@pytest.fixture
def wanzhou(administration: Administration, client: Client) -> Client:
    """Somebody who may do in 万州 whatever a district lets anybody do."""
    roles = (Role.CASE_OFFICER, Role.HEAD, Role.EDITOR, Role.PUBLISHER, Role.ARCHIVIST)
    user = make_person("wanzhou", *roles, office=administration.offices["wanzhou"])
    client.force_login(user)
    client.raise_request_exception = False
    return client


def make_foreign(administration: Administration) -> Foreign:
    """One of everything that 渝中 may have, all with the mark; what follows by rule is made with it."""
    office = administration.offices["yuzhong"]
    institution = make_institution(f"演示{MARK}学校", registered_address=f"{MARK}路1号")
    place = site(f"{MARK}考场", institution.district.code, f"{MARK}路2号")
    filing = make_filing(institution, authority=office, sites=[place], filed_on=dt.date(2025, 3, 3))
    schedule = make_fees(filing, {("6-31-01-03", "3"): 99900}, basis=f"{MARK}收费依据")
    author = make_person("mibiao", Role.HEAD, office=office, first_name=f"{MARK}人员")
    stand_in = make_person("mibiao2", Role.CASE_OFFICER, office=office, first_name=f"{MARK}替代")
    absence = Absence.objects.create(
        user=author,
        substitute=stand_in,
        first_day=timezone.localdate(),
        last_day=timezone.localdate(),
        reason=f"{MARK}外出",
    )
    note = FileNote.objects.create(
        filing=filing, office=office, author=author, kind=FileNote.Kind.INTERNAL, text=f"{MARK}记录"
    )
    run = ImportRun.objects.create(
        office=office,
        kind=ImportRun.Kind.INSTITUTIONS,
        file_name=f"{MARK}.csv",
        sha256="0" * 64,
        size=1,
        uploaded_by=author,
        uploaded_at=timezone.now(),
    )
    document = PortalDocument(title=f"{MARK}文件", office=office)
    document.file.save("mibiao.txt", ContentFile(f"{MARK}内容".encode()))
    rows: list[models.Model] = [
        institution,
        filing,
        schedule,
        author,
        absence,
        note,
        run,
        document,
        *filing.scope_items.all(),
        *filing.sites.all(),
        *filing.events.all(),
        *Grant.objects.filter(user=author),
    ]
    return Foreign([*rows, *make_drafts(office, author)])


def make_drafts(office: Authority, author: User, mark: str = MARK) -> list[NoticePage]:
    """A draft of an office, and one that waits for approval there."""
    section = NoticeSectionPage.objects.get(section="general")
    pages = []
    for number in range(2):
        page = NoticePage(
            title=f"{mark}公告{number}",
            issuer=office,
            written_on=timezone.localdate(),
            live=False,
            owner=author,
            summary=mark,
        )
        section.add_child(instance=page)
        page.save_revision(user=author)
        pages.append(page)
    pages[1].get_workflow().start(pages[1], author)
    return pages


def answers(client: Client, query: str = "") -> dict[str, str]:
    """What every address without parameters answers, without what changes by itself."""
    found = {}
    for address in admin_addresses():
        if address.parameters or address.route.startswith(LEFT_OUT):
            continue
        response = client.get(address.route + query, follow=True)
        assert response.status_code < 500, address.route
        body = b"".join(response) if response.streaming else response.content
        found[address.route] = CHANGING.sub("", body.decode("utf-8", "replace"))
    return found


def test_nothing_of_another_office_shows_in_lists_or_counts(
    administration: Administration, wanzhou: Client
) -> None:
    make_drafts(administration.offices["wanzhou"], User.objects.get(username="wanzhou"), mark="本区")
    before = answers(wanzhou)
    assert len(before) > 40
    make_foreign(administration)
    after = answers(wanzhou)
    showing = [route for route, text in after.items() if MARK in text]
    assert showing == []
    different = [route for route in before if before[route] != after[route]]
    assert different == []


@pytest.mark.parametrize(
    "query", ["?q=" + MARK, "?search=" + MARK, "?export=csv", "?export=xlsx", "?format=csv&q=" + MARK]
)
def test_searches_filters_and_exports_find_nothing_of_another_office(
    administration: Administration, wanzhou: Client, query: str
) -> None:
    make_foreign(administration)
    # The words of the question itself stand in the search box.
    found = {
        route: text.replace(MARK, "", text.count(f'value="{MARK}"'))
        for route, text in answers(wanzhou, query).items()
    }
    showing = [
        route
        for route, text in found.items()
        if f"{MARK}人" in text or f"演示{MARK}" in text or f"{MARK}公告" in text
    ]
    assert showing == []


def test_guessed_addresses_are_refused_and_change_nothing(
    administration: Administration, wanzhou: Client
) -> None:
    foreign = make_foreign(administration)
    state = foreign.state()
    wrong = []
    tried = 0
    for address in admin_addresses():
        if not address.parameters or address.route.startswith(LEFT_OUT):
            continue
        for key in foreign.numbers():
            path = address.filled(**dict.fromkeys(address.parameters, key))
            for method in ("get", "post"):
                response = getattr(wanzhou, method)(path)
                tried += 1
                body = b"".join(response) if response.streaming else response.content
                if response.status_code >= 500 or MARK.encode() in body:
                    wrong.append((method, path, response.status_code))
    assert tried > 500
    assert wrong == []
    assert foreign.state() == state
