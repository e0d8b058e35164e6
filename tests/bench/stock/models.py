"""A page with a body of text."""

from __future__ import annotations

from wagtail.fields import RichTextField
from wagtail.models import Page


class StockPage(Page):
    """What the tutorial of Wagtail begins with."""

    body = RichTextField(blank=True)
    template = "stock/stock_page.html"
