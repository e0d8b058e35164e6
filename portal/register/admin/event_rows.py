"""Rows of an event's form: scope items and sites, as many as needed, each refused at its own field."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now, gettext_lazy as _

from portal.accounts.models import District
from portal.register.services.import_lookups import Lookups
from portal.register.tabular.cells import CellError
from portal.register.timeline import Item, Place
from portal.regulation.codes import normalise_code
from portal.templatetags.portal_format import LEVEL_NAMES

#: Empty rows that a form offers, and how many more “再加几行” brings.
ROWS_MORE = 2
MOST_ROWS = 60


class ScopeRowForm(forms.Form):
    """One occupation (or work type) with its levels and its standard or norm (Art. 2)."""

    occupation = forms.CharField(label=_("职业"), max_length=80, required=False, help_text=_("编码或全称"))
    work_type = forms.CharField(label=_("工种"), max_length=80, required=False, help_text=_("整个职业则留空"))
    levels = forms.MultipleChoiceField(
        label=_("等级"),
        choices=list(LEVEL_NAMES.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    edition = forms.CharField(
        label=_("版本"), max_length=20, required=False, help_text=_("国家职业标准的年版，例如2018")
    )
    norm = forms.CharField(
        label=_("评价规范"), max_length=120, required=False, help_text=_("没有国家职业标准时填写")
    )

    def __init__(self, *args: Any, lookups: Callable[[], Lookups], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lookups = lookups

    def clean(self) -> dict[str, Any]:
        """Turn the row into items; every refusal stands at its field."""
        data: dict[str, Any] = super().clean() or {}
        if not any(data.get(name) for name in ("occupation", "work_type", "levels", "edition", "norm")):
            data["items"] = []
            return data
        book = self.lookups()
        code = self._read("occupation", lambda: _occupation(book, data.get("occupation", "")))
        work_type = self._read("work_type", lambda: book.work_type(code or "", data.get("work_type", "")))
        if not data.get("levels"):
            self.add_error("levels", _now("请至少选择一个等级。"))
        title, edition, norm = "", data.get("edition", ""), data.get("norm", "")
        if code and edition and not norm:
            found = self._read("edition", lambda: _standard(book, code, work_type or "", edition))
            title, edition = found or ("", edition)
        data["items"] = [
            Item(code or "", level, work_type or "", title, edition, norm).to_payload()
            for level in data.get("levels", ())
        ]
        return data

    def _read(self, field: str, read: Callable[[], Any]) -> Any:
        try:
            return read()
        except CellError as error:
            self.add_error(field, str(error))
            return None


def _occupation(book: Lookups, text: str) -> str:
    if normalise_code(text, drop_hyphens=False).isascii():
        return book.occupation(text, "")
    code = book.occupation_codes.get(text.strip())
    if code is None:
        raise CellError(_now("没有名为“%s”的职业，请填写编码或全称。") % text.strip()[:40])
    return code


def _standard(book: Lookups, code: str, work_type: str, edition: str) -> tuple[str, str]:
    titles = book.standards.get(code, {})
    for title in (work_type, book.occupations.get(code, "")):
        if title and edition in titles.get(title, ()):
            return title, edition
    return book.standard(code, "", edition)


class SiteRowForm(forms.Form):
    """One place with its district."""

    name = forms.CharField(label=_("场地名称"), max_length=80, required=False)
    address = forms.CharField(label=_("地址"), max_length=160, required=False)
    district = forms.ChoiceField(label=_("区县"), required=False)
    on_receipt = forms.BooleanField(label=_("回执所列地址"), required=False)

    def __init__(self, *args: Any, districts: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district"].choices = [("", _("请选择")), *districts]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """All three texts, or none."""
        data: dict[str, Any] = super().clean() or {}
        texts = {name: (data.get(name) or "").strip() for name in ("name", "address", "district")}
        data["places"] = []
        if any(texts.values()):
            for name, text in texts.items():
                if not text and name not in self.errors:
                    self.add_error(name, _now("没有填写，请补全；不需要这一行则全部清空。"))
            data["places"] = [Place(**texts, on_receipt=bool(data.get("on_receipt"))).to_payload()]
        elif data.get("on_receipt"):
            self.add_error("name", _now("勾选了回执所列地址，但没有填写场地。"))
        return data


def district_choices(day: dt.date | None = None) -> list[tuple[str, str]]:
    """Districts by code; abolished ones say so, because earlier events name them."""
    today = day or timezone.localdate()
    return [
        (row.code, row.name if row.exists_on(today) else _now("%s（已撤销）") % row.name)
        for row in District.objects.all()
    ]


ScopeRows = forms.formset_factory(ScopeRowForm, extra=ROWS_MORE, max_num=MOST_ROWS, absolute_max=MOST_ROWS)
SiteRows = forms.formset_factory(SiteRowForm, extra=ROWS_MORE, max_num=MOST_ROWS, absolute_max=MOST_ROWS)


def scope_initial(items: Iterable[dict[str, str]]) -> list[dict[str, Any]]:
    """Items of a payload as rows: one for each occupation, work type and standard, with its levels."""
    rows: dict[tuple[str, str, str, str], dict[str, Any]] = {}
    for data in items:
        item = Item.from_payload(data)
        row = rows.setdefault(
            (item.occupation, item.work_type, item.edition, item.norm),
            {
                "occupation": item.occupation,
                "work_type": item.work_type,
                "edition": item.edition,
                "norm": item.norm,
                "levels": [],
            },
        )
        row["levels"].append(item.level)
    return list(rows.values())
