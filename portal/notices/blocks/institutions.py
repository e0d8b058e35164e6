"""Institutions that a text names; their facts come from the register when the page is drawn."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, ChooserBlock, ListBlock, StructBlock

from portal.notices.services.filing_facts import fact_of, filings_with_status
from portal.register.models import Filing


class FilingChooserBlock(ChooserBlock):
    """One filing, chosen from the register."""

    target_model = Filing

    @cached_property
    def widget(self) -> Any:
        """The chooser's widget (made late: it needs the URL configuration)."""
        from portal.notices.choosers import filing_chooser

        return filing_chooser.widget_class()

    def bulk_to_python(self, values: Iterable[Any]) -> list[Filing | None]:
        """Fetch all filings with institution and status of today in one query, in the order of the keys."""
        keys = list(values)
        found = filings_with_status(keys)
        filings = [found.get(key) for key in keys]
        return [copy.copy(filing) if filing is not None else None for filing in filings]

    class Meta:
        icon = "group"
        label = _("评价机构")


class InstitutionsBlock(StructBlock):
    """Named institutions: name, code, status today and a link to the register."""

    heading = CharBlock(
        label=_("说明"), required=False, max_length=80, help_text=_("如：涉及的评价机构。可留空。")
    )
    filings = ListBlock(FilingChooserBlock(), label=_("评价机构"), min_num=1, max_num=200)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add the facts of the register, which came with the filings."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["facts"] = [fact_of(filing) for filing in value["filings"] if filing is not None]
        return context

    class Meta:
        label = _("涉及的评价机构")
        icon = "group"
        template = "notices/blocks/institutions.html"
