"""What is stored comes back as it went in, on the database of this run: or else it is refused."""

from __future__ import annotations

import datetime as dt
import math
from enum import IntEnum, StrEnum
from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, strategies as st

from portal.audit.canonical import NotPlain, canonical_text, plain, text_of
from portal.audit.models import AuditEvent
from portal.audit.record import digest_of, record, record_read
from portal.audit.verify import verify

pytestmark = pytest.mark.django_db


class _Colour(StrEnum):
    RED = "red"


class _Number(IntEnum):
    ONE = 1


AWKWARD: dict[str, Any] = {
    "whole float": 1.0,
    "large float": 1e300,
    "float at the limit": 1e16,
    "small float": 5e-324,
    "negative zero": -0.0,
    "tenth": 0.1,
    "exponent": 1.5e-7,
    "large int": 10**40,
    "negative": -(2**63) - 1,
    "keys": {10: "ten", 9: "nine", "b": 1, "a": 2},
    "list": (1, 1.0, True, None, "", [], {}),
    "text": '引号"反斜杠\\换行\n制表\t\x01\x7f\u2028😀é<>&',
    "nul": "a\0b",
    "lone surrogate": "x\ud800y",
    "enums": [_Colour.RED, _Number.ONE],
    "key with\0nul": 1,
}


def write(**values: Any) -> AuditEvent:
    with transaction.atomic():
        return record("test.done", ("thing", "1", "一件事"), **values)


@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_values_keep_their_digest(name: str) -> None:
    event = write(before={"value": AWKWARD[name]}, after=AWKWARD[name], reason=f"{name}\0")
    stored = AuditEvent.objects.get(pk=event.pk)
    assert canonical_text(stored) == canonical_text(event)
    assert digest_of(stored) == stored.digest
    assert "\0" not in canonical_text(stored)


def test_all_of_them_verify() -> None:
    from portal.audit.chain import link_new_events

    for value in AWKWARD.values():
        write(after=value)
    write(after="", before=False)
    link_new_events()
    found = verify()
    assert found.is_sound, found.breaks
    assert found.checked == AuditEvent.objects.count()


@pytest.mark.parametrize(
    ("value", "place"),
    [
        (math.nan, "x"),
        (math.inf, "x"),
        ([1, {"y": -math.inf}], "y"),
        ([1, [dt.date(2026, 1, 1)]], "x"),
        ({1.5: 1}, "x"),
        ({None: 1}, "x"),
        (b"bytes", "x"),
    ],
)
def test_what_no_database_keeps_is_refused_by_name(value: Any, place: str) -> None:
    with pytest.raises(NotPlain, match=f"“{place}”"):
        write(after={"x": value})
    assert not AuditEvent.objects.exists()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(JSON)
def test_a_plain_value_is_plain(value: Any) -> None:
    once = plain(value)
    assert plain(once) == once
    row = ("2026-01-01T00:00:00.000000+00:00", None, "", "", "a", "b", "c", "", once, once, "", "")
    text_of(row).encode("utf-8")


def test_very_long_names_and_labels_fit() -> None:
    class Actor:
        pk = 1

        def __str__(self) -> str:
            return "名" * 301

    event = write(actor=Actor())
    assert len(AuditEvent.objects.get(pk=event.pk).actor_name) == 150


def test_a_reading_is_written_down_even_outside_a_transaction(transactional_db: None) -> None:
    event = record_read("case.identity.read", ("case", "5", "某案"), actor=None, purpose=" 核实身份 ")
    stored = AuditEvent.objects.get(pk=event.pk)
    assert (stored.action, stored.reason) == ("case.identity.read", "核实身份")
    with pytest.raises(ValueError, match=r"ends in one of"):
        record_read("case.identity.changed", ("case", "5", "某案"), actor=None, purpose="核实")
    with pytest.raises(ValueError, match="请填写“用途”"):
        record_read("case.identity.read", ("case", "5", "某案"), actor=None, purpose=" ")
    assert AuditEvent.objects.count() == 1
