"""Announcements as Atom 1.0 (RFC 4287); withdrawn ones as tombstones (RFC 6721)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed, rfc3339_date
from django.utils.html import escape
from django.utils.xmlutils import SimplerXMLGenerator

from portal.notices.models import NoticePage, Section, Withdrawal
from portal.notices.services.plain_text import first_words

ENTRIES = 50
#: The feed's own identifier never depends on the host that answers.
FEED_ID = "urn:zhiping-portal:notices"
#: What an empty feed says as its last change: the day the regulation came into force (Art. 33).
BEGINNING = dt.datetime(2020, 12, 31, tzinfo=dt.UTC)
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"


@dataclass(frozen=True, slots=True)
class RenderedFeed:
    """The text of a feed and the moment of its last change."""

    xml: str
    updated: dt.datetime


class NoticeAtom(Atom1Feed):
    """Atom with the text of an entry, its source and the entries that were withdrawn."""

    def __init__(
        self, *args: Any, withdrawals: list[Withdrawal], changed: dt.datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.withdrawals = withdrawals
        self.changed = changed

    def latest_post_date(self) -> dt.datetime:
        """The last change of any entry, so that the same content always reads the same."""
        return self.changed

    def root_attributes(self) -> dict[str, Any]:
        """Name the tombstones' vocabulary."""
        return {**super().root_attributes(), "xmlns:at": TOMBSTONES}

    def add_root_elements(self, handler: SimplerXMLGenerator) -> None:
        """Add the entries that were withdrawn."""
        super().add_root_elements(handler)
        for row in self.withdrawals:
            handler.startElement(
                "at:deleted-entry",
                AttributesImpl(
                    {"ref": row.feed_id, "when": rfc3339_date(timezone.localtime(row.withdrawn_at))}
                ),
            )
            handler.addQuickElement("at:comment", f"〔撤下〕{row.title}：{row.reason}")
            handler.endElement("at:deleted-entry")

    def add_item_elements(self, handler: SimplerXMLGenerator, item: dict[str, Any]) -> None:
        """Add the entry's text."""
        super().add_item_elements(handler, item)
        if item.get("content"):
            handler.addQuickElement("content", item["content"], {"type": "html"})


def entry_id(page: NoticePage) -> str:
    """The identifier of a notice for good: it survives moves, renaming and another host."""
    return f"urn:uuid:{page.translation_key}"


def render_feed(section: Section | None, *, root: str, path: str) -> RenderedFeed:
    """The newest 50 notices of a section (or of all); ``root`` is scheme and host, ``path`` the feed's own."""
    notices = NoticePage.objects.live().public()
    withdrawals = Withdrawal.objects.filter(page__live=False) | Withdrawal.objects.filter(page=None)
    if section is not None:
        notices = notices.filter(section=section)
        withdrawals = withdrawals.filter(section=section)
    rows = list(
        notices.select_related("issuer")
        .defer("body")
        .prefetch_related("corrections")
        .order_by("-last_published_at", "-pk")[:ENTRIES]
    )
    gone = list(withdrawals.order_by("-withdrawn_at")[:ENTRIES])
    moments = [_changed(row) for row in rows] + [row.withdrawn_at for row in gone]
    updated = max(moments, default=BEGINNING)
    label = str(section.label) if section is not None else "全部栏目"
    where = f"/notices/{section.value}/" if section is not None else "/notices/"
    feed = NoticeAtom(
        title=f"公告（{label}）- 重庆市职业技能等级评价机构公共门户",
        link=root + where,
        description=None,
        subtitle="新发布、更正和撤下的公告",
        language="zh-Hans",
        author_name="重庆市职业技能等级评价机构公共门户",
        feed_url=root + path,
        feed_guid=f"{FEED_ID}:{section.value}" if section is not None else FEED_ID,
        withdrawals=gone,
        changed=updated,
    )
    for row in rows:
        _add(feed, row, root)
    return RenderedFeed(feed.writeString("utf-8"), updated)


def _changed(page: NoticePage) -> dt.datetime:
    moment: dt.datetime | None = page.last_published_at or page.first_published_at
    return moment if moment is not None else BEGINNING


def _add(feed: NoticeAtom, page: NoticePage, root: str) -> None:
    correction = page.latest_correction()
    summary = page.summary or first_words(page.plain_body, 200)
    if correction is not None:
        summary = f"〔更正〕{correction.corrected_on}：{correction.what}（原因：{correction.why}）\n{summary}"
    feed.add_item(
        title=f"〔更正〕{page.title}" if correction is not None else page.title,
        link=root + page.get_absolute_url(),
        description=summary,
        author_name=page.issuer.name,
        pubdate=page.first_published_at or _changed(page),
        updateddate=_changed(page),
        unique_id=entry_id(page),
        categories=[str(page.get_section_display()), str(page.get_genre_display())],
        content=_content(page),
    )


def _content(page: NoticePage) -> str:
    """Corrections and the text as paragraphs of plain text: everything escaped, nothing active."""
    corrections = [
        f"〔更正〕{item.corrected_on}：{item.what}（原因：{item.why}）" for item in page.corrections.all()
    ]
    lines = [*corrections, *page.plain_body.splitlines()]
    return "".join(f"<p>{escape(line)}</p>" for line in lines)
