"""What happened to filings (备案事项): the notice names filing and event, the register tells the rest."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.blocks import CharBlock, ChoiceBlock, ListBlock, StructBlock

from portal.notices.blocks.institutions import FilingChooserBlock
from portal.notices.services.filing_matters import matter_facts
from portal.register.models import FilingEvent

#: The events that an office announces.
ANNOUNCED = (
    FilingEvent.Kind.DEREGISTERED,
    FilingEvent.Kind.RECTIFICATION_ORDERED,
    FilingEvent.Kind.RESTORED,
    FilingEvent.Kind.FILED,
    FilingEvent.Kind.CHANGED,
    FilingEvent.Kind.RENEWED,
    FilingEvent.Kind.RENEWAL_REFUSED,
    FilingEvent.Kind.RENAMED,
)


class MatterBlock(StructBlock):
    """One filing and what happened to it."""

    filing = FilingChooserBlock()
    event = ChoiceBlock(label=_("事项"), choices=[(kind.value, kind.label) for kind in ANNOUNCED])


class MattersBlock(StructBlock):
    """A list of filings with what happened: day, ground, article and number come from the register."""

    heading = CharBlock(
        label=_("说明"), required=False, max_length=80, help_text=_("如：注销备案的机构。可留空。")
    )
    matters = ListBlock(MatterBlock(), label=_("备案事项"), min_num=1, max_num=200)

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """Add the facts of the register, in one query for all."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["facts"] = matter_facts(matters_in(value))
        return context

    class Meta:
        label = _("备案事项")
        icon = "clipboard-list"
        template = "notices/blocks/matters.html"


def matters_in(value: Any) -> list[tuple[Any, str]]:
    """The pairs (filing, kind of event) of a block's value; filings that are gone are left out."""
    return [(item["filing"], item["event"]) for item in value["matters"] if item["filing"] is not None]
