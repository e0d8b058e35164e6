"""Signed heads: one a day, checkable by anybody from what is published, which tells nothing of the events."""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.checks import run_checks
from django.db import transaction
from django.test import Client, override_settings

from portal.audit import views
from portal.audit.heads import sign_head, sign_head_of_the_day, signature_holds
from portal.audit.models import AuditHead, AuditLink
from portal.audit.record import record
from portal.contracts.daily import daily_steps

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 11, 22)
ADDRESS = "/open-data/audit-heads.json"


def write(label: str = "一件事") -> None:
    with transaction.atomic():
        record("test.done", ("thing", "1", label))


def test_a_day_has_one_head_over_everything_until_then() -> None:
    assert sign_head(DAY) is None
    write()
    write()
    first = sign_head(DAY)
    assert first is not None
    assert (first.position, first.count, first.hash) == (2, 2, AuditLink.objects.get(position=2).hash)
    assert signature_holds(first)
    write()
    again = sign_head(DAY)
    assert again is not None
    assert (again.pk, again.position) == (first.pk, 2)
    assert "第 3 位" in sign_head_of_the_day(DAY + dt.timedelta(days=1))
    assert list(AuditHead.objects.order_by("day").values_list("position", "count")) == [(2, 2), (3, 1)]


def test_the_steps_of_the_day_sign_before_they_verify() -> None:
    names = [step.name for step in daily_steps()]
    assert names.index("sign the head of the audit chain") < names.index("verify the audit log")
    assert "delete old server logs" in names


def check_as_anybody(answer: dict[str, Any], head: dict[str, Any]) -> None:
    """With nothing but what is published."""
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(answer["public_keys"][head["key_id"]]))
    text = answer["signed_text"].format(**{name: head[name] for name in ("day", "position", "hash")})
    key.verify(base64.b64decode(head["signature"]), text.encode("ascii"))


def test_what_is_published_can_be_checked_and_tells_nothing_of_the_events() -> None:
    client = Client()
    assert client.get(ADDRESS).json()["heads"] == []
    write("不公开的事")
    sign_head(DAY)
    response = client.get(ADDRESS)
    answer = response.json()
    (head,) = answer["heads"]
    assert set(head) == {"day", "position", "hash", "signature", "key_id"}
    assert "不公开的事" not in response.content.decode()
    assert "Ed25519" in answer["about"]
    check_as_anybody(answer, head)
    with pytest.raises(InvalidSignature):
        check_as_anybody(answer, head | {"position": 2})
    assert "max-age=600" in response.headers["Cache-Control"]
    assert "public" in response.headers["Cache-Control"]
    later = client.get(ADDRESS, headers={"If-None-Match": response.headers["ETag"]})
    assert later.status_code == 304
    assert not response.cookies


def test_earlier_heads_are_on_further_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "PAGE", 2)
    write()
    for days in range(5):
        sign_head(DAY + dt.timedelta(days=days))
    client, address, days_seen = Client(), ADDRESS, []
    while address:
        answer = json.loads(client.get(address).content)
        days_seen += [head["day"] for head in answer["heads"]]
        address = answer["next"]
    assert days_seen == [f"2026-11-{day}" for day in (26, 25, 24, 23, 22)]
    wrong = client.get(ADDRESS + "?before=gestern")
    assert wrong.status_code == 400
    assert "before" in wrong.json()["error"]
    assert client.post(ADDRESS).status_code == 405


def test_former_keys_that_are_none_are_refused_at_start() -> None:
    with override_settings(AUDIT_FORMER_KEYS=["c2hvcnQ=", "not base64", ""]):
        messages = [message.id for message in run_checks(tags=["security"])]
    assert messages.count("audit.E004") == 3
