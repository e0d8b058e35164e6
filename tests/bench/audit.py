"""The log: what writing an event costs beside the bare insert of its row, how quickly events are linked and verified."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from django.db import connections, transaction
from django.test import Client

from portal.accounts.models import Authority, Role, User
from portal.accounts.services.grants import grant_role
from portal.audit.chain import Linker
from portal.audit.models import AuditEvent
from portal.audit.record import build_event, record, record_many
from portal.audit.verify import verify
from tests.bench.clock import median
from tests.bench.report import Report, Row

WRITERS = 8
#: Events of one writer in one run.
EACH = 25
WRITING_LIMIT = 0.8
LINKING_LIMIT = 10_000
VERIFYING_LIMIT = 50_000
LIST_LIMIT = 1.5
_TARGET = ("register.filing", "4711", "（演示）嘉陵职业培训学校 S000050000001")
_BEFORE = {"status": "active", "last_day": "2028-03-02", "audiences": ["public"]}
_AFTER = {"status": "rectification", "last_day": "2028-03-02", "audiences": ["public"], "article": 30}
_REASON = "抽查发现评价记录不完整，责令改正。"


def measure_audit(report: Report, events: int, rounds: int) -> None:
    """Writers in ``rounds`` pairs of runs, then linking and verifying at least ``events`` events."""
    _measure_writing(report, rounds)
    _grow(events)
    waiting = AuditEvent.objects.filter(link__isnull=True).count()
    linker = Linker()
    started = time.perf_counter()
    while linker.run():
        pass
    speed = waiting / (time.perf_counter() - started)
    report.add(Row(f"audit: linking {waiting:,} events", speed, "/s", LINKING_LIMIT, "at least"))
    found = verify()
    if not found.is_sound or found.checked < events:
        raise SystemExit(f"✗ 审计链核对未通过，无法测量。(the chain is not sound: {found.breaks[:1]})")
    speed = found.checked / found.seconds
    report.add(Row(f"audit: verifying {found.checked:,} events", speed, "/s", VERIFYING_LIMIT, "at least"))
    _measure_list(report, rounds)


def _measure_list(report: Report, rounds: int) -> None:
    """The auditor's list against a bare one over the same table, in turns."""
    office = Authority.objects.order_by("code")[0]
    auditor = User.objects.create_user("bench-auditor", office=office)
    grant_role(auditor, Role.AUDITOR, office, reason="测量")
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(User.objects.get(pk=auditor.pk))
    ours: list[float] = []
    bare: list[float] = []
    for _turn in range(rounds + 1):
        for address, times in (("/admin/audit/", ours), ("/admin/bare_audit/", bare)):
            started = time.perf_counter()
            answer = client.get(address)
            times.append(time.perf_counter() - started)
            if answer.status_code != 200:
                raise SystemExit(f"✗ {address} 回答 {answer.status_code}，无法测量。")
    report.add(Row("audit: list of the log, median", median(ours[1:]) * 1000, "ms"))
    ratio = median(ours[1:]) / median(bare[1:])
    report.add(Row("audit: list of the log, of a bare list", ratio, "×", LIST_LIMIT))


def _measure_writing(report: Report, rounds: int) -> None:
    """Eight writers at once, a transaction an event: the bare insert and ``record()`` in turns, many short runs."""
    bare: list[float] = []
    recorded: list[float] = []
    _seconds(_insert_bare, 2)
    for turn in range(rounds):
        # Each goes first in every other turn.
        for write, times in ((_insert_bare, bare), (_record, recorded))[:: 1 if turn % 2 else -1]:
            times.append(_seconds(write, EACH))
    count = WRITERS * EACH
    report.add(Row(f"audit: {WRITERS} writers, bare insert, median", count / median(bare), "/s"))
    report.add(Row(f"audit: {WRITERS} writers, record(), median", count / median(recorded), "/s"))
    what = f"audit: {WRITERS} writers, record(), speed of a bare insert"
    report.add(Row(what, median(bare) / median(recorded), "×", WRITING_LIMIT, "at least"))


def _insert_bare() -> None:
    """A row that is ready, digest and all."""
    event = AuditEvent(**_READY)
    with transaction.atomic():
        event.save(force_insert=True)


def _record() -> None:
    with transaction.atomic():
        record("register.filing.rectification_ordered", _TARGET, before=_BEFORE, after=_AFTER, reason=_REASON)


_MODEL = build_event(
    "register.filing.rectification_ordered", _TARGET, before=_BEFORE, after=_AFTER, reason=_REASON
)
_READY = {
    field.attname: getattr(_MODEL, field.attname)
    for field in AuditEvent._meta.concrete_fields
    if not field.primary_key
}


def _seconds(write: Callable[[], None], each: int) -> float:
    """How long eight threads take that call ``write`` ``each`` times, connected beforehand."""
    ready = threading.Barrier(WRITERS + 1)

    def work() -> None:
        connections["default"].ensure_connection()
        ready.wait()
        try:
            for _number in range(each):
                write()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _writer in range(WRITERS)]
    for thread in threads:
        thread.start()
    ready.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - started


def _grow(events: int) -> None:
    """Add events until ``events`` wait for their link."""
    for start in range(0, events, 1000):
        with transaction.atomic():
            record_many(
                [
                    build_event(
                        "register.filing.changed", _TARGET, before=_BEFORE, after=_AFTER, reason=_REASON
                    )
                    for _number in range(min(1000, events - start))
                ]
            )
