"""The register's lists in the workplace against bare Wagtail lists over the same tables, in turns, in one run."""

from __future__ import annotations

import datetime as dt
import itertools
import time

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from portal.accounts.models import Authority, Role, User
from portal.accounts.services.grants import grant_role
from portal.register.models import (
    Filing,
    FilingEvent,
    FilingSpan,
    Institution,
    InstitutionName,
    ScopeItem,
)
from tests.bench.clock import median
from tests.bench.report import Report, Row

LIMIT = 1.5
_AT_ONCE = 2000
_LISTS = (
    ("filings", "/admin/register/filings/", "/admin/bare_filings/"),
    ("filings, page 700", "/admin/register/filings/?p=700", "/admin/bare_filings/?p=700"),
    ("scope items", "/admin/register/scope/", "/admin/bare_scope/"),
    ("institutions", "/admin/register/institutions/", "/admin/bare_institutions/"),
    ("sites", "/admin/register/sites/", "/admin/bare_sites/"),
    ("events", "/admin/register/events/", "/admin/bare_events/"),
)
#: For information: what a filter or a search costs.
_QUESTIONS = (
    ("filings in force today", "/admin/register/filings/?status=active"),
    ("filings, searched by name", "/admin/register/filings/?q=缙云"),
    ("filings, searched by code", "/admin/register/filings/?q=s000050"),
    ("filings by occupation and level", "/admin/register/filings/?occupation=工&level=3"),
)


def grow_filings(size: int) -> int:
    """Add filings without scope until there are ``size``; straight into the tables, as only lists are measured."""
    office = Authority.objects.filter(kind="district").order_by("code")[0]
    first = timezone.localdate() - dt.timedelta(days=400)
    district = Institution.objects.first()
    assert district is not None
    numbers = iter(range(Filing.objects.count(), size))
    while chunk := list(itertools.islice(numbers, _AT_ONCE)):
        institutions = Institution.objects.bulk_create(
            Institution(
                name=f"（演示）长江评价中心{number}",
                social_credit_code=f"BENCH{number:013d}",
                ownership="private",
                district_id=district.district_id,
                registered_address=f"演示路{number}号",
                is_demo=True,
            )
            for number in chunk
        )
        InstitutionName.objects.bulk_create(
            InstitutionName(institution=row, name=row.name, first_day=first) for row in institutions
        )
        filings = Filing.objects.bulk_create(
            Filing(
                code=f"Y000050{number:06d}",
                institution=institution,
                kind="employer",
                authority=office,
                handled_by=office,
                issued_in_name_of=office,
                filed_on=first,
            )
            for number, institution in zip(chunk, institutions, strict=True)
        )
        _add_spans(filings, first)
    return Filing.objects.count()


def _add_spans(filings: list[Filing], first: dt.date) -> None:
    events = FilingEvent.objects.bulk_create(
        FilingEvent(filing=row, kind="filed", effective_on=first, recorded_at=timezone.now(), article=12)
        for row in filings
    )
    last = first + dt.timedelta(days=1095)
    spans = []
    for filing, event in zip(filings, events, strict=True):
        spans.append(FilingSpan(filing=filing, track="status", value="active", first_day=first, event=event))
        spans.append(FilingSpan(filing=filing, track="term", first_day=first, last_day=last, event=event))
    FilingSpan.objects.bulk_create(spans)


def _officer() -> User:
    office = Authority.objects.filter(kind="district").order_by("code")[0]
    user = User.objects.create_user("bench-officer", office=office)
    grant_role(user, Role.CASE_OFFICER, office, reason="测量")
    return User.objects.get(pk=user.pk)


def _seconds(client: Client, address: str) -> float:
    started = time.perf_counter()
    answer = client.get(address)
    seconds = time.perf_counter() - started
    if answer.status_code != 200:
        raise SystemExit(f"✗ {address} 回答 {answer.status_code}，无法测量。(answered {answer.status_code})")
    return seconds


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def measure_staff_lists(report: Report, size: int, rounds: int) -> None:
    """Every list against a bare one, by the median of requests taken in turns; queries must not grow."""
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(_officer())
    few = {what: _queries(client, ours) for what, ours, _bare in _LISTS[:1]}
    count = grow_filings(size)
    report.add(Row("staff lists: filings", count, ""))
    report.add(Row("staff lists: scope items", ScopeItem.objects.count(), ""))
    for what, ours, bare in _LISTS:
        pairs = [(_seconds(client, ours), _seconds(client, bare)) for _ in range(rounds + 1)][1:]
        own, stock = median([one for one, _other in pairs]), median([other for _one, other in pairs])
        report.add(Row(f"staff list of {what}, median", own * 1000, "ms"))
        report.add(Row(f"staff list of {what}, of a bare list", own / stock, "×", LIMIT))
    more = {what: _queries(client, ours) for what, ours, _bare in _LISTS[:1]}
    grown = max(more[what] / few[what] for what in more)
    report.add(Row("staff list of filings, queries, larger against smaller", grown, "×", 1))
    for what, address in _QUESTIONS:
        times = [_seconds(client, address) for _ in range(max(3, rounds // 4))]
        report.add(Row(f"staff list: {what}, median", median(times) * 1000, "ms"))
