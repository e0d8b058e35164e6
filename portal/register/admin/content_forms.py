"""Forms for what a filing covers: scope, sites, areas and audiences, changed (Art. 13) or corrected (Art. 12)."""

from __future__ import annotations

import datetime as dt
import json
from functools import cached_property
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now, gettext_lazy as _

from portal.register.admin.event_form import EventForm
from portal.register.admin.event_rows import ScopeRows, SiteRows, district_choices
from portal.register.admin.words import SpanWords
from portal.register.models.filing import Audience
from portal.register.services.import_lookups import Lookups
from portal.register.timeline import CITY_WIDE, Held, Item, Place
from portal.regulation.validity import expiry_of


def as_choice(value: str | Item | Place) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value.to_payload(), ensure_ascii=False, sort_keys=True)


class ContentForm(EventForm):
    """With scope, sites, areas and audiences: a change (Art. 13)."""

    scope_ended = forms.MultipleChoiceField(
        label=_("不再评价"), required=False, widget=forms.CheckboxSelectMultiple
    )
    sites_ended = forms.MultipleChoiceField(
        label=_("停用场地"), required=False, widget=forms.CheckboxSelectMultiple
    )
    areas = forms.MultipleChoiceField(
        label=_("变更后的评价区域"), required=False, widget=forms.CheckboxSelectMultiple
    )
    audiences = forms.MultipleChoiceField(
        label=_("变更后的评价对象"),
        required=False,
        choices=Audience.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    ended: tuple[str, ...] = ("scope_ended", "sites_ended")
    added = {"scope": "scope_added", "sites": "sites_added"}
    row_titles = {"scope": _("新增评价范围"), "sites": _("新增评价场地")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.districts = district_choices()
        self.fields["areas"].choices = [(CITY_WIDE, _("全市")), *self.districts]  # type: ignore[attr-defined]
        self._offer_ended()
        for name, track in (("areas", "area"), ("audiences", "audience")):
            self.fields[name].help_text = _now("不变则不选。现为：%s。") % self._now_held(track)

    def _offer_ended(self) -> None:
        words = SpanWords.of_items(one.value for one in self.held if isinstance(one.value, Item))
        for name, track in (("scope_ended", "scope"), ("sites_ended", "site")):
            if name not in self.fields:
                continue
            values = {as_choice(one.value): words.value(track, one.value) for one in self._open(track)}
            for chosen in self.initial.get(name, ()):
                values.setdefault(chosen, chosen)
            self.fields[name].choices = list(values.items())  # type: ignore[attr-defined]
        self.words = words

    def _open(self, track: str) -> list[Held]:
        return [one for one in self.held if one.track == track and one.last_day is None]

    def _now_held(self, track: str) -> str:
        return "、".join(self.words.value(track, one.value) for one in self._open(track)) or _now("无")

    @cached_property
    def _lookups(self) -> Lookups:
        return Lookups.load(timezone.localdate())

    @cached_property
    def row_sets(self) -> dict[str, Any]:
        """Rows for scope and for sites."""
        data = self.data if self.is_bound else None
        return {
            "scope": ScopeRows(
                data,
                prefix="scope",
                initial=self.initial.get("scope_rows"),
                form_kwargs={"lookups": lambda: self._lookups},
            ),
            "sites": SiteRows(
                data,
                prefix="sites",
                initial=self.initial.get("site_rows"),
                form_kwargs={"districts": self.districts},
            ),
        }

    @property
    def content_fields(self) -> list[forms.BoundField]:
        """What ends, then what the areas and the audiences become."""
        return [self[name] for name in (*self.ended, "areas", "audiences")]

    @property
    def shown_rows(self) -> list[dict[str, Any]]:
        """The two sets of rows."""
        return [
            {"name": name, "title": self.row_titles[name], "rows": rows}
            for name, rows in self.row_sets.items()
        ]

    def clean_areas(self) -> list[str]:
        """The whole city, or districts."""
        areas: list[str] = self.cleaned_data["areas"]
        if CITY_WIDE in areas and len(areas) > 1:
            raise forms.ValidationError(_now("选了全市就不必再选区县，请只留其一。"))
        return areas

    def added_items(self) -> dict[str, list[dict[str, Any]]]:
        """What the rows say, under the names of the payload; nothing twice."""
        found = {}
        for name, key in self.added.items():
            made: list[dict[str, Any]] = []
            for row in self.row_sets[name].cleaned_data:
                made += [
                    one for one in row.get("items" if name == "scope" else "places", ()) if one not in made
                ]
            if made:
                found[key] = made
        return found

    def payload(self) -> dict[str, Any]:
        """Only what changes."""
        found: dict[str, Any] = self.added_items()
        for name in self.ended:
            if self.cleaned_data[name]:
                found[name] = [json.loads(value) for value in self.cleaned_data[name]]
        for name in ("areas", "audiences"):
            if self.cleaned_data[name]:
                found[name] = sorted(self.cleaned_data[name])
        return found

    def is_valid(self) -> bool:
        """Something has to change."""
        if not super().is_valid():
            return False
        if not self.payload():
            self.add_error(None, _now("没有填写任何变更：请新增或结束范围、场地，或选择新的区域、对象。"))
            return False
        return True


class FiledForm(ContentForm):
    """What a filing began with; only ever corrected (Art. 12)."""

    name = forms.CharField(label=_("备案时的名称"), max_length=120)
    ended = ()
    added = {"scope": "scope", "sites": "sites"}
    row_titles = {"scope": _("评价范围"), "sites": _("评价场地")}
    shown = ("name", "effective_on", "article", "ground", "document_number", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("scope_ended", "sites_ended"):
            del self.fields[name]
        for name, label in (("areas", _("评价区域")), ("audiences", _("评价对象"))):
            self.fields[name].label, self.fields[name].help_text = label, ""
            self.fields[name].required = True

    def payload(self) -> dict[str, Any]:
        """All of it, with the term of three years (Art. 14) unless the register holds another on the same day."""
        first: dt.date = self.cleaned_data["effective_on"]
        term = {"first_day": first.isoformat(), "last_day": expiry_of(first).isoformat()}
        before = self.initial.get("term")
        if before and before["first_day"] == term["first_day"]:
            term = before
        return {"name": self.cleaned_data["name"].strip(), "term": term, **super().payload()}

    def is_valid(self) -> bool:
        """A filing has scope and a site."""
        if not super().is_valid():
            return False
        for key, message in (
            ("scope", _now("请至少填写一个职业和等级。")),
            ("sites", _now("请至少填写一个场地。")),
        ):
            if key not in self.added_items():
                self.add_error(None, message)
        return not self.errors
