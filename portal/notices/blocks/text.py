"""Running text."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import RichTextBlock

#: What official text needs; headings, tables and files have blocks of their own.
FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link", "blockquote", "superscript", "subscript"]


class TextBlock(RichTextBlock):
    """Paragraphs, lists and links. Anything else that is pasted in is dropped."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("features", FEATURES)
        kwargs.setdefault("label", _("文字"))
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        template = "notices/blocks/text.html"
