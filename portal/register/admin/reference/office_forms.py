"""The forms about districts and authorities: added, changed where that is no dated fact, ended with a successor."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from portal.accounts.models import Authority, District
from portal.register.admin.fees.forms import day_field
from portal.register.admin.reference.base import ReasonedForm, text_field


class DistrictEditForm(ReasonedForm):
    """What may be changed of a district."""

    short_name = text_field(gettext_lazy("简称"), 20)
    note = text_field(gettext_lazy("说明"), 500, required=False)


class AuthorityEditForm(ReasonedForm):
    """What may be changed of an authority: what the public reads to reach it."""

    short_name = text_field(gettext_lazy("简称"), 40)
    phone = text_field(
        gettext_lazy("电话"), 40, gettext_lazy("公众看到的电话，如 023-12345678。"), required=False
    )
    address = text_field(gettext_lazy("地址"), 120, required=False)


class DistrictAddForm(DistrictEditForm):
    """A new district."""

    code = forms.RegexField(
        r"^[0-9A-Z-]{4,12}$",
        label=gettext_lazy("代码"),
        error_messages={
            "required": gettext_lazy("请填写代码。"),
            "invalid": gettext_lazy("请填写六位行政区划代码；没有的用大写字母和数字。"),
        },
    )
    name = text_field(gettext_lazy("名称"), 40)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=District.Kind.choices)
    valid_from = day_field(gettext_lazy("设立日"))
    field_order = ("name", "code", "short_name", "kind", "valid_from", "note")


class AuthorityAddForm(AuthorityEditForm):
    """A new authority."""

    code = forms.RegexField(
        r"^[0-9A-Z-]{4,20}$",
        label=gettext_lazy("代码"),
        help_text=gettext_lazy("如 CQ-500157；不与其他机关相同。"),
        error_messages={
            "required": gettext_lazy("请填写代码。"),
            "invalid": gettext_lazy("请用大写字母、数字和“-”，4 至 20 位。"),
        },
    )
    name = text_field(gettext_lazy("名称"), 80)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=Authority.Kind.choices)
    district = forms.ModelChoiceField(
        label=gettext_lazy("区县"), queryset=District.objects.all(), required=False
    )
    filing_digits = forms.RegexField(
        r"^\d{4}$",
        label=gettext_lazy("备案编码中的机关段"),
        required=False,
        error_messages={"invalid": gettext_lazy("请填写四位数字，或留空。")},
    )
    valid_from = day_field(gettext_lazy("设立日"))
    field_order = ("name", "code", "short_name", "kind", "district", "filing_digits", "valid_from")

    def clean(self) -> dict[str, Any]:
        """A district's authority has its district; digits are given once."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") == Authority.Kind.DISTRICT and not data.get("district"):
            self.add_error("district", _("区县部门要选择所在区县。"))
        digits = data.get("filing_digits")
        if digits and Authority.objects.filter(filing_digits=digits).exists():
            self.add_error("filing_digits", _("%s 已是另一机关的机关段，请核对。") % digits)
        return data


class AbolishForm(ReasonedForm):
    """From which day it no longer exists, and who takes over."""

    valid_to = day_field(
        gettext_lazy("撤销日"),
        gettext_lazy("自该日起不再存在；留空为恢复存续（改正误登记）。"),
        required=False,
    )
    successor = forms.ModelChoiceField(
        label=gettext_lazy("承继"), queryset=District.objects.none(), required=False
    )
