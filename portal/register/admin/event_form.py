"""What the forms of all events have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import AdminDateInput

from portal.register.services.event_rules import Entry
from portal.register.timeline import Held
from portal.regulation.wording import article_label

ARTICLES = [(number, article_label(number)) for number in range(1, 34)]


class EventForm(forms.Form):
    """What every event has. ``last_event`` is the last one that the person was shown."""

    effective_on = forms.DateField(
        label=_("生效日期"),
        widget=AdminDateInput,
        help_text=_("决定或事实发生效力的那一天；可以早于今天（补登）或晚于今天。"),
        error_messages={"required": _("请填写生效日期。"), "invalid": _("请写成2026-11-22的样子。")},
    )
    article = forms.TypedChoiceField(
        label=_("依据条款"), choices=ARTICLES, coerce=int, help_text=_("《管理办法》第几条，已按事项预选。")
    )
    ground = forms.CharField(
        label=_("事由"),
        max_length=200,
        required=False,
        help_text=_("会在机构公开页显示，请不要写入个人信息。"),
    )
    document_number = forms.CharField(label=_("文号"), max_length=60, required=False)
    reason = forms.CharField(
        label=_("登记理由"),
        min_length=2,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("依据的申请、决定或核查；记入审计记录，不公开。"),
        error_messages={"required": _("请写明登记理由。"), "min_length": _("登记理由至少写2个字。")},
    )
    last_event = forms.IntegerField(widget=forms.HiddenInput)
    previewed = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    #: Fields in the order of the page; rows are shown by themselves.
    shown: tuple[str, ...] = ("effective_on", "article", "ground", "document_number", "reason")

    def __init__(
        self, kind: str, data: QueryDict | None, *, held: Sequence[Held], initial: dict[str, Any]
    ) -> None:
        self.kind = kind
        self.held = held
        super().__init__(data, initial=initial)

    @property
    def content_fields(self) -> list[forms.BoundField]:
        """Fields about what the filing covers; none for most kinds."""
        return []

    @property
    def shown_rows(self) -> list[dict[str, Any]]:
        """Sets of rows with their titles; none for most kinds."""
        return []

    @property
    def row_sets(self) -> dict[str, Any]:
        """Sets of rows by name; none for most kinds."""
        return {}

    def visible(self) -> list[forms.BoundField]:
        """The bound fields in their order."""
        return [self[name] for name in self.shown]

    def hush(self) -> None:
        """Show the typed values without judging them: somebody only asked for more rows."""
        self._errors, self.cleaned_data = ErrorDict(), {}
        for rows in self.row_sets.values():
            rows._errors, rows._non_form_errors = [], ErrorList()
            for row in rows.forms:
                row._errors, row.cleaned_data = ErrorDict(), {}

    def is_valid(self) -> bool:
        """The form and all its rows; asked of both, so that every mistake shows at once."""
        rows = [rows.is_valid() for rows in self.row_sets.values()]
        return super().is_valid() and all(rows)

    def payload(self) -> dict[str, Any]:
        """What the kind needs besides; see :mod:`portal.register.timeline`."""
        return {}

    def entry(self) -> Entry:
        """The valid form as an entry."""
        data = self.cleaned_data
        return Entry(
            kind=self.kind,
            effective_on=data["effective_on"],
            article=data["article"],
            reason=data["reason"].strip(),
            payload=self.payload(),
            ground=data["ground"].strip(),
            document_number=data["document_number"].strip(),
        )
