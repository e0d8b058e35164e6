"""What the register gives staff to do: by consequence, only of the own office, the same number of queries."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.accounts.models import Role
from portal.contracts.duties import Consequence, Duties, sources
from portal.register.models import Filing
from portal.register.services.notes import writable_kinds, write_note
from portal.regulation.validity import expiry_of, renewal_last_day
from tests.factories.offices import Administration, make_administration
from tests.factories.register import add_event, make_fees, make_filing

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 22)
NAMES = ("renewals", "expiring", "rectification", "notes", "fees")


@pytest.fixture
def administration() -> Administration:
    return make_administration()


def find(user: Any, name: str, limit: int = 10, day: dt.date = DAY) -> Duties:
    source = next(one for one in sources() if one.name == f"register.{name}")
    return source.find(user, day, limit)


def filing_that_ends(administration: Administration, office: str, days: int) -> Filing:
    """A filing of an office, with fees, that ends so many days after the day."""
    last = DAY + dt.timedelta(days=days)
    filing = make_filing(
        authority=administration.offices[office],
        filed_on=last.replace(year=last.year - 3) + dt.timedelta(days=1),
    )
    make_fees(filing, {("6-31-01-03", "3"): 30500})
    assert expiry_of(filing.filed_on) == last
    return filing


def test_undecided_renewals_by_the_earlier_day(administration: Administration) -> None:
    user = administration.person(Role.CASE_OFFICER, "yuzhong")
    soon, far, gone = (filing_that_ends(administration, "yuzhong", days) for days in (20, 200, -5))
    foreign = filing_that_ends(administration, "wanzhou", 20)
    asked = DAY - dt.timedelta(days=30)
    for filing in (soon, far, gone, foreign):
        add_event(filing, "renewal_requested", asked)
    found = find(user, "renewals")
    assert [(duty.url.split("/")[-2], duty.consequence) for duty in found.items] == [
        (str(soon.pk), Consequence.TAKES_EFFECT),
        (str(far.pk), Consequence.TAKES_EFFECT),
        (str(gone.pk), Consequence.OVERDUE),
    ]
    assert [duty.due for duty in found.items] == [
        DAY + dt.timedelta(days=20),
        asked + dt.timedelta(days=90),
        DAY - dt.timedelta(days=5),
    ]
    assert "暂停评价" in found.items[0].why
    assert "第十四条" in found.items[0].why
    add_event(soon, "renewal_refused", DAY - dt.timedelta(days=1))
    assert find(user, "renewals").total == 2


def test_filings_that_expire_without_a_request(administration: Administration) -> None:
    user = administration.person(Role.HEAD, "yuzhong")
    empty = find(user, "expiring")
    first = expiry_of(administration.filings["yuzhong"].filed_on)
    assert (list(empty.items), empty.total, empty.next_day) == ([], 0, first - dt.timedelta(days=60))
    near, late, asked = (filing_that_ends(administration, "yuzhong", days) for days in (59, 10, 40))
    filing_that_ends(administration, "yuzhong", 61)
    filing_that_ends(administration, "wanzhou", 10)
    add_event(asked, "renewal_requested", DAY - dt.timedelta(days=1))
    struck = filing_that_ends(administration, "yuzhong", 12)
    add_event(struck, "deregistered", DAY - dt.timedelta(days=1), ground="voluntary")
    found = find(user, "expiring")
    assert [duty.due for duty in found.items] == [
        DAY + dt.timedelta(days=10),
        renewal_last_day(DAY + dt.timedelta(days=59)),
    ]
    assert {duty.consequence for duty in found.items} == {Consequence.DUE}
    assert "已过" in found.items[0].why
    assert "第十四条" in found.items[1].why
    assert found.items[1].what.startswith(near.code)
    assert found.items[0].what.startswith(late.code)
    limited = find(user, "expiring", limit=1)
    assert (len(limited.items), limited.total) == (1, 2)


def test_open_orders_fees_and_notes_wait(administration: Administration) -> None:
    filing = administration.filings["yuzhong"]
    user = administration.person(Role.CASE_OFFICER, "yuzhong")
    add_event(filing, "rectification_ordered", DAY - dt.timedelta(days=12))
    unposted = make_filing(authority=administration.offices["yuzhong"])
    make_filing(authority=administration.offices["wanzhou"])
    guide = administration.person(Role.CASE_OFFICER, "centre")
    write_note(guide, filing, writable_kinds(guide, filing)[0], "请核对场地")
    order = find(user, "rectification").items[0]
    assert (order.consequence, "已12天" in order.why) == (Consequence.WAITING, True)
    assert [duty.key for duty in find(user, "fees").items] == [f"register.fees.{unposted.pk}"]
    note = find(user, "notes")
    assert (note.total, note.items[0].action) == (1, "阅知")
    for name in NAMES:
        assert find(guide, name).total == 0, name
        assert find(administration.person(Role.AUDITOR, "bureau"), name).total == 0, name
        assert find(administration.person(Role.EDITOR, "yuzhong"), name).total == 0, name


def test_every_source_costs_the_same_for_few_and_for_many(administration: Administration) -> None:
    user = administration.person(Role.HEAD, "yuzhong")

    def cost(name: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            find(user, name)
        return len(captured)

    def grow() -> None:
        for days in (15, 25):
            asked = filing_that_ends(administration, "yuzhong", days)
            add_event(asked, "renewal_requested", DAY - dt.timedelta(days=20))
            filing_that_ends(administration, "yuzhong", days)
            ordered = make_filing(authority=administration.offices["yuzhong"])
            add_event(ordered, "rectification_ordered", DAY - dt.timedelta(days=3))
            guide = administration.person(Role.HEAD, "centre")
            write_note(guide, ordered, writable_kinds(guide, ordered)[0], "请核对")
            make_filing(authority=administration.offices["yuzhong"])

    grow()
    cost("notes")
    few = {name: cost(name) for name in NAMES}
    grow()
    assert {name: cost(name) for name in NAMES} == few
    assert sum(few.values()) < 30
