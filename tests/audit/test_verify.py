"""Every kind of break is found and named; what is sound is called sound."""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import override_settings
from django.utils import timezone

from portal.audit import signing
from portal.audit.breaks import Kind
from portal.audit.canonical import digest_of
from portal.audit.chain import link_hash, link_new_events
from portal.audit.examination import examine_daily
from portal.audit.heads import sign_head
from portal.audit.models import AuditEvent, AuditHead, AuditLink
from portal.audit.record import build_event, record, record_many
from portal.audit.triggers import drop_triggers
from portal.audit.verify import verify

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 22)


def write(count: int) -> None:
    events = [
        build_event("test.done", ("thing", str(number), f"第{number}件"), after={"n": number})
        for number in range(count)
    ]
    with transaction.atomic():
        record_many(events)


@contextmanager
def tampering() -> Iterator[None]:
    """Whoever owns the database can drop the triggers. Everything is undone afterwards, they come back too."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            sql("SET CONSTRAINTS ALL IMMEDIATE")
            sql("SET CONSTRAINTS ALL DEFERRED")
        drop_triggers(connection)
        yield
        transaction.set_rollback(True)


def sql(statement: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(values) or None)


def link_at(position: int) -> AuditLink:
    return AuditLink.objects.get(position=position)


def event_at(position: int) -> int:
    return int(link_at(position).event_id)


def change_content(position: int = 4) -> None:
    sql("UPDATE audit_auditevent SET object_label = '第8件' WHERE id = %s", event_at(position))


def change_content_with_digest(position: int = 4) -> None:
    event = AuditEvent.objects.get(pk=event_at(position))
    event.reason = "另一个理由"
    event.digest = digest_of(event)
    event.save()


def rewrite_event_and_link(position: int = 4) -> None:
    change_content_with_digest(position)
    link = link_at(position)
    link.hash = link_hash(position, link.event_id, link.previous, link.event.digest)
    link.save()


def rewrite_everything_from(position: int = 4) -> None:
    change_content_with_digest(position)
    previous = link_at(position).previous
    for link in AuditLink.objects.filter(position__gte=position).select_related("event").order_by("position"):
        link.previous = previous
        link.hash = previous = link_hash(link.position, link.event_id, previous, link.event.digest)
        link.save()


def remove_event(position: int = 4) -> None:
    sql("DELETE FROM audit_auditevent WHERE id = %s", event_at(position))


def remove_link(position: int = 4) -> None:
    sql("DELETE FROM audit_auditlink WHERE position = %s", position)


def remove_link_and_event(position: int = 4) -> None:
    event = event_at(position)
    remove_link(position)
    sql("DELETE FROM audit_auditevent WHERE id = %s", event)


def renumber_from(position: int = 4) -> None:
    for number in range(8, position - 1, -1):
        link = link_at(number)
        sql(
            "UPDATE audit_auditlink SET position = %s, hash = %s WHERE position = %s",
            number + 1,
            link_hash(number + 1, link.event_id, link.previous, link.event.digest),
            number,
        )


def cut_off(position: int = 6) -> None:
    events = list(AuditLink.objects.filter(position__gte=position).values_list("event_id", flat=True))
    sql("DELETE FROM audit_auditlink WHERE position >= %s", position)
    AuditEvent.objects.filter(pk__in=events)._raw_delete(using="default")


#: What somebody does to the log of eight events, what it is called, at which position; whether an event is named.
BREAKS: list[tuple[Callable[[], None], Kind, int, bool]] = [
    (change_content, Kind.CONTENT_CHANGED, 4, True),
    (lambda: change_content(1), Kind.CONTENT_CHANGED, 1, True),
    (lambda: change_content(8), Kind.CONTENT_CHANGED, 8, True),
    (change_content_with_digest, Kind.CONTENT_CHANGED, 4, True),
    (lambda: change_content_with_digest(8), Kind.CONTENT_CHANGED, 8, True),
    (lambda: sql("UPDATE audit_auditevent SET digest = %s WHERE id = %s", "0" * 64, event_at(4)), Kind.DIGEST_CHANGED, 4, True),
    (rewrite_event_and_link, Kind.LINK_CHANGED, 4, True),
    (rewrite_everything_from, Kind.HEAD_DIFFERS, 8, False),
    (remove_event, Kind.EVENT_MISSING, 4, True),
    (remove_link, Kind.LINK_MISSING, 4, True),
    (remove_link_and_event, Kind.LINK_MISSING, 4, False),
    (lambda: remove_link(1), Kind.LINK_MISSING, 1, True),
    (lambda: sql("UPDATE audit_auditlink SET previous = %s WHERE position = 4", "0" * 64), Kind.PREVIOUS_WRONG, 4, True),
    (lambda: sql("UPDATE audit_auditlink SET hash = %s WHERE position = 4", "0" * 64), Kind.LINK_CHANGED, 4, True),
    (renumber_from, Kind.POSITION_GAP, 4, False),
    (lambda: sql("UPDATE audit_auditlink SET position = 9 WHERE position = 8"), Kind.POSITION_GAP, 8, False),
    (cut_off, Kind.END_CUT_OFF, 6, False),
    (lambda: cut_off(1), Kind.END_CUT_OFF, 1, False),
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(BREAKS)))
def test_the_first_broken_link_is_named(number: int) -> None:
    tamper, kind, position, names_event = BREAKS[number]
    write(8)
    sign_head(DAY)
    event = event_at(position)
    assert verify().is_sound
    with tampering():
        tamper()
        found = verify()
        first = found.breaks[0]
        assert (first.kind, first.position) == (kind, position), first.text
        assert first.event == (event if names_event else None)
        assert str(position) in first.text or kind is Kind.END_CUT_OFF
    assert verify().is_sound


COLUMNS = {
    "at": "2026-01-01 00:00:00.000001+00:00", "actor_id": 12, "actor_name": "别人", "office": "X", "action": "x.y",
    "object_type": "x", "object_id": "9", "object_label": "x", "before": '{"a": 1}', "after": '{"n": 4}', "reason": " ",
    "request_id": "x",
}  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_one_changed_value_in_any_column_is_found(column: str) -> None:
    write(3)
    link_new_events()
    with tampering():
        statement = f"UPDATE audit_auditevent SET {column} = %s WHERE id = %s"  # noqa: S608 - a name of ours
        sql(statement, COLUMNS[column], event_at(2))
        first = verify().breaks[0]
        assert (first.kind, first.position, first.event) == (Kind.CONTENT_CHANGED, 2, event_at(2))


def test_only_the_first_of_several_is_the_first() -> None:
    write(8)
    link_new_events()
    with tampering():
        change_content(6)
        remove_event(3)
        change_content(7)
        assert verify().breaks[0].position == 3


def test_events_left_without_a_link_are_reported_after_ten_seconds() -> None:
    write(2)
    link_new_events()
    write(3)
    first = AuditEvent.objects.order_by("pk")[2].pk
    assert verify().is_sound
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=11)):
        found = verify()
    assert [(each.kind, each.event) for each in found.breaks] == [(Kind.UNLINKED, first)]
    assert "3 个事件" in found.breaks[0].text


def test_heads_of_other_keys_and_changed_heads_are_refused() -> None:
    write(3)
    head = sign_head(DAY)
    assert head is not None
    with tampering():
        head.position, head.hash = 2, link_at(2).hash
        head.save()
        assert [each.kind for each in verify().breaks] == [Kind.HEAD_FORGED]
        assert "2026-11-22" in verify().breaks[0].text
    old_key = signing.public_key()
    with override_settings(SIGNING_KEY="another key of more than forty characters, surely"):
        assert [each.kind for each in verify().breaks] == [Kind.HEAD_FORGED]
        with override_settings(AUDIT_FORMER_KEYS=[base64.b64encode(old_key).decode()]):
            assert verify().is_sound
            link_new_events()
            assert sign_head(DAY + dt.timedelta(days=1)) is not None
            assert verify().is_sound


def run(*words: str) -> tuple[str, str, str]:
    """Output, complaints and the refusal of the command."""
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_audit", *words, stdout=out, stderr=err)
    except CommandError as refused:
        return out.getvalue(), err.getvalue(), str(refused)
    return out.getvalue(), err.getvalue(), ""


def test_the_command_says_what_it_found_and_writes_it_down() -> None:
    write(5)
    sign_head(DAY)
    out, err, refusal = run()
    assert (err, refusal) == ("", "")
    assert "已核对 5 个事件" in out
    assert "日志完整" in out
    assert AuditEvent.objects.get(action="audit.chain.verified").after["sound"] is True
    with tampering():
        change_content(2)
        out, err, refusal = run("--no-record")
        text = f"链上第 2 位（事件 {event_at(2)}）：事件内容被改"
        assert text in err
        assert text in refusal
        out, err, refusal = run("--json")
        answer = json.loads(out)
        assert refusal
        assert answer["sound"] is False
        assert answer["breaks"][0]["kind"] == "content_changed"
        assert answer["breaks"][0]["event"] == event_at(2)
        assert AuditEvent.objects.filter(action="audit.chain.verified").count() == 2


def test_verifying_from_a_signed_head() -> None:
    write(3)
    sign_head(DAY)
    write(2)
    link_new_events()
    out, _err, refusal = run("--from-head", "2026-11-22", "--no-record")
    assert "已核对 2 个事件（第 4 至第 5 位）" in out
    assert not refusal
    with tampering():
        change_content(2)
        assert run("--from-head", "2026-11-22", "--no-record")[2] == ""
        change_content(5)
        assert "第 5 位" in run("--from-head", "2026-11-22", "--no-record")[2]
    with tampering():
        rewrite_everything_from(2)
        assert "不符" in run("--from-head", "2026-11-22", "--no-record")[2]
    for words, message in (
        ("2026-11-21", "最近的链头签署于 2026-11-22"),
        ("gestern", "请写成 2026-11-22 的样子"),
        ("2026-02-30", "请写成 2026-11-22 的样子"),
    ):
        assert message in run("--from-head", words)[2]
    with tampering():
        sql("UPDATE audit_audithead SET signature = 'AAAA'")
        assert "签名无效" in run("--from-head", "2026-11-22")[2]


def test_a_signed_head_that_the_chain_does_not_reach_is_named() -> None:
    write(3)
    head = sign_head(DAY)
    write(2)
    link_new_events()
    cases: list[tuple[Callable[[int], None], Kind, int]] = [
        (remove_link, Kind.LINK_MISSING, 3),
        (cut_off, Kind.END_CUT_OFF, 3),
        (cut_off, Kind.END_CUT_OFF, 1),
    ]
    for tamper, kind, position in cases:
        with tampering():
            tamper(position)
            first = verify(head).breaks[0]
            assert (first.kind, first.position) == (kind, position)


def test_two_heads_at_one_place_must_agree() -> None:
    write(3)
    sign_head(DAY)
    with tampering():
        rewrite_everything_from(2)
        assert sign_head(DAY + dt.timedelta(days=1)) is not None
        assert [each.kind for each in verify().breaks] == [Kind.HEAD_DIFFERS]


def test_an_event_that_looks_overdue_is_given_time(monkeypatch: pytest.MonkeyPatch) -> None:
    write(3)
    monkeypatch.setattr("portal.audit.verify.time.sleep", lambda _seconds: link_new_events())
    with time_machine.travel(timezone.now() + dt.timedelta(seconds=11)):
        assert [each.kind for each in verify().breaks] == [Kind.UNLINKED]
        assert verify(patience=5).is_sound


def test_the_daily_step_verifies_once_a_day_and_says_what_is_wrong() -> None:
    today = timezone.localdate()
    write(3)
    sign_head(today - dt.timedelta(days=1))
    write(1)
    link_new_events()
    assert "完整" in examine_daily(today)
    assert examine_daily(today) == "今日已核对过审计日志。"
    assert AuditEvent.objects.filter(action="audit.chain.verified").count() == 1
    link_new_events()
    with tampering():
        change_content(4)
        with transaction.atomic():
            record("audit.chain.verified", ("audit.chain", "4", ""), after={"sound": False})
        assert "第 4 位" in examine_daily(today)


def test_nothing_is_sound_too() -> None:
    found = verify()
    assert found.is_sound
    assert found.checked == 0
    assert not AuditHead.objects.exists()
