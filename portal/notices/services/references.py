"""Which filings a published notice names."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from portal.notices.models import NoticePage, NoticeReference


def filing_keys_in(body: Any) -> set[int]:
    """Keys of the filings named in a body, without fetching them."""
    keys: set[int] = set()
    for block in body:
        if block.block_type == "institutions":
            keys |= {filing.pk for filing in block.value["filings"] if filing is not None}
    return keys


@transaction.atomic
def sync_references(page: NoticePage) -> None:
    """Make the stored references those of the published body."""
    wanted = filing_keys_in(page.body)
    present = set(NoticeReference.objects.filter(page_id=page.pk).values_list("filing_id", flat=True))
    NoticeReference.objects.filter(page_id=page.pk, filing_id__in=present - wanted).delete()
    NoticeReference.objects.bulk_create(
        NoticeReference(page_id=page.pk, filing_id=key) for key in sorted(wanted - present)
    )
