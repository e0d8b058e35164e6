"""The list of announcements and its sections."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.url_routing import RouteResult

from portal.notices.models.public_page import PublicPage


class Section(models.TextChoices):
    """Sections of announcements; the value is also the last part of the section's address."""

    DEREGISTRATION = "deregistration", _("注销备案公告")
    SELECTION = "selection", _("择优遴选公示")
    FEES = "fees", _("收费标准")
    INSPECTIONS = "inspections", _("抽查结果")
    CREDIT = "credit", _("信用评估")
    POLICY = "policy", _("政策文件")
    GENERAL = "general", _("通知")


class NoticeIndexPage(PublicPage):
    """All announcements: ``/notices/``."""

    intro = models.CharField(_("说明"), max_length=200, blank=True)

    content_panels = [*PublicPage.content_panels, FieldPanel("intro")]
    template = "notices/notice_list.html"
    max_count = 1
    parent_page_types = ["notices.HomePage"]
    subpage_types = ["notices.NoticeSectionPage"]

    class Meta:
        verbose_name = _("公告总览")
        verbose_name_plural = _("公告总览")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the list, filtered by the request's query."""
        from portal.notices.views.notice_list import notice_list

        return notice_list(request, self, section=None)


class NoticeSectionPage(PublicPage):
    """The announcements of one section: ``/notices/<section>/``."""

    section = models.CharField(_("栏目"), max_length=20, choices=Section, unique=True)
    intro = models.CharField(_("说明"), max_length=200, blank=True)
    stale_after_days = models.PositiveSmallIntegerField(
        _("更新期限（天）"),
        default=365,
        validators=[MinValueValidator(1)],
        help_text=_("最近一篇公告超过这么多天，就提醒编辑更新本栏目。"),
    )

    content_panels = [
        *PublicPage.content_panels,
        FieldPanel("section"),
        FieldPanel("intro"),
        FieldPanel("stale_after_days"),
    ]
    template = "notices/notice_list.html"
    parent_page_types = ["notices.NoticeIndexPage"]
    subpage_types = ["notices.NoticePage"]

    class Meta:
        verbose_name = _("公告栏目")
        verbose_name_plural = _("公告栏目")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Lead to a notice; to what is left of a withdrawn one; else to a page with the nearest ones."""
        try:
            return super().route(request, path_components)
        except Http404:
            if len(path_components) != 1 or not self.live:
                raise
        from portal.notices.services.missing import find_missing

        return RouteResult(self, kwargs={"missing": find_missing(self, path_components[0])})

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the list, or the page for a notice that is not there (``missing``, from :meth:`route`)."""
        from portal.notices.views.missing import missing_notice
        from portal.notices.views.notice_list import notice_list

        missing = kwargs.get("missing")
        if missing is not None:
            return missing_notice(request, self, missing)
        return notice_list(request, self, section=self.section)
