"""Spans in the database: written with the event, the same on every path, read back by the rules."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from portal.audit.models import AuditEvent
from portal.contracts import events as domain_events
from portal.register.models import Filing, FilingEvent, FilingSpan, ScopeItem
from portal.register.services.filing_events import EventInput, record_filing_event, rename_institution
from portal.register.services.spans import References, rebuild_spans
from portal.register.snapshots import filings_with_everything, snapshot_of
from portal.register.status_sql import with_public_status
from portal.register.timeline import TimelineError
from portal.regulation.status import status_on
from tests.factories.register import make_filing, make_institution, make_occupation

pytestmark = pytest.mark.django_db


def all_spans(filing: Filing) -> list[Any]:
    return [
        sorted(map(str, model.objects.filter(filing=filing).values_list("first_day", "last_day", *fields)))
        for model, fields in ((FilingSpan, ("track", "value")), (ScopeItem, ("occupation__code", "level_id")))
    ]


def test_an_event_writes_spans_audit_and_announcement_together() -> None:
    filing = make_filing(filed_on=dt.date(2025, 3, 15))
    heard: list[domain_events.Changed] = []
    domain_events.subscribe(heard.append)
    try:
        record_filing_event(
            filing, EventInput("rectification_ordered", dt.date(2026, 7, 1), 30, reason="抽查")
        )
    finally:
        domain_events._subscribers.remove(heard.append)
    status = FilingSpan.objects.get(filing=filing, track="status", value="rectification")
    assert (status.first_day, status.last_day) == (dt.date(2026, 7, 1), None)
    audit = AuditEvent.objects.filter(action="register.filing.rectification_ordered").get()
    assert (audit.object_id, audit.reason) == (str(filing.pk), "抽查")
    assert heard == [domain_events.Changed("institution", (filing.pk,))]


def test_a_refused_event_leaves_nothing() -> None:
    filing = make_filing()
    before = (FilingEvent.objects.count(), AuditEvent.objects.count(), all_spans(filing))
    with pytest.raises(TimelineError, match="有效状态"):
        record_filing_event(filing, EventInput("restored", dt.date(2026, 7, 1), 30))
    assert (FilingEvent.objects.count(), AuditEvent.objects.count(), all_spans(filing)) == before


def test_an_event_can_only_correct_its_own_filing() -> None:
    first, second = make_filing(), make_filing()
    foreign = second.events.get()
    with pytest.raises(ValueError, match="same filing"):
        record_filing_event(first, EventInput("annulled", dt.date(2026, 1, 1), 12), corrects=foreign)


def test_the_database_wants_an_annulment_to_name_its_event() -> None:
    filing = make_filing()
    with pytest.raises(IntegrityError), transaction.atomic():
        EventInput("annulled", dt.date(2026, 1, 1), 12).build(filing).save()


def test_an_event_is_corrected_at_most_once() -> None:
    filing = make_filing()
    order = record_filing_event(filing, EventInput("rectification_ordered", dt.date(2026, 7, 1), 30))
    record_filing_event(filing, EventInput("annulled", dt.date(2026, 7, 2), 30), corrects=order)
    with pytest.raises(IntegrityError), transaction.atomic():
        record_filing_event(filing, EventInput("annulled", dt.date(2026, 7, 3), 30), corrects=order)


def test_renaming_reaches_every_standing_filing_of_the_institution() -> None:
    institution = make_institution()
    filings = [make_filing(institution=institution) for _ in range(2)]
    record_filing_event(
        filings[1], EventInput("deregistered", dt.date(2026, 1, 1), 31, {"ground": "voluntary"})
    )
    rename_institution(institution, "（演示）新名机构", dt.date(2026, 2, 1))
    institution.refresh_from_db()
    assert institution.name == "（演示）新名机构"
    assert [name.last_day for name in institution.names.order_by("first_day")] == [dt.date(2026, 1, 31), None]
    assert filings[0].events.filter(kind="renamed").count() == 1
    assert not filings[1].events.filter(kind="renamed").exists()


def test_a_name_that_begins_later_is_not_borne_yet() -> None:
    institution = make_institution(name="（演示）现名")
    make_filing(institution=institution)
    rename_institution(institution, "（演示）将来", dt.date(2999, 1, 1))
    institution.refresh_from_db()
    assert institution.name == "（演示）现名"


HISTORIES = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "changed",
                "renewal_requested",
                "renewed",
                "rectification_ordered",
                "restored",
                "deregistered",
                "annul",
            ]
        ),
        st.integers(1, 900),
    ),
    max_size=7,
)


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=HISTORIES)
def test_database_and_rules_say_the_same_on_every_day(history: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        start = dt.date(2023, 1, 10)
        filing = make_filing(filed_on=start)
        occupation = make_occupation()
        for number, (kind, offset) in enumerate(history):
            day = start + dt.timedelta(days=offset * 2)
            payload: dict[str, Any] = {}
            if kind == "renewed":
                payload = {"term": {"first_day": str(day), "last_day": str(day + dt.timedelta(days=400))}}
            if kind == "changed":
                payload = {
                    "scope_added": [{"occupation": occupation.code, "level": "4", "norm": f"规范{number}"}]
                }
            try:
                with transaction.atomic():
                    if kind == "annul":
                        last = (
                            filing.events.exclude(kind__in=("filed", "annulled"))
                            .filter(corrected_by=None)
                            .last()
                        )
                        if last is not None:
                            record_filing_event(filing, EventInput("annulled", day, 30), corrects=last)
                    else:
                        record_filing_event(filing, EventInput(kind, day, 30, payload))
            except TimelineError:
                continue
        kept = all_spans(filing)
        rebuild_spans([filing])
        assert all_spans(filing) == kept
        snapshot = snapshot_of(filings_with_everything().get(pk=filing.pk))
        for offset in (
            -1,
            0,
            1,
            *range(3, 2200, 83),
            *(o * 2 for _k, o in history),
            *(o * 2 - 1 for _k, o in history),
        ):
            day = start + dt.timedelta(days=offset)
            row = with_public_status(Filing.objects.filter(pk=filing.pk), day).get()
            assert row.public_status == status_on(snapshot, day).value, day
        transaction.set_rollback(True)


def test_reading_filings_takes_the_same_queries_for_one_and_for_twenty(
    django_assert_num_queries: Any,
) -> None:
    for _ in range(20):
        make_filing()
    pks = list(Filing.objects.values_list("pk", flat=True))
    for chosen in (pks[:1], pks):
        with django_assert_num_queries(5):
            for filing in filings_with_everything().filter(pk__in=chosen):
                snapshot_of(filing, newest={})


def test_an_event_reads_only_what_it_names_and_many_cost_no_more() -> None:
    make_occupation("6-31-02-01", "不相干的职业", editions=["2020"])
    filing = make_filing()
    references = References.named_in(event.payload for event in filing.events.all())
    assert set(references.occupations) == {"6-31-01-03"}
    assert references.standards == {}
    assert set(references.districts) == {"500103"}
    institution = make_institution()
    filings = [make_filing(institution=institution) for _ in range(12)]
    with CaptureQueriesContext(connection) as one:
        rename_institution(filing.institution, "（演示）单", dt.date(2026, 2, 1))
    with CaptureQueriesContext(connection) as many:
        assert len(rename_institution(institution, "（演示）多", dt.date(2026, 2, 1))) == len(filings)
    counts = [sum('"register_' in query["sql"] for query in each) for each in (one, many)]
    assert counts[1] <= counts[0]


def test_a_filing_begun_after_the_new_name_is_left_alone() -> None:
    institution = make_institution()
    early = make_filing(institution=institution, filed_on=dt.date(2024, 1, 5))
    make_filing(institution=institution, filed_on=dt.date(2026, 1, 5))
    written = rename_institution(institution, "（演示）中途更名", dt.date(2025, 1, 1))
    assert [event.filing_id for event in written] == [early.pk]
