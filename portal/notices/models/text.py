"""A page of plain text: help, privacy."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField

from portal.notices.blocks.body import TextBody
from portal.notices.models.public_page import PublicPage


class TextPage(PublicPage):
    """Headings, text and tables, without an official header."""

    intro = models.CharField(_("导语"), max_length=300, blank=True)
    body = StreamField(TextBody(), verbose_name=_("正文"))

    content_panels = [*PublicPage.content_panels, FieldPanel("intro"), FieldPanel("body")]
    template = "notices/text_page.html"
    parent_page_types = ["notices.HomePage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("文字页面")
        verbose_name_plural = _("文字页面")
