"""What every page of the site has in common."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page


class PublicPage(Page):
    """A page that editors keep. ``search_description`` is what search engines and readers' previews show."""

    show_in_menus_default = False
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            heading=_("网址与摘要"),
        ),
    ]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Let nothing go live in a request but what was approved (DESIGN, Powers)."""
        from portal.notices.services.publishing import require_approved_way

        require_approved_way(self)
        super().save(*args, **kwargs)

    def permissions_for_user(self, user: Any) -> Any:
        """What an account may do with this page in the workplace (by office)."""
        from portal.notices.page_policy import OfficePageTester

        return OfficePageTester(user, self)

    def get_absolute_url(self) -> str:
        """Path of the page on this site, without the host."""
        parts = self.get_url_parts() if self.pk else None
        return parts[2] if parts is not None and parts[2] else "/"
