"""The home page."""

from __future__ import annotations

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from portal.notices.models.public_page import PublicPage


class HomePage(PublicPage):
    """``/``: the search box first, then announcements, figures and charts from the register."""

    heading = models.CharField(_("主标题"), max_length=40, default="这家机构能不能评？先查一查。")
    lead = models.CharField(
        _("导语"), max_length=120, blank=True, default="输入机构名称、备案编码、职业（工种）或区县。"
    )
    common_searches = models.CharField(
        _("常查"),
        max_length=120,
        blank=True,
        default="电工、育婴员、养老护理员、焊工",
        help_text=_("以顿号分隔。"),
    )
    silent_after_days = models.PositiveSmallIntegerField(
        _("首页更新期限（天）"),
        default=14,
        validators=[MinValueValidator(1)],
        help_text=_("政府网站首页两周没有更新即为不达标；超过这么多天就提醒编辑。"),
    )

    content_panels = [
        *PublicPage.content_panels,
        MultiFieldPanel(
            [FieldPanel("heading"), FieldPanel("lead"), FieldPanel("common_searches")], heading=_("搜索区")
        ),
        FieldPanel("silent_after_days"),
    ]
    template = "notices/home.html"
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["notices.NoticeIndexPage", "notices.RegulationIndexPage", "notices.TextPage"]

    class Meta:
        verbose_name = _("首页")
        verbose_name_plural = _("首页")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Add figures of today and the latest announcements of each section."""
        from portal.notices.services.home_page import home_context

        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        return {**context, **home_context(self)}
