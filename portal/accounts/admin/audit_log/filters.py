"""Filters of the log: what is asked for, and the rows that answer."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _, gettext_lazy

from portal.accounts.admin.audit_log.words import known_actions, known_objects
from portal.accounts.models import Authority
from portal.audit.models import AuditEvent

_CODE = re.compile(r"[a-z][a-z_.]{0,59}")
_YEARS = range(2000, 2101)
_MOST_WORDS = 6
#: Digits of the highest number that a row can have.
_DIGITS = 18


def _day_field(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label,
        required=False,
        widget=widget,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": gettext_lazy("请写成 2026-11-22 的样子。")},
    )


class QuickSelect(forms.Select):
    """A list of choices that is written in one go: with a template for each of two hundred it costs half the page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The element with its options."""
        chosen = "" if value is None else str(value)
        marks = {True: mark_safe(" selected"), False: ""}
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            ((key, marks[str(key) == chosen], label) for key, label in self.choices),
        )
        given = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        return format_html("<select{}>{}</select>", flatatt(given), options)


class AuditFilterForm(forms.Form):
    """Everything may be left empty; what is given must hold together."""

    first_day = _day_field(gettext_lazy("自"))
    last_day = _day_field(gettext_lazy("至"))
    office = forms.ChoiceField(label=gettext_lazy("机关"), required=False, widget=QuickSelect)
    action = forms.ChoiceField(label=gettext_lazy("操作"), required=False, widget=QuickSelect)
    person = forms.CharField(
        label=gettext_lazy("操作人"), required=False, max_length=80, help_text=gettext_lazy("姓名或账号编号")
    )
    object_type = forms.ChoiceField(label=gettext_lazy("对象类型"), required=False, widget=QuickSelect)
    object_id = forms.CharField(label=gettext_lazy("对象编号"), required=False, max_length=64)
    words = forms.CharField(
        label=gettext_lazy("词语"),
        required=False,
        max_length=80,
        help_text=gettext_lazy("在对象、理由、请求编号中查找"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offices = list(Authority.objects.order_by("code").values_list("code", "short_name"))
        self._offer("office", self._offices)
        self._offer("action", known_actions())
        self._offer("object_type", known_objects())

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = cast(forms.ChoiceField, self.fields[name])
        asked = str(self.data.get(name, ""))
        if _CODE.fullmatch(asked) and asked not in dict(choices):
            # A code of former times, or of a thing that is no table: a link from an event leads here.
            choices = [*choices, (asked, asked)]
        field.choices = [("", _("全部")), *choices]
        field.error_messages["invalid_choice"] = _("没有“%(value)s”这一项，请从列表中选择。")

    def clean(self) -> dict[str, Any]:
        """Days within reason and in order."""
        values = super().clean() or {}
        first, last = values.get("first_day"), values.get("last_day")
        for name, day in (("first_day", first), ("last_day", last)):
            if day is not None and day.year not in _YEARS:
                self.add_error(name, _("请填写 2000 年至 2100 年之间的日期。"))
        if first and last and last < first and not self.errors:
            self.add_error("last_day", _("不能早于“自”的日期。"))
        return values

    def rows(self, events: QuerySet[AuditEvent]) -> QuerySet[AuditEvent]:
        """Those events that the (valid) filters leave."""
        values = self.cleaned_data
        if values["first_day"]:
            events = events.filter(at__gte=_midnight(values["first_day"]))
        if values["last_day"]:
            events = events.filter(at__lt=_midnight(values["last_day"] + dt.timedelta(days=1)))
        for name in ("office", "action", "object_type", "object_id"):
            if values[name]:
                events = events.filter(**{name: values[name]})
        person = values["person"]
        if person.isascii() and person.isdigit():
            events = events.filter(actor_id=int(person[:_DIGITS]))
        elif person:
            events = events.filter(actor_name__icontains=person)
        for word in values["words"].split()[:_MOST_WORDS]:
            events = events.filter(
                Q(object_label__icontains=word) | Q(reason__icontains=word) | Q(request_id=word)
            )
        return events

    def office_words(self) -> dict[str, str]:
        """Short names of the offices by their codes."""
        return dict(self._offices)

    def chosen(self) -> dict[str, str]:
        """The filters in use, as texts."""
        return {name: str(value) for name, value in self.cleaned_data.items() if value}


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))
