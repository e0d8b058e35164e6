"""Which filings a published notice names."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from portal.notices.models import NoticePage, NoticeReference
from portal.register.models import Filing


def filing_keys_in(body: Any) -> set[int]:
    """Keys of the filings named in a body."""
    return {filing.pk for filing in filings_in(body)}


def filings_in(body: Any) -> list[Filing]:
    """The filings that the blocks of a body name, in order; those that are gone are left out."""
    found: list[Filing | None] = []
    for block in body:
        if block.block_type == "institutions":
            found += list(block.value["filings"])
        elif block.block_type == "matters":
            found += [item["filing"] for item in block.value["matters"]]
    return [filing for filing in found if filing is not None]


@transaction.atomic
def sync_references(page: NoticePage) -> None:
    """Make the stored references those of the published body."""
    wanted = filing_keys_in(page.body)
    present = set(NoticeReference.objects.filter(page_id=page.pk).values_list("filing_id", flat=True))
    NoticeReference.objects.filter(page_id=page.pk, filing_id__in=present - wanted).delete()
    NoticeReference.objects.bulk_create(
        NoticeReference(page_id=page.pk, filing_id=key) for key in sorted(wanted - present)
    )
