"""What every page of the site has in common."""

from __future__ import annotations

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

    def get_absolute_url(self) -> str:
        """Path of the page on this site, without the host."""
        parts = self.get_url_parts() if self.pk else None
        return parts[2] if parts is not None and parts[2] else "/"
