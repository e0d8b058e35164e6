"""The forms of fee schedules: amounts in yuan for what the filing covers, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from wagtail.admin.widgets import AdminDateInput

from portal.register.admin.imports.forms import reason_field
from portal.register.models import Filing
from portal.register.services.fee_writing import AMOUNTS, Amounts, ItemKey, ScheduleDraft
from portal.register.tabular.cells import CellError, format_fen, parse_fen
from portal.templatetags.portal_format import level_name

#: What each amount is called.
LABELS = {
    "knowledge_fen": gettext_lazy("理论"),
    "skill_fen": gettext_lazy("技能"),
    "material_fen": gettext_lazy("材料"),
    "review_fen": gettext_lazy("综合评审"),
    "undivided_fen": gettext_lazy("未分项总价"),
}


class YuanField(forms.CharField):
    """An amount in yuan with at most two decimals, as fen; None when empty."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "size": 8, "autocomplete": "off"})

    def clean(self, value: Any) -> Any:
        """The amount in fen."""
        text = super().clean(value)
        try:
            return parse_fen(text)
        except CellError as error:
            raise forms.ValidationError(str(error)) from error


def day_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    """A date with Wagtail's picker."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        widget=AdminDateInput,
        error_messages={
            "required": gettext_lazy("请填写日期，例如 2026-11-22。"),
            "invalid": gettext_lazy("请按 2026-11-22 的形式填写日期。"),
        },
    )


@dataclass(frozen=True)
class AmountRow:
    """One line of the form: what the fee is for, and its fields."""

    title: str
    fields: Sequence[forms.BoundField]

    @property
    def errors(self) -> list[str]:
        """What is wrong in the line, with the name of the amount."""
        return [f"{field.label}：{error}" for field in self.fields for error in field.errors]


class ScheduleForm(forms.Form):
    """A schedule; there is a line for each item of the scope, so nothing outside it can be named."""

    basis = forms.CharField(
        label=gettext_lazy("收费依据"),
        max_length=200,
        help_text=gettext_lazy("文件名称和文号，与收费标准一同公示（第十八条）。"),
        error_messages={
            "required": gettext_lazy("请填写收费依据。"),
            "max_length": gettext_lazy("收费依据太长，最多 %(limit_value)d 个字。"),
        },
    )
    published_on = day_field(gettext_lazy("公布日期"))
    first_day = day_field(gettext_lazy("执行首日"), gettext_lazy("正在执行的收费标准到前一天为止。"))
    last_day = day_field(
        gettext_lazy("执行末日"), gettext_lazy("留空为长期，直到下一份收费标准。"), required=False
    )
    source_url = forms.URLField(
        label=gettext_lazy("公示网址"),
        required=False,
        max_length=200,
        assume_scheme="https",
        error_messages={"invalid": gettext_lazy("请以 http:// 或 https:// 开头填写网址。")},
    )
    reason = reason_field(
        required=True,
        label=gettext_lazy("登记理由"),
        help_text=gettext_lazy("例如“机构2026年报送”“更正录入错误”；记入审计记录。"),
    )
    version = forms.CharField(widget=forms.HiddenInput, max_length=24)
    plain = ("basis", "published_on", "first_day", "last_day", "source_url", "reason")

    def __init__(
        self,
        data: Any,
        *,
        keys: Sequence[ItemKey],
        names: dict[str, str],
        amounts: dict[ItemKey, dict[str, int]],
        initial: dict[str, Any],
        fixed_day: bool = False,
    ) -> None:
        super().__init__(data, initial=initial)
        self.keys = list(keys)
        self.titles = {key: _title(key, names) for key in self.keys}
        for number, key in enumerate(self.keys):
            for name, label in LABELS.items():
                fen = amounts.get(key, {}).get(name, 0)
                self.fields[f"fee-{number}-{name}"] = YuanField(
                    required=False, label=label, max_length=20, initial=format_fen(fen) if fen else ""
                )
        if fixed_day:
            self.fields["first_day"].disabled = True

    def fields_shown(self) -> list[forms.BoundField]:
        """The fields above the lines."""
        return [self[name] for name in self.plain]

    def rows(self) -> list[AmountRow]:
        """The lines."""
        return [
            AmountRow(self.titles[key], [self[f"fee-{number}-{name}"] for name in AMOUNTS])
            for number, key in enumerate(self.keys)
        ]

    def clean(self) -> dict[str, Any]:
        """Days in order, and at least one amount; a total stands alone."""
        data: dict[str, Any] = super().clean() or {}
        published, first, last = (data.get(name) for name in ("published_on", "first_day", "last_day"))
        if published and published > timezone.localdate():
            self.add_error("published_on", _("公布日期晚于今天，尚未公布的收费标准不能登记。"))
        if first and last and last < first:
            self.add_error("last_day", _("执行末日早于执行首日，请核对。"))
        given = 0
        for number, _key in enumerate(self.keys):
            amounts = {name: data.get(f"fee-{number}-{name}") for name in AMOUNTS}
            stated = [name for name, fen in amounts.items() if fen is not None]
            given += bool(stated)
            if "undivided_fen" in stated and len(stated) > 1:
                self.add_error(f"fee-{number}-undivided_fen", _("分项金额和未分项总价只填一种。"))
        if not given and not any(name.startswith("fee-") for name in self.errors):
            self.add_error(None, _("没有填写任何金额；尚未公布收费标准的，不要登记，也不要填 0。"))
        return data

    def draft(self, filing: Filing) -> ScheduleDraft:
        """What was typed, as the importer writes it."""
        data = self.cleaned_data
        draft = ScheduleDraft(
            0,
            filing.code,
            data["first_day"],
            {},
            published_on=data["published_on"],
            last_day=data["last_day"],
            basis=data["basis"],
            source_url=data["source_url"],
        )
        for number, key in enumerate(self.keys):
            fens = [data.get(f"fee-{number}-{name}") for name in AMOUNTS]
            if any(fen is not None for fen in fens):
                knowledge, skill, material, review, undivided = (fen or 0 for fen in fens)
                amounts: Amounts = (knowledge, skill, material, review, undivided)
                draft.items[key] = (0, amounts)
        return draft


def _title(key: ItemKey, names: dict[str, str]) -> str:
    code, work_type, level = key
    name = names.get(code, code)
    return f"{name}（{work_type}）{level_name(level)}" if work_type else f"{name} {level_name(level)}"


class AnnulForm(forms.Form):
    """Why a schedule is taken back."""

    reason = reason_field(required=True, label=gettext_lazy("撤回理由"))
    resume = forms.BooleanField(label=gettext_lazy("前一份收费标准继续执行"), required=False, initial=True)
    version = forms.CharField(widget=forms.HiddenInput, max_length=24)

    def __init__(self, *args: Any, predecessor_day: dt.date | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if predecessor_day is None:
            del self.fields["resume"]
