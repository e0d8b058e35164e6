"""Districts (区县) and filing authorities (备案管理机构) in time: added, ended with a successor, never deleted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _, gettext_lazy

from portal.accounts.models import Authority, District
from portal.register.admin.reference.base import Facts, FormView, ReasonedForm, ReferenceViewSet, RowView
from portal.register.admin.reference.office_forms import (
    AbolishForm,
    AuthorityAddForm,
    AuthorityEditForm,
    DistrictAddForm,
    DistrictEditForm,
)
from portal.register.admin.reference.office_lists import AuthorityIndexView, DistrictIndexView
from portal.register.models import Filing
from portal.register.services.reference_changes import (
    EDITABLE,
    SUCCESSION,
    abolish,
    add_row,
    affected_filings,
    change_row,
)
from portal.register.services.versions import version_of_row
from portal.templatetags.portal_format import zh_day

_ACTIONS = (
    ("edit", gettext_lazy("修改"), "edit"),
    ("abolish", gettext_lazy("登记撤销和承继"), "history"),
)


def _time_facts(row: District | Authority) -> Facts:
    return [
        (_("设立日"), zh_day(row.valid_from) if row.valid_from else _("未记载")),
        (_("撤销日"), zh_day(row.valid_to) if row.valid_to else _("存续")),
        (_("承继"), row.successor or _("无")),
        (_("承继自"), "、".join(str(each) for each in row.predecessors.all()) or _("无")),
    ]


class DistrictView(RowView):
    """One district."""

    actions = _ACTIONS

    def facts(self) -> Facts:
        """Names, code, time."""
        row = self.row
        return [
            (_("代码"), row.code),
            (_("简称"), row.short_name),
            (_("类别"), row.get_kind_display()),
            *_time_facts(row),
            (_("说明"), row.note or _("无")),
        ]


class AuthorityView(RowView):
    """One authority."""

    actions = _ACTIONS

    def facts(self) -> Facts:
        """Names, code, contact, time."""
        row = self.row
        return [
            (_("代码"), row.code),
            (_("简称"), row.short_name),
            (_("类别"), row.get_kind_display()),
            (_("区县"), row.district or _("全市")),
            (_("备案编码机关段"), row.filing_digits or _("无")),
            (_("电话"), row.phone or _("未填写")),
            (_("地址"), row.address or _("未填写")),
            *_time_facts(row),
            (_("备案"), Filing.objects.filter(authority=row).count()),
        ]


class AddView(FormView):
    """A new row."""

    form_class: type[ReasonedForm]

    def form(self, data: Any = None) -> ReasonedForm:
        """Empty."""
        return self.form_class(data)

    def save(self, form: ReasonedForm) -> str:
        """Add it."""
        row = add_row(self.model(**form.values()), actor=self.actor, reason=form.cleaned_data["reason"])
        return self.address("page", row.pk)


class EditView(FormView):
    """What may be changed of a row."""

    form_class: type[ReasonedForm]
    explains = gettext_lazy("名称和代码不在这里更改：更名或合并的，增加新的一个，再登记旧的撤销和承继。")

    def version(self) -> str:
        """Of what may be changed."""
        return version_of_row(self.row, EDITABLE[self.model])

    def form(self, data: Any = None) -> ReasonedForm:
        """Filled."""
        initial = {name: getattr(self.row, name) for name in EDITABLE[self.model]}
        return self.form_class(data, initial={**initial, "version": self.version()})

    def save(self, form: ReasonedForm) -> str:
        """Change it."""
        data = form.cleaned_data
        change_row(self.row, form.values(), actor=self.actor, reason=data["reason"], version=data["version"])
        return self.address("page", self.row.pk)


class AbolishView(FormView):
    """Ending in time: what belonged to the old one moves to the successor by itself, from that day on."""

    page_title = gettext_lazy("登记撤销和承继")

    @property
    def explains(self) -> str:
        """What follows."""
        return (
            _(
                "从撤销日起，原有备案、授权和待办由承继者办理，原名称和代码仍可查到并指向承继者；"
                "已作出的决定不变。涉及备案 %d 件。"
            )
            % affected_filings(self.row).count()
        )

    def version(self) -> str:
        """Of the succession."""
        return version_of_row(self.row, SUCCESSION)

    def form(self, data: Any = None) -> ReasonedForm:
        """Filled."""
        form = AbolishForm(
            data,
            initial={
                "valid_to": self.row.valid_to,
                "successor": self.row.successor_id,
                "version": self.version(),
            },
        )
        field: Any = form.fields["successor"]
        field.queryset = self.model._default_manager.exclude(pk=self.row.pk)
        return form

    def save(self, form: ReasonedForm) -> str:
        """End it."""
        data = form.cleaned_data
        abolish(
            self.row,
            data["valid_to"],
            data["successor"],
            actor=self.actor,
            reason=data["reason"],
            version=data["version"],
        )
        return self.address("page", self.row.pk)


class DistrictAddView(AddView):
    """A new district."""

    page_title = gettext_lazy("增加区县")
    form_class = DistrictAddForm


class AuthorityAddView(AddView):
    """A new authority."""

    page_title = gettext_lazy("增加机关")
    form_class = AuthorityAddForm


class DistrictEditView(EditView):
    """A district."""

    page_title = gettext_lazy("修改区县")
    form_class = DistrictEditForm


class AuthorityEditView(EditView):
    """An authority."""

    page_title = gettext_lazy("修改机关")
    form_class = AuthorityEditForm


class DistrictViewSet(ReferenceViewSet):
    """区县."""

    model = District
    name = "reference_districts"
    url_prefix = "reference/districts"
    icon = "site"
    index_view_class = DistrictIndexView
    views: ClassVar = {
        "add": DistrictAddView,
        "page": DistrictView,
        "edit": DistrictEditView,
        "abolish": AbolishView,
    }


class AuthorityViewSet(ReferenceViewSet):
    """备案管理机构."""

    model = Authority
    name = "reference_authorities"
    url_prefix = "reference/authorities"
    icon = "home"
    index_view_class = AuthorityIndexView
    views: ClassVar = {
        "add": AuthorityAddView,
        "page": AuthorityView,
        "edit": AuthorityEditView,
        "abolish": AbolishView,
    }
