"""The register's lists: what each office finds, filters and searches; nothing of another office anywhere."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from portal.accounts.models import Role
from portal.register.models import Filing
from portal.register.services.filing_events import rename_institution
from portal.register.status_sql import standing_as, with_public_status
from portal.regulation.status import FilingStatus
from tests.factories.offices import Administration, make_administration
from tests.factories.random_register import random_register
from tests.factories.register import (
    add_event,
    make_authority,
    make_filing,
    make_institution,
    make_occupation,
    scope_item,
    site,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
LISTS = ("institutions", "filings", "scope", "sites", "events")


@pytest.fixture
def administration() -> Administration:
    return make_administration()


def rows(client: Client, name: str, **parameters: Any) -> list[Any]:
    answer = client.get(reverse(f"register_{name}:index"), parameters)
    assert answer.status_code == 200
    assert answer.context["items_count"] == len(answer.context["object_list"])
    return list(answer.context["object_list"])


def codes(client: Client, **parameters: Any) -> set[str]:
    return {filing.code for filing in rows(client, "filings", **parameters)}


def test_each_list_shows_own_and_hosted_rows_and_counts_no_other(
    client: Client, administration: Administration
) -> None:
    client.force_login(administration.person(Role.CASE_OFFICER, "yuzhong"))
    mine = {administration.filings[name].pk for name in ("yuzhong", "city_in_yuzhong")}
    for name in LISTS:
        found = rows(client, name)
        if name == "institutions":
            keys = set(Filing.objects.filter(institution__in=found).values_list("pk", flat=True))
        else:
            keys = {getattr(row, "filing_id", row.pk) for row in found}
        assert keys == mine, name
        text = client.get(reverse(f"register_{name}:index")).content.decode()
        foreign = administration.filings["wanzhou"]
        for secret in (foreign.code, foreign.institution.name, foreign.authority.name):
            assert secret not in text, (name, secret)


def test_an_institution_with_two_filings_comes_once(client: Client, administration: Administration) -> None:
    client.force_login(administration.person(Role.CASE_OFFICER, "yuzhong"))
    first = administration.filings["yuzhong"]
    second = make_filing(first.institution, authority=first.authority, kind="employer")
    found = [row for row in rows(client, "institutions") if row.pk == first.institution_id]
    assert [row.codes for row in found] == ["、".join(sorted((first.code, second.code)))]


def test_guessed_filters_pages_and_ids_of_another_district_tell_nothing(
    client: Client, administration: Administration
) -> None:
    client.force_login(administration.person(Role.HEAD, "yuzhong"))
    foreign = administration.filings["wanzhou"]
    guesses: tuple[tuple[str, dict[str, Any]], ...] = (
        ("filings", {"authority": foreign.authority_id}),
        ("institutions", {"authority": foreign.authority_id}),
        ("scope", {"authority": foreign.authority_id}),
        ("filings", {"code": foreign.code}),
        ("institutions", {"filing_code": foreign.code}),
        ("institutions", {"social_credit_code": foreign.institution.social_credit_code}),
        *((name, {"q": foreign.code}) for name in LISTS),
        *((name, {"q": foreign.institution.name}) for name in LISTS),
    )
    for name, parameters in guesses:
        assert rows(client, name, **parameters) == [], (name, parameters)
    event = foreign.events.get()
    for url in (
        f"/admin/register/filings/{foreign.pk}/",
        f"/admin/register/institutions/{foreign.institution_id}/",
        f"/admin/register/institutions/{foreign.institution_id}/edit/",
        f"/admin/register/filings/{foreign.pk}/record/changed/",
        f"/admin/register/filings/{foreign.pk}/events/{event.pk}/correct/",
        f"/admin/register/filings/{foreign.pk}/events/{event.pk}/annul/",
    ):
        assert client.get(url).status_code == 404, url
        assert client.post(url, {"reason": "猜测"}).status_code == 404, url
    assert client.post(f"/admin/register/filings/{foreign.pk}/notes/", {"text": "猜测"}).status_code == 404
    hosted = administration.filings["city_in_yuzhong"]
    assert client.get(f"/admin/register/filings/{hosted.pk}/").status_code == 200
    assert client.get(f"/admin/register/filings/{hosted.pk}/record/changed/").status_code == 403
    exported = client.get("/admin/register/filings/", {"export": "csv", "q": "演示"})
    text = exported.getvalue().decode()
    assert administration.filings["yuzhong"].code in text
    assert foreign.code not in text
    assert hosted.code not in text


def test_people_without_a_power_over_the_register_are_sent_away(
    client: Client, administration: Administration
) -> None:
    client.force_login(administration.person(Role.SYSADMIN, "bureau"))
    for name in LISTS:
        # Wagtail answers a missing power with its home page and a message.
        answer = client.get(reverse(f"register_{name}:index"))
        assert answer.status_code in (302, 403), name
        assert b"object_list" not in answer.content
    filing = administration.filings["yuzhong"]
    assert client.get(f"/admin/register/filings/{filing.pk}/").status_code == 404


@pytest.fixture
def some_filings(client: Client, administration: Administration) -> dict[str, str]:
    """Filings of one office, told apart by what the filters ask; their codes by name."""
    office = administration.offices["yuzhong"]
    client.force_login(administration.person(Role.CASE_OFFICER, "yuzhong"))
    make_occupation("4-10-01-02", "育婴员")
    old = make_filing(
        make_institution("（演示）缙云职业培训学校"),
        authority=office,
        filed_on=TODAY - dt.timedelta(days=1500),
    )
    order = make_filing(
        make_institution("演示嘉陵机电公司"),
        authority=office,
        kind="employer",
        filed_on=TODAY - dt.timedelta(days=300),
        scope=[scope_item("4-10-01-02", "5")],
        sites=[site(district="500101")],
    )
    add_event(order, "rectification_ordered", TODAY - dt.timedelta(days=3))
    asked = make_filing(
        make_institution("演示南山评价站"), authority=office, filed_on=TODAY - dt.timedelta(days=1065)
    )
    add_event(asked, "renewal_requested", TODAY - dt.timedelta(days=3))
    rename_institution(order.institution, "演示长江机电公司", TODAY - dt.timedelta(days=2))
    return {
        "old": old.code,
        "order": order.code,
        "asked": asked.code,
        "yuzhong": administration.filings["yuzhong"].code,
        "hosted": administration.filings["city_in_yuzhong"].code,
        "credit": order.institution.social_credit_code,
    }


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, "old order asked yuzhong hosted"),
        ({"status": "expired"}, "old"),
        ({"status": "rectification"}, "order"),
        ({"kind": "employer"}, "order"),
        ({"occupation": "育婴"}, "order"),
        ({"occupation": "４－10－01"}, "order"),
        ({"occupation": "电工", "level": "5"}, ""),
        ({"occupation": "电工", "level": "3"}, "old asked yuzhong hosted"),
        ({"district": "500101"}, "order"),
        ({"expiry_to": (TODAY + dt.timedelta(days=60)).isoformat()}, "old asked"),
        (
            {"expiry_from": TODAY.isoformat(), "expiry_to": (TODAY + dt.timedelta(days=60)).isoformat()},
            "asked",
        ),
        ({"renewal": "open"}, "asked"),
        ({"fees": "missing"}, "old order asked"),
        ({"fees": "posted", "renewal": "none"}, "yuzhong hosted"),
        ({"q": "嘉陵"}, "order"),
        ({"q": "长江 机电"}, "order"),
        ({"q": "(演示)缙云"}, "old"),
        ({"q": "没有这家"}, ""),
        ({"status": "sold"}, ""),
        ({"expiry_from": "明天"}, ""),
    ],
)
def test_filters_and_search_find_exactly(
    client: Client, some_filings: dict[str, str], parameters: dict[str, str], expected: str
) -> None:
    from portal.accounts.models import District

    if "district" in parameters:
        parameters = {"district": str(District.objects.get(code=parameters["district"]).pk)}
    assert codes(client, **parameters) == {some_filings[name] for name in expected.split()}


def test_codes_are_found_in_any_width_and_case(client: Client, some_filings: dict[str, str]) -> None:
    for text in (some_filings["credit"], some_filings["order"]):
        wide = "".join(chr(ord(character) + 0xFEE0) for character in text.lower())
        for writing in (text.lower(), wide, text[2:14]):
            assert some_filings["order"] in codes(client, q=writing), writing


def test_lists_sort_and_page(client: Client, some_filings: dict[str, str]) -> None:
    url = reverse("register_filings:index")
    answer = client.get(url, {"ordering": "-filed_on"})
    days = [filing.filed_on for filing in answer.context["object_list"]]
    assert days == sorted(days, reverse=True)
    assert client.get(url, {"ordering": "institution__social_credit_code; drop", "p": "x"}).status_code == 200
    assert client.get(url, {"p": "99"}).status_code == 200


def test_a_list_costs_the_same_for_few_and_for_many(client: Client, administration: Administration) -> None:
    client.force_login(administration.person(Role.AUDITOR, "bureau"))

    def cost(name: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse(f"register_{name}:index")).status_code == 200
        return len(captured)

    for name in LISTS:
        cost(name)
    few = {name: cost(name) for name in LISTS}
    for _ in range(8):
        make_filing(authority=make_authority())
    assert {name: cost(name) for name in LISTS} == few
    filing = administration.filings["yuzhong"]
    page = f"/admin/register/filings/{filing.pk}/"
    with CaptureQueriesContext(connection) as one:
        client.get(page)
    for number in range(4):
        add_event(filing, "renewal_requested", TODAY - dt.timedelta(days=40 - number * 2))
        add_event(filing, "renewal_refused", TODAY - dt.timedelta(days=39 - number * 2))
    with CaptureQueriesContext(connection) as many:
        client.get(page)
    assert len(many) <= len(one) + 1


def test_the_quick_condition_says_the_same_as_the_status_of_each_filing() -> None:
    random_register(seed=11, size=60)
    for day in (TODAY, dt.date(2024, 6, 1), dt.date(2028, 1, 1)):
        said = dict(with_public_status(Filing.objects.all(), day).values_list("pk", "public_status"))
        for status in FilingStatus:
            found = set(Filing.objects.filter(standing_as([status], day)).values_list("pk", flat=True))
            assert found == {pk for pk, value in said.items() if value == status.value}, (day, status)
