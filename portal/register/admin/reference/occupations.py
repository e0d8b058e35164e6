"""Occupations (职业) with work types and former codes, and their standards (职业标准)."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _, gettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn

from portal.register.admin import filters
from portal.register.admin.exporting import ExportColumn
from portal.register.admin.lists import columns_of
from portal.register.admin.reference.base import (
    Facts,
    FormView,
    ReasonedForm,
    ReferenceIndexView,
    ReferenceViewSet,
    RowView,
    text_field,
)
from portal.register.models import Occupation, ScopeItem, Standard, WorkType
from portal.register.services.import_occupations import parse_code
from portal.register.services.reference_changes import EDITABLE, Former, add_row, change_row
from portal.register.services.versions import version_of_row
from portal.register.tabular.cells import CellError, split_list

MOST_MAJORS = 20


def majors() -> list[tuple[str, str]]:
    """The major groups (大类) that occur."""
    names = Occupation.objects.order_by("major_name").values_list("major_name", flat=True).distinct()
    return [(name, name) for name in names[:MOST_MAJORS]]


class OccupationFilterSet(filters.OfficeFilterSet):
    """Filters of the list of occupations."""

    code = filters.code(gettext_lazy("职业编码"), "code", hyphens=True)
    major_name = django_filters.ChoiceFilter(
        label=gettext_lazy("大类"), choices=majors, empty_label=filters.ANY, widget=forms.Select
    )
    standard = filters.choice(
        gettext_lazy("职业标准"),
        (("yes", gettext_lazy("已收录")), ("no", gettext_lazy("未收录"))),
        "by_standard",
    )

    class Meta:
        model = Occupation
        fields: list[str] = []

    def by_standard(self, queryset: QuerySet[Occupation], name: str, value: str) -> QuerySet[Occupation]:
        """With a recorded standard, or without."""
        known = Standard.objects.values("occupation")
        return queryset.filter(pk__in=known) if value == "yes" else queryset.exclude(pk__in=known)


class OccupationIndexView(ReferenceIndexView):
    """Occupations by code; found by name, work type, code, former name and former code."""

    model = Occupation
    default_ordering = "code"
    filterset_class = OccupationFilterSet
    search_hint = gettext_lazy("职业、工种名称或编码（含原名称、原编码）")
    add_label = gettext_lazy("增加职业")
    columns: ClassVar = columns_of(
        TitleColumn(
            "name", label=gettext_lazy("职业"), url_name="reference_occupations:page", sort_key="name"
        ),
        Column("code", label=gettext_lazy("编码"), sort_key="code"),
        Column("minor_name", label=gettext_lazy("小类"), sort_key="minor_name"),
        Column("work_types", label=gettext_lazy("工种"), accessor="work_type_count"),
        Column("standards", label=gettext_lazy("标准"), accessor="standard_count"),
    )
    export_name = "occupation_list"
    export_columns = (
        ExportColumn(gettext_lazy("职业编码"), "code"),
        ExportColumn(gettext_lazy("职业名称"), "name"),
        ExportColumn(gettext_lazy("小类编码"), "minor_code"),
        ExportColumn(gettext_lazy("小类"), "minor_name"),
        ExportColumn(gettext_lazy("中类"), "middle_name"),
        ExportColumn(gettext_lazy("大类"), "major_name"),
    )

    def word_condition(self, word: str) -> Q:
        """Also by what the occupation was called before."""
        return Q(pk__in=filters.occupations_named(word).values("pk"))

    def complete(self, rows: list[Any]) -> None:
        """How many work types and standards: two queries."""
        for model, name in ((WorkType, "work_type_count"), (Standard, "standard_count")):
            found = model._default_manager.filter(occupation__in=rows).values_list("occupation")
            counts = dict(found.annotate(number=Count("pk")).order_by())
            for row in rows:
                setattr(row, name, counts.get(row.pk, 0))


class OccupationView(RowView):
    """One occupation."""

    def facts(self) -> Facts:
        """Where it stands in the classification."""
        row = self.row
        return [
            (_("职业编码"), row.code),
            (_("小类"), f"{row.minor_code} {row.minor_name}"),
            (_("中类"), row.middle_name),
            (_("大类"), row.major_name),
            (_("两处来源一致"), _("是") if row.confirmed else _("否")),
            (
                _("含此职业的备案"),
                ScopeItem.objects.filter(occupation=row).values("filing").distinct().count(),
            ),
        ]

    def lists(self) -> list[tuple[Any, list[str]]]:
        """Work types, former codes, standards."""
        former = self.row.former_codes.order_by("code", "name")
        return [
            (_("工种"), list(self.row.work_types.values_list("name", flat=True))),
            (
                _("原编码和原名称"),
                [_("%(item)s（%(source)s）") % {"item": f, "source": f.source} for f in former],
            ),
            (_("职业标准"), [f"{row} {row.levels}" for row in self.row.standards.all()]),
        ]


class OccupationForm(ReasonedForm):
    """Name and classification, and what is added: work types, a former code."""

    code = text_field(gettext_lazy("职业编码"), 12, gettext_lazy("如 6-31-01-03。"))
    name = text_field(gettext_lazy("职业名称"), 80)
    minor_code = text_field(gettext_lazy("小类编码"), 9, gettext_lazy("职业编码的前三段。"))
    minor_name = text_field(gettext_lazy("小类"), 80)
    middle_name = text_field(gettext_lazy("中类"), 80)
    major_name = text_field(gettext_lazy("大类"), 80)
    work_types = text_field(
        gettext_lazy("补充工种"),
        800,
        gettext_lazy("多个用“、”隔开；已有的不会重复，也不会删去。"),
        required=False,
    )
    former_code = text_field(
        gettext_lazy("补充原编码"), 12, gettext_lazy("原编码和原名称一起填写。"), required=False
    )
    former_name = text_field(gettext_lazy("原名称"), 80, required=False)
    former_source = text_field(gettext_lazy("原编码来源"), 80, required=False)

    def clean_code(self) -> str:
        """The code in its one form."""
        try:
            return parse_code(self.cleaned_data["code"])
        except CellError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_work_types(self) -> list[str]:
        """The names."""
        names = split_list(self.cleaned_data["work_types"])
        if any(len(name) > 80 for name in names):
            raise forms.ValidationError(_("工种名称最多 80 个字，请缩短。"))
        return names

    def clean(self) -> dict[str, Any]:
        """Codes that belong together."""
        data: dict[str, Any] = super().clean() or {}
        code = data.get("code") or self.initial.get("code", "")
        if code and data.get("minor_code") and not code.startswith(data["minor_code"]):
            self.add_error("minor_code", _("职业编码 %s 不在这个小类之下，请核对。") % code)
        if bool(data.get("former_code")) != bool(data.get("former_name")):
            self.add_error("former_code", _("原编码和原名称要一起填写。"))
        elif data.get("former_code"):
            try:
                data["former_code"] = parse_code(data["former_code"])
            except CellError as error:
                self.add_error("former_code", str(error))
        return data


def former_of(form: ReasonedForm) -> Former | None:
    """The former code to add; its source is the reason unless it is named."""
    data = form.cleaned_data
    if not data["former_code"]:
        return None
    return data["former_code"], data["former_name"], data["former_source"] or data["reason"][:80]


class OccupationAddView(FormView):
    """A new occupation."""

    page_title = gettext_lazy("增加职业")

    def form(self, data: Any = None) -> ReasonedForm:
        """Empty."""
        return OccupationForm(data)

    def save(self, form: ReasonedForm) -> str:
        """Add it."""
        values = {name: form.cleaned_data[name] for name in ("code", *EDITABLE[Occupation])}
        row = add_row(
            Occupation(**values),
            actor=self.actor,
            reason=form.cleaned_data["reason"],
            work_types=form.cleaned_data["work_types"],
            former=former_of(form),
        )
        return self.address("page", row.pk)


class OccupationEditView(FormView):
    """Name, classification, additions. The code stays: another code is another occupation."""

    page_title = gettext_lazy("修改职业")
    explains = gettext_lazy(
        "改名后原名称继续可查。编码不在这里更改：编码变了的，增加新的职业，并登记它的原编码和原名称。"
    )

    def version(self) -> str:
        """Of the fields that may be changed."""
        return version_of_row(self.row, EDITABLE[Occupation])

    def form(self, data: Any = None) -> ReasonedForm:
        """Filled."""
        initial = {name: getattr(self.row, name) for name in ("code", *EDITABLE[Occupation])}
        form = OccupationForm(data, initial={**initial, "version": self.version()})
        form.fields["code"].disabled = True
        return form

    def save(self, form: ReasonedForm) -> str:
        """Change it."""
        change_row(
            self.row,
            {name: form.cleaned_data[name] for name in EDITABLE[Occupation]},
            actor=self.actor,
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            work_types=form.cleaned_data["work_types"],
            former=former_of(form),
        )
        return self.address("page", self.row.pk)


class OccupationViewSet(ReferenceViewSet):
    """职业."""

    model = Occupation
    name = "reference_occupations"
    url_prefix = "reference/occupations"
    icon = "list-ul"
    index_view_class = OccupationIndexView
    views: ClassVar = {"add": OccupationAddView, "page": OccupationView, "edit": OccupationEditView}
