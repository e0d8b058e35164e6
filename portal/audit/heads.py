"""Signed heads: once a day the end of the chain is signed, so that what stood then can be proved to anybody."""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit import signing
from portal.audit.chain import Linker, end_of_chain
from portal.audit.models import AuditHead


def sign_head(day: dt.date) -> AuditHead | None:
    """Link what waits, sign the end of the chain for the day and keep it; None while the chain is empty.

    A day has one head: called again it returns the one that is there.
    """
    linker = Linker()
    while linker.run():
        pass
    present = AuditHead.objects.filter(day=day).first()
    end = end_of_chain()
    if present is not None or not end.position:
        return present
    before = AuditHead.objects.filter(day__lt=day).order_by("-day").first()
    head = AuditHead(
        day=day,
        position=end.position,
        hash=end.hash,
        count=end.position - (before.position if before else 0),
        signed_at=timezone.now(),
        signature=signing.sign(signing.signed_text(day, end.position, end.hash)),
        key_id=signing.key_id(signing.public_key()),
    )
    try:
        with transaction.atomic():
            head.save(force_insert=True)
    except IntegrityError:
        # Another process was quicker.
        return AuditHead.objects.get(day=day)
    return head


def sign_head_of_the_day(day: dt.date) -> str:
    """The daily step; returns a line for the log."""
    head = sign_head(day)
    if head is None:
        return _("审计链上还没有事件，未签署链头。")
    return _("审计链头：第 %(position)s 位，密钥 %(key)s。") % {"position": head.position, "key": head.key_id}


def signature_holds(head: AuditHead, keys: dict[str, bytes] | None = None) -> bool:
    """Whether a head was signed with a key of this portal and says what was signed."""
    key = (signing.known_keys() if keys is None else keys).get(head.key_id)
    text = signing.signed_text(head.day, head.position, head.hash)
    return key is not None and signing.is_valid(text, head.signature, key)
