"""The demo's announcements say about institutions only what the register says."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import TaskState

from portal.accounts.models import Role
from portal.notices.demo.load import load_demo_notices
from portal.notices.models import NoticePage, NoticeReference, PublicationReview, Section, Withdrawal
from portal.notices.services.publishing import refusals
from portal.register.models import FilingEvent
from tests.factories.people import make_person
from tests.factories.register import add_event, make_bureau, make_filing


@pytest.fixture
def loaded(site: Any) -> int:
    for name, role in (("editor", Role.EDITOR), ("publisher", Role.PUBLISHER)):
        make_person(name, role, office=make_bureau())
    today = timezone.localdate()
    filings = [
        make_filing(kind=kind, filed_on=today - dt.timedelta(days=500 + 20 * number))
        for number, kind in enumerate(("employer", "third_party", "school", "third_party", "third_party"))
    ]
    add_event(filings[0], "deregistered", today - dt.timedelta(days=40), ground="voluntary")
    add_event(filings[1], "rectification_ordered", today - dt.timedelta(days=30))
    return load_demo_notices(filings)


def test_every_section_has_something_and_everything_is_marked(loaded: int, client: Client) -> None:
    pages = NoticePage.objects.live()
    assert {page.section for page in pages} == set(Section.values)
    assert loaded == NoticePage.objects.count()
    invented = pages.exclude(document_number="渝人社发〔2020〕128号")
    assert all("演示" in page.document_number for page in invented)
    for page in pages:
        assert client.get(page.get_absolute_url()).status_code == 200
    assert "本站为演示" in client.get("/").content.decode()


def test_deregistrations_agree_with_the_register(loaded: int) -> None:
    (page,) = NoticePage.objects.filter(section="deregistration")
    (reference,) = NoticeReference.objects.filter(page=page)
    event = FilingEvent.objects.get(filing=reference.filing, kind="deregistered")
    assert page.written_on == event.effective_on
    day = event.effective_on
    assert f"{day.year}年{day.month}月{day.day}日" in page.summary


def test_the_demo_passes_its_own_checks_but_for_the_one_that_shows_a_refusal(loaded: int) -> None:
    found = {page.title: refusals(page) for page in NoticePage.objects.exclude(withdrawals__isnull=False)}
    refused = {title: reasons for title, reasons in found.items() if reasons}
    assert set(refused) == {"关于一家演示机构备案情况的通知（演示，与登记库不符）"}
    (reasons,) = refused.values()
    assert "登记该事项" in reasons[0]


def test_two_wait_for_a_publisher_and_one_is_approved_with_every_tick(loaded: int) -> None:
    review = PublicationReview.objects.get()
    assert review.revision.approved_go_live_at is not None
    assert TaskState.objects.filter(status="in_progress").count() == 2


def test_one_is_corrected_one_withdrawn_one_scheduled(loaded: int, client: Client) -> None:
    assert NoticePage.objects.filter(corrections__isnull=False).count() == 1
    assert Withdrawal.objects.count() == 1
    assert NoticePage.objects.filter(live=False, go_live_at__gt=timezone.now()).count() == 1
    feed = client.get("/notices/feed/").content.decode()
    assert "〔更正〕" in feed


def test_loading_again_changes_nothing(loaded: int) -> None:
    before = NoticePage.objects.count()
    assert load_demo_notices([]) == 0
    assert NoticePage.objects.count() == before
