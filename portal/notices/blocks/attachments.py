"""Files attached to a text."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import ListBlock, StructBlock
from wagtail.documents.blocks import DocumentChooserBlock


class AttachmentsBlock(StructBlock):
    """A list of files with title, type and size."""

    files = ListBlock(DocumentChooserBlock(label=_("文件")), label=_("文件"), min_num=1, max_num=50)

    class Meta:
        label = _("附件")
        icon = "doc-full-inverse"
        template = "notices/blocks/attachments.html"
