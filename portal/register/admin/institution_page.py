"""The page of an institution for staff, and editing what is no part of its receipts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from wagtail.admin import messages
from wagtail.admin.widgets.button import HeaderButton

from portal.accounts.models import District
from portal.accounts.powers import Action
from portal.accounts.scoping import may, visible
from portal.audit.models import AuditEvent
from portal.register.admin.pages import Crumb, InstitutionMixin
from portal.register.models import Filing, Institution
from portal.register.services.event_kinds import may_record
from portal.register.services.filing_events import standing_filings
from portal.register.services.institution_details import Details, DetailsRefused, edit_details
from portal.register.status_sql import with_public_status

EDITED = "register.institution.edited"


class InstitutionPageView(InstitutionMixin):
    """Names in time, filings that this person may open, contact data and who edited them."""

    template_name = "register/admin/institution.html"
    page_title = gettext_lazy("评价机构")

    def get_page_subtitle(self) -> str:
        """The present name."""
        return self.institution.name

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page."""
        filings = visible(request.user, Action.OPEN, Filing.objects.filter(institution=self.institution))
        edits = AuditEvent.objects.filter(
            object_type="register.institution", object_id=str(self.institution.pk), action=EDITED
        )
        return self.answer(
            institution=self.institution,
            names=self.institution.names.order_by("first_day"),
            filings=with_public_status(filings.select_related("authority"), timezone.localdate()),
            edits=[(edit, _changes(edit)) for edit in edits.order_by("-id")[:10]],
        )

    @property
    def header_buttons(self) -> Sequence[HeaderButton]:
        """Editing and renaming, for those who may."""
        user, institution = self.request.user, self.institution
        if not may(user, Action.EDIT, institution):
            return []
        buttons = [
            HeaderButton(
                label=_("修改联系信息"),
                url=reverse("register_institutions:edit", args=[institution.pk]),
                icon_name="edit",
            )
        ]
        own = (
            filing
            for filing in standing_filings([institution.pk], timezone.localdate())
            if may_record(user, filing, "renamed")
        )
        filing = next(own, None)
        if filing is not None:
            url = reverse("register_filings:record", args=[filing.pk, "renamed"])
            buttons.append(HeaderButton(label=_("登记更名"), url=url, icon_name="title"))
        return buttons


EDITABLE = ("district", "registered_address", "phone", "website")


def _changes(edit: AuditEvent) -> list[tuple[str, str, str]]:
    """What an edit changed: label, before, after."""
    labels = {name: str(DetailsForm.base_fields[name].label) for name in EDITABLE}
    before, after = edit.before or {}, edit.after or {}
    return [
        (labels[name], str(before.get(name) or _("（空）")), str(after[name] or _("（空）")))
        for name in EDITABLE
        if name in after
    ]


class DetailsForm(forms.Form):
    """Address and contact data with the reason; ``seen_*`` are the values that the person was shown."""

    district = forms.ModelChoiceField(
        label=gettext_lazy("注册地区县"), queryset=District.objects.none(), empty_label=None
    )
    registered_address = forms.CharField(
        label=gettext_lazy("注册地址"),
        max_length=160,
        error_messages={"required": gettext_lazy("请填写注册地址。")},
    )
    phone = forms.CharField(label=gettext_lazy("联系电话"), max_length=40, required=False)
    website = forms.URLField(
        label=gettext_lazy("网站"), max_length=200, required=False, assume_scheme="https"
    )
    reason = forms.CharField(
        label=gettext_lazy("修改理由"),
        min_length=2,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("依据的变更申请或核查；记入审计记录。"),
        error_messages={
            "required": gettext_lazy("请写明修改理由。"),
            "min_length": gettext_lazy("修改理由至少写2个字。"),
        },
    )

    def __init__(self, data: QueryDict | None, institution: Institution) -> None:
        details = Details.of(institution)
        super().__init__(data, initial={**details.plain(), "district": institution.district})
        existing = District.objects.on(timezone.localdate()) | District.objects.filter(
            pk=institution.district_id
        )
        self.fields["district"].queryset = existing.distinct()  # type: ignore[attr-defined]
        for name, value in details.plain().items():
            self.fields[f"seen_{name}"] = forms.CharField(
                required=False, widget=forms.HiddenInput, initial=value, strip=False
            )

    def visible(self) -> list[forms.BoundField]:
        """The bound fields in their order."""
        return [self[name] for name in (*EDITABLE, "reason")]

    def details(self) -> Details:
        """What was typed."""
        data = self.cleaned_data
        return Details(
            data["district"], data["registered_address"].strip(), data["phone"].strip(), data["website"]
        )

    def seen(self) -> dict[str, str]:
        """What the person was shown."""
        return {name: self.cleaned_data[f"seen_{name}"] for name in EDITABLE}

    def show_present(self, institution: Institution) -> None:
        """Carry what the register holds now, so that the next attempt answers for it."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name, value in Details.of(institution).plain().items():
            data[f"seen_{name}"] = value
        self.data = data


class EditInstitutionView(InstitutionMixin):
    """Contact data: in place, with reason and audit event."""

    template_name = "register/admin/institution_form.html"
    page_title = gettext_lazy("修改联系信息")
    power = Action.EDIT

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The form."""
        return self.answer(form=DetailsForm(None, self.institution), institution=self.institution)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Write, or show the form again with what was typed."""
        form = DetailsForm(request.POST, self.institution)
        status = 422
        if form.is_valid():
            try:
                edit_details(
                    request.user,  # type: ignore[arg-type]
                    self.institution,
                    form.details(),
                    seen=form.seen(),
                    reason=form.cleaned_data["reason"],
                )
            except DetailsRefused as refusal:
                form.add_error(refusal.field or None, str(refusal))
                if form.seen() != Details.of(self.institution).plain():
                    form.show_present(self.institution)
                    status = 409
            else:
                messages.success(request, _("联系信息已更新。"))
                return redirect("register_institutions:page", self.institution.pk)
        return self.answer(status, form=form, institution=self.institution)

    def crumbs(self) -> Sequence[Crumb]:
        """The institution's path and this form."""
        return (*super().crumbs(), {"url": "", "label": self.page_title})
