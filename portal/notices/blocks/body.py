"""The body of a notice, and the smaller one of a text page."""

from __future__ import annotations

from wagtail.blocks import StreamBlock

from portal.notices.blocks.attachments import AttachmentsBlock
from portal.notices.blocks.heading import HeadingBlock
from portal.notices.blocks.institutions import InstitutionsBlock
from portal.notices.blocks.matters import MattersBlock
from portal.notices.blocks.table import TableBlock
from portal.notices.blocks.text import TextBlock


class TextBody(StreamBlock):
    """Headings, text, tables."""

    heading = HeadingBlock()
    text = TextBlock()
    table = TableBlock()


class NoticeBody(TextBody):
    """What a notice may hold."""

    attachments = AttachmentsBlock()
    institutions = InstitutionsBlock()
    matters = MattersBlock()
