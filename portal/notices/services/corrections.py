"""Whether a version changes what the public has already read."""

from __future__ import annotations

import re
from typing import Any

from portal.notices.models import NoticePage

PUBLIC_FIELDS = (
    "title", "index_number", "document_number", "topic_class", "genre", "issuer_id", "written_on", "published_on",
    "validity", "validity_note", "summary", "source",
)  # fmt: skip
_BLOCK_KEY = re.compile(r'\sdata-block-key="[^"]*"')


def live_version(page: NoticePage) -> NoticePage | None:
    """The notice as the public reads it now, or None when it is not published."""
    if page.pk is None:
        return None
    live: NoticePage | None = NoticePage.objects.filter(pk=page.pk, live=True).first()
    return live


def public_changes(live: NoticePage, candidate: NoticePage) -> list[str]:
    """Names of the public fields in which ``candidate`` differs from the published notice.

    An emptied day of publication is no change: it is filled from the first publication.
    """
    changed = []
    for name in PUBLIC_FIELDS:
        before, after = getattr(live, name), getattr(candidate, name)
        if before != after and not (name == "published_on" and after is None):
            changed.append(str(NoticePage._meta.get_field(name.removesuffix("_id")).verbose_name))
    if comparable_body(live.body) != comparable_body(candidate.body):
        changed.append(str(NoticePage._meta.get_field("body").verbose_name))
    return changed


def comparable_body(body: Any) -> list[Any]:
    """The content of a body without what editors' tools rewrite on every save (keys, empty cells)."""
    return [_comparable_block(block.block_type, block.value) for block in body]


def _comparable_block(kind: str, value: Any) -> tuple[Any, ...]:
    if kind == "text":
        return (kind, _BLOCK_KEY.sub("", value.source).strip())
    if kind == "heading":
        return (kind, value["text"], value["level"] or "2", value["anchor"] or "")
    if kind == "table":
        return (kind, *_comparable_table(value or {}))
    if kind == "attachments":
        return (kind, *[document.pk for document in value["files"] if document is not None])
    if kind == "matters":
        named = [
            (item["filing"].pk, item["event"]) for item in value["matters"] if item["filing"] is not None
        ]
        return (kind, value["heading"] or "", *named)
    return (kind, value["heading"] or "", *[filing.pk for filing in value["filings"] if filing is not None])


def _comparable_table(value: dict[str, Any]) -> tuple[Any, ...]:
    rows = [tuple("" if cell is None else str(cell).strip() for cell in row) for row in value.get("data", [])]
    while rows and not any(rows[-1]):
        rows.pop()
    return (str(value.get("table_caption") or "").strip(), value.get("table_header_choice") or "", *rows)
