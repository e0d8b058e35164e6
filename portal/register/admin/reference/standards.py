"""Standards (职业标准) by which occupations are assessed (Art. 2)."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.db.models import Q, QuerySet
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
from portal.register.models import Occupation, ScopeItem, Standard
from portal.register.services.import_occupations import parse_code
from portal.register.services.reference_changes import EDITABLE, add_row, change_row
from portal.register.services.versions import version_of_row
from portal.register.tabular.cells import CellError


class StandardFilterSet(filters.OfficeFilterSet):
    """Filters of the list of standards."""

    occupation = filters.occupation(filters.by_occupation("occupation"))
    edition = filters.code(gettext_lazy("版本（年份）"), "edition")

    class Meta:
        model = Standard
        fields: list[str] = []


class StandardIndexView(ReferenceIndexView):
    """Standards by occupation."""

    model = Standard
    joins = ("occupation", "work_type")
    default_ordering = "title"
    filterset_class = StandardFilterSet
    search_hint = gettext_lazy("标题、职业名称或编码")
    add_label = gettext_lazy("增加标准")
    columns: ClassVar = columns_of(
        TitleColumn(
            "title", label=gettext_lazy("标题"), url_name="reference_standards:page", sort_key="title"
        ),
        Column("edition", label=gettext_lazy("版本"), sort_key="edition"),
        Column(
            "code", label=gettext_lazy("职业编码"), accessor="occupation.code", sort_key="occupation__code"
        ),
        Column("occupation", label=gettext_lazy("职业"), accessor="occupation.name"),
        Column("levels", label=gettext_lazy("等级")),
    )
    export_name = "standards"
    export_columns = (
        ExportColumn(gettext_lazy("职业编码"), "occupation.code"),
        ExportColumn(gettext_lazy("职业名称"), "occupation.name"),
        ExportColumn(gettext_lazy("工种"), lambda row: row.work_type.name if row.work_type else ""),
        ExportColumn(gettext_lazy("标题"), "title"),
        ExportColumn(gettext_lazy("版本"), "edition"),
        ExportColumn(gettext_lazy("等级"), "levels"),
    )

    def word_condition(self, word: str) -> Q:
        """By title or occupation."""
        return Q(title__icontains=word) | Q(occupation__in=filters.occupations_named(word).values("pk"))

    def export_source(self) -> QuerySet[Any]:
        """With the occupation."""
        return Standard.objects.select_related("occupation", "work_type")


class StandardView(RowView):
    """One edition."""

    actions = (("edit", gettext_lazy("修改等级"), "edit"),)

    def rows(self) -> QuerySet[Any]:
        """With the occupation."""
        return Standard.objects.select_related("occupation", "work_type")

    def facts(self) -> Facts:
        """What it is for, and whether a newer one exists."""
        row = self.row
        newer = Standard.objects.filter(
            occupation=row.occupation, work_type=row.work_type, edition__gt=row.edition
        ).order_by("-edition")
        return [
            (_("职业"), f"{row.occupation.code} {row.occupation.name}"),
            (_("工种"), row.work_type.name if row.work_type else _("整个职业")),
            (_("版本"), _("%s年版") % row.edition),
            (_("等级"), row.levels or _("未记载")),
            (_("更新的版本"), str(newer.first() or _("没有"))),
            (_("依据它的备案"), ScopeItem.objects.filter(standard=row).values("filing").distinct().count()),
        ]


class StandardForm(ReasonedForm):
    """A new edition."""

    code = text_field(gettext_lazy("职业编码"), 12, gettext_lazy("如 6-31-01-03。"))
    work_type = text_field(gettext_lazy("工种"), 80, gettext_lazy("只针对一个工种时填写。"), required=False)
    title = text_field(gettext_lazy("标题"), 120, gettext_lazy("如“电工”“电工（烟机电工）”。"))
    edition = forms.RegexField(
        r"^(19|20)\d\d$",
        label=gettext_lazy("版本"),
        help_text=gettext_lazy("颁布年份，四位数字。"),
        error_messages={
            "required": gettext_lazy("请填写颁布年份。"),
            "invalid": gettext_lazy("请填写四位数字的年份，例如 2026。"),
        },
    )
    levels = text_field(gettext_lazy("等级"), 120, gettext_lazy("如“五级、四级、三级”。"), required=False)

    def clean(self) -> dict[str, Any]:
        """The occupation and its work type."""
        data: dict[str, Any] = super().clean() or {}
        if "code" not in data:
            return data
        try:
            code = parse_code(data["code"])
        except CellError as error:
            self.add_error("code", str(error))
            return data
        data["occupation"] = Occupation.objects.filter(code=code).first()
        if data["occupation"] is None:
            self.add_error("code", _("没有职业编码 %s，请先增加职业。") % code)
            return data
        if data.get("work_type"):
            data["found"] = data["occupation"].work_types.filter(name=data["work_type"]).first()
            if data["found"] is None:
                self.add_error("work_type", _("该职业下没有这个工种，请先补充工种。"))
        return data


class LevelsForm(ReasonedForm):
    """The levels of an edition."""

    levels = text_field(gettext_lazy("等级"), 120, gettext_lazy("如“五级、四级、三级”。"), required=False)


class StandardAddView(FormView):
    """A new edition; filings under an older one then show “标准已更新”."""

    page_title = gettext_lazy("增加标准")
    explains = gettext_lazy("新版本不改变已有备案：依据旧版本的备案会提示“标准已更新”，直到变更备案。")

    def form(self, data: Any = None) -> ReasonedForm:
        """Empty."""
        return StandardForm(data)

    def save(self, form: ReasonedForm) -> str:
        """Add it."""
        data = form.cleaned_data
        row = Standard(
            occupation=data["occupation"],
            work_type=data.get("found"),
            title=data["title"],
            edition=data["edition"],
            levels=data["levels"],
        )
        return self.address("page", add_row(row, actor=self.actor, reason=data["reason"]).pk)


class StandardEditView(FormView):
    """The levels; another title or year is another edition."""

    page_title = gettext_lazy("修改等级")

    def version(self) -> str:
        """Of the levels."""
        return version_of_row(self.row, EDITABLE[Standard])

    def form(self, data: Any = None) -> ReasonedForm:
        """Filled."""
        return LevelsForm(data, initial={"levels": self.row.levels, "version": self.version()})

    def save(self, form: ReasonedForm) -> str:
        """Change it."""
        data = form.cleaned_data
        change_row(
            self.row,
            {"levels": data["levels"]},
            actor=self.actor,
            reason=data["reason"],
            version=data["version"],
        )
        return self.address("page", self.row.pk)


class StandardViewSet(ReferenceViewSet):
    """职业标准."""

    model = Standard
    name = "reference_standards"
    url_prefix = "reference/standards"
    icon = "openquote"
    index_view_class = StandardIndexView
    views: ClassVar = {"add": StandardAddView, "page": StandardView, "edit": StandardEditView}
