"""Forms for recording, correcting and annulling dated events: one class a group of kinds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _now, gettext_lazy as _

from portal.register.admin.content_forms import ContentForm, FiledForm, as_choice
from portal.register.admin.event_form import EventForm
from portal.register.admin.event_rows import MOST_ROWS, ROWS_MORE, scope_initial
from portal.register.models import FilingEvent
from portal.register.services.event_rules import Entry
from portal.register.timeline import Held, Item, Place
from portal.regulation.transitions import DEREGISTRATION_GROUNDS, FilingStep, article_of
from portal.regulation.wording import article_label

ROW_SETS = ("scope", "sites")


def fingerprint(entry: Entry, last_event: int) -> str:
    """Tells whether what is confirmed is what was previewed."""
    text = json.dumps(
        [
            entry.kind,
            entry.effective_on.isoformat(),
            entry.article,
            entry.payload,
            entry.ground,
            entry.document_number,
            last_event,
        ],
        ensure_ascii=False,
        sort_keys=True,
    )
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


class AnnulmentForm(EventForm):
    """Takes a mistaken record away; its day is that of the record."""

    shown = ("ground", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("effective_on", "article", "document_number"):
            del self.fields[name]

    def entry(self) -> Entry:
        """On the day and under the article of what is annulled."""
        data = self.cleaned_data
        day, article = self.initial["effective_on"], self.initial["article"]
        return Entry("annulled", day, article, data["reason"].strip(), ground=data["ground"].strip())


class DeregistrationForm(EventForm):
    """A ground of Art. 30 or 31, which gives the article."""

    deregistration_ground = forms.ChoiceField(
        label=_("注销情形"),
        choices=[
            ("", _("请选择")),
            *(
                (ground.value, f"{rule.words}（{article_label(rule.article)}）")
                for ground, rule in DEREGISTRATION_GROUNDS.items()
            ),
        ],
        error_messages={"required": _("请选择注销情形。")},
    )
    shown = ("effective_on", "deregistration_ground", "ground", "document_number", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["article"]

    def clean(self) -> dict[str, Any]:
        """The article follows from the ground; its words stand in when nothing else is written."""
        data: dict[str, Any] = super().clean() or {}
        ground = data.get("deregistration_ground")
        if ground:
            data["article"] = article_of(FilingStep.DEREGISTERED, ground)
            data["ground"] = data.get("ground") or next(
                rule.words for key, rule in DEREGISTRATION_GROUNDS.items() if key == ground
            )
        return data

    def payload(self) -> dict[str, Any]:
        """The ground as a code."""
        return {"ground": self.cleaned_data["deregistration_ground"]}


class RenamingForm(EventForm):
    """A new name (Art. 13)."""

    name = forms.CharField(
        label=_("新名称"), max_length=120, error_messages={"required": _("请填写新名称。")}
    )
    shown = ("name", "effective_on", "article", "ground", "document_number", "reason")

    def clean_name(self) -> str:
        """Without blanks at the ends, at least two characters."""
        name = " ".join(str(self.cleaned_data["name"]).split())
        if len(name) < 2:
            raise forms.ValidationError(_now("名称至少两个字。"))
        return name

    def payload(self) -> dict[str, Any]:
        """The name."""
        return {"name": self.cleaned_data["name"]}


FORMS: dict[str, type[EventForm]] = {
    "changed": ContentForm,
    "filed": FiledForm,
    "renamed": RenamingForm,
    "deregistered": DeregistrationForm,
    "annulled": AnnulmentForm,
}


def form_for(
    kind: str, data: QueryDict | None, *, held: Sequence[Held], last_event: int, corrects: FilingEvent | None
) -> EventForm:
    """The form of a kind, filled from the event that it corrects."""
    initial: dict[str, Any] = {"last_event": last_event, "effective_on": timezone.localdate()}
    if kind != "annulled":
        initial["article"] = article_of(kind)
    if corrects is not None:
        initial |= initial_of(corrects)
        if kind == "annulled":
            initial["ground"] = ""
    return FORMS.get(kind, EventForm)(kind, data, held=held, initial=initial)


def initial_of(event: FilingEvent) -> dict[str, Any]:
    """What an event says, as initial values of its form."""
    payload = event.payload
    found: dict[str, Any] = {
        "effective_on": event.effective_on,
        "article": event.article,
        "ground": event.ground,
        "document_number": event.document_number,
        "name": payload.get("name", ""),
        "deregistration_ground": payload.get("ground", ""),
        "areas": payload.get("areas", []),
        "audiences": payload.get("audiences", []),
        "term": payload.get("term"),
        "scope_rows": scope_initial(payload.get("scope") or payload.get("scope_added") or ()),
        "site_rows": list(payload.get("sites") or payload.get("sites_added") or ()),
        "scope_ended": [as_choice(Item.from_payload(one)) for one in payload.get("scope_ended", ())],
        "sites_ended": [as_choice(Place.from_payload(one)) for one in payload.get("sites_ended", ())],
    }
    return found


def with_more_rows(data: QueryDict, name: str) -> QueryDict:
    """The typed values with some empty rows more in one set."""
    more = data.copy()
    key = f"{name}-TOTAL_FORMS"
    present = str(more.get(key, ""))
    if name in ROW_SETS and present.isdecimal():
        more[key] = str(min(int(present) + ROWS_MORE, MOST_ROWS))
    return more
