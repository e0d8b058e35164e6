"""From a draft of the demo to an unsaved page."""

from __future__ import annotations

from portal.accounts.models import Authority
from portal.notices.demo.draft import Draft
from portal.notices.models import NoticePage


def new_page(draft: Draft, number: int, bureau: Authority) -> NoticePage:
    """The notice with its header; ``number`` goes into index and document number."""
    page = NoticePage(
        title=draft.title,
        issuer=draft.issuer or bureau,
        written_on=draft.written_on or draft.day,
        published_on=draft.day,
        genre=draft.genre,
        validity=draft.validity,
        validity_note=draft.validity_note,
        summary=draft.summary,
        source=draft.source,
        index_number=f"演示00000/{draft.day.year}-{number:05d}",
        document_number=draft.document_number or f"演示公告〔{draft.day.year}〕{number}号",
    )
    stream = NoticePage._meta.get_field("body").stream_block
    page.body = stream.to_python([{"type": kind, "value": value} for kind, value in draft.body])
    for corrected_on, what, why in draft.corrections:
        page.corrections.create(corrected_on=corrected_on, what=what, why=why)
    return page
