"""The regulation as pages: the list of its articles, and one page an article."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from portal.notices.models.public_page import PublicPage


class RegulationIndexPage(PublicPage):
    """The regulation: ``/regulation/``."""

    full_name = models.CharField(_("全称"), max_length=120, blank=True)
    document_number = models.CharField(_("发文字号"), max_length=60, blank=True)
    issuer_name = models.CharField(_("发布机构"), max_length=80, blank=True)
    issued_on = models.DateField(_("成文日期"), null=True, blank=True)
    intro = models.CharField(_("说明"), max_length=300, blank=True)

    content_panels = [
        *PublicPage.content_panels,
        FieldPanel("full_name"),
        FieldPanel("document_number"),
        FieldPanel("issuer_name"),
        FieldPanel("issued_on"),
        FieldPanel("intro"),
    ]
    template = "notices/regulation_index.html"
    max_count = 1
    parent_page_types = ["notices.HomePage"]
    subpage_types = ["notices.ArticlePage"]

    class Meta:
        verbose_name = _("管理办法")
        verbose_name_plural = _("管理办法")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the articles in order, grouped by chapter."""
        from portal.notices.services.regulation_pages import articles_by_chapter

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, "chapters": articles_by_chapter()}


class ArticlePage(PublicPage):
    """One article with what the portal does for it: ``/regulation/<number>/``."""

    number = models.PositiveSmallIntegerField(_("条"), unique=True)
    chapter = models.CharField(_("章"), max_length=40)
    text = models.TextField(_("条文"))
    portal_duty = models.TextField(_("本平台如何落实"), blank=True)

    content_panels = [
        *PublicPage.content_panels,
        FieldPanel("number", read_only=True),
        FieldPanel("chapter", read_only=True),
        FieldPanel("text", read_only=True),
        FieldPanel("portal_duty"),
    ]
    template = "notices/article.html"
    parent_page_types = ["notices.RegulationIndexPage"]
    subpage_types: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("条文")
        verbose_name_plural = _("条文")

    def paragraphs(self) -> list[str]:
        """The paragraphs of the text in order."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add the neighbours."""
        from portal.notices.services.regulation_pages import neighbours_of

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        previous, following = neighbours_of(self.number)
        regulation = self.get_parent().specific
        return {
            **context,
            "previous": previous,
            "following": following,
            "regulation": regulation,
            "trail": [(regulation.title, regulation.get_absolute_url())],
        }
