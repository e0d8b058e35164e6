"""The builders that other tests stand on."""

from __future__ import annotations

import datetime as dt

import pytest

from portal.audit.models import AuditEvent
from portal.register.models import Filing, ScopeItem, Site
from portal.register.status_sql import with_public_status
from tests.factories.register import add_event, make_fees, make_filing, make_merged_districts

pytestmark = pytest.mark.django_db


def test_a_filing_has_spans_scope_sites_and_an_audit_event() -> None:
    filing = make_filing()
    assert set(filing.spans.values_list("track", flat=True)) == {"term", "status", "audience", "area"}
    assert ScopeItem.objects.filter(filing=filing, level="3").count() == 1
    assert Site.objects.get(filing=filing).on_receipt
    assert AuditEvent.objects.filter(action="register.filing.recorded", object_id=str(filing.pk)).exists()


def test_events_added_later_change_the_status_from_their_day() -> None:
    filing = make_filing(filed_on=dt.date(2025, 3, 3))
    add_event(filing, "rectification_ordered", dt.date(2025, 6, 1))
    days = {dt.date(2025, 5, 31): "active", dt.date(2025, 6, 1): "rectification"}
    for day, status in days.items():
        assert with_public_status(Filing.objects.all(), day).get().public_status == status


def test_builders_may_be_called_twice() -> None:
    assert make_merged_districts() == make_merged_districts()
    first, second = make_filing(), make_filing()
    assert first.code != second.code
    assert make_fees(first, {("6-31-01-03", "3"): 30500}).items.get().total_fen == 30500
