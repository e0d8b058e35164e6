"""The working-day calendar (节假日): years as the State Council published them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from wagtail.admin.ui.tables import Column, TitleColumn

from portal.contracts.recomputing import Recomputed, date_sources
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
from portal.register.models import CalendarDay, CalendarYear
from portal.register.services.calendar_years import (
    FIRST_YEAR,
    LAST_YEAR,
    as_text,
    days_of,
    lunar_known,
    parse_days,
    publish_year,
    year_version,
)
from portal.register.services.versions import ChangeRefused
from portal.regulation.wording import chinese_date


class CalendarIndexView(ReferenceIndexView):
    """Years, the latest first."""

    model = CalendarYear
    default_ordering = "-year"
    search_hint = gettext_lazy("年份或依据")
    add_label = gettext_lazy("增加年份")
    columns: ClassVar = columns_of(
        TitleColumn("year", label=gettext_lazy("年份"), url_name="reference_calendar:page", sort_key="year"),
        Column("source", label=gettext_lazy("依据")),
        Column("off", label=gettext_lazy("放假（天）"), accessor="off_count"),
        Column("work", label=gettext_lazy("调休上班（天）"), accessor="work_count"),
    )
    export_name = "calendar"
    export_columns = (
        ExportColumn(gettext_lazy("年份"), "year"),
        ExportColumn(gettext_lazy("依据"), "source"),
    )

    def word_condition(self, word: str) -> Q:
        """By year or source."""
        by_source = Q(source__icontains=word)
        return (
            by_source | Q(year=int(word))
            if word.isascii() and word.isdigit() and len(word) < 6
            else by_source
        )

    def complete(self, rows: list[Any]) -> None:
        """How many days of each kind: one query."""
        counts = {
            (year, kind): number
            for year, kind, number in CalendarDay.objects.filter(year__in=[row.year for row in rows])
            .values_list("year", "kind")
            .annotate(number=Count("pk"))
            .order_by()
        }
        for row in rows:
            row.off_count = counts.get((row.year, "off"), 0)
            row.work_count = counts.get((row.year, "work"), 0)


class CalendarView(RowView):
    """One year with its days."""

    actions = (("edit", gettext_lazy("修改"), "edit"),)

    def facts(self) -> Facts:
        """The source, and what the year means for dates."""
        return [
            (_("依据"), self.row.source),
            (_("效力"), _("已公布：本年的日期为确定日期，不再标“暂定”。")),
        ]

    def lists(self) -> list[tuple[Any, list[str]]]:
        """The days of each kind."""
        days = days_of(self.row.year)
        return [
            (label, [f"{chinese_date(day.date)} {day.name}" for day in days if day.kind == kind])
            for kind, label in CalendarDay.Kind.choices
        ]


class YearForm(ReasonedForm):
    """A year, its source, and its days as a table."""

    year = forms.IntegerField(
        label=gettext_lazy("年份"),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        error_messages={
            "required": gettext_lazy("请填写年份。"),
            "invalid": gettext_lazy("请填写四位数字的年份，例如 2027。"),
            "min_value": gettext_lazy("请填写 %(limit_value)d 年以后的年份。"),
            "max_value": gettext_lazy("请填写 %(limit_value)d 年以前的年份。"),
        },
    )
    source = text_field(
        gettext_lazy("依据"),
        120,
        gettext_lazy("如“国务院办公厅关于2027年部分节假日安排的通知（国办发明电〔2026〕…号）”。"),
    )
    days = forms.CharField(
        label=gettext_lazy("放假和调休上班"),
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
        max_length=20_000,
        help_text=gettext_lazy(
            "每行一项，可直接粘贴 CSV：日期或起止日期，放假或调休上班，节日。例如：2027-10-01至2027-10-07,放假,国庆节"
        ),
        error_messages={"required": gettext_lazy("请填写或粘贴本年的放假和调休上班日期。")},
    )
    field_order = ("year", "source", "days", "reason", "version")

    def clean_days(self) -> Any:
        """The days."""
        try:
            return parse_days(self.cleaned_data["days"])
        except ChangeRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal


class YearFormView(FormView):
    """What adding and mending share."""

    def publish(self, form: ReasonedForm, year: int) -> str:
        """Write the year and say what it moved."""
        data = form.cleaned_data
        moved = publish_year(
            year,
            data["source"],
            data["days"],
            actor=self.actor,
            reason=data["reason"],
            version=data["version"],
        )
        for line in recomputed_words(moved):
            messages.info(self.request, line)
        if not lunar_known(year):
            messages.info(self.request, _("本年的农历节日不在核对表中，请再对照通知核对一遍。"))
        return self.address("page", year)


class YearAddView(YearFormView):
    """A year that has just been published."""

    page_title = gettext_lazy("增加年份")
    submit = gettext_lazy("公布为确定日期")

    @property
    def explains(self) -> str:
        """What follows."""
        return _("保存后，本年的工作日立即按此计算，不再标“暂定”。%s") % stored_words()

    def version(self) -> str:
        """Of the year that was asked for."""
        year = self.request.POST.get("year", "")
        return year_version(int(year)) if year.isascii() and year.isdigit() and len(year) == 4 else ""

    def form(self, data: Any = None) -> ReasonedForm:
        """Empty, for the year after the last one."""
        last = CalendarYear.objects.order_by("-year").values_list("year", flat=True).first()
        year = (last or timezone.localdate().year) + 1
        return YearForm(data, initial={"year": year, "version": year_version(year)})

    def save(self, form: ReasonedForm) -> str:
        """Publish it, unless it is there already."""
        year = form.cleaned_data["year"]
        if CalendarYear.objects.filter(pk=year).exists():
            raise ChangeRefused(_("%d 年已经登记，请打开该年选择“修改”。") % year, "year")
        form.cleaned_data["version"] = year_version(year)
        return self.publish(form, year)


class YearEditView(YearFormView):
    """A year that was registered wrongly, or that the State Council changed."""

    page_title = gettext_lazy("修改节假日")

    @property
    def explains(self) -> str:
        """What follows."""
        words = _("修改立即用于所有工作日计算；改动前后和理由记入审计记录。%s") % stored_words()
        if self.row.year < timezone.localdate().year:
            words += _("这是已经过去的一年：改动会影响对过去日期的回答，请在理由中写明依据。")
        return words

    def version(self) -> str:
        """Of the year with its days."""
        return year_version(self.row.year)

    def form(self, data: Any = None) -> ReasonedForm:
        """Filled."""
        form = YearForm(
            data,
            initial={
                "year": self.row.year,
                "source": self.row.source,
                "days": as_text(days_of(self.row.year)),
                "version": self.version(),
            },
        )
        form.fields["year"].disabled = True
        return form

    def save(self, form: ReasonedForm) -> str:
        """Mend it."""
        return self.publish(form, self.row.year)


def stored_words() -> str:
    """Whether anything keeps provisional dates that publishing a year moves."""
    sources = date_sources()
    if not sources:
        return _("目前没有已保存的暂定日期需要重新计算：各页面的日期都在显示时计算。")
    return _("将重新计算：%s。") % "、".join(source.label for source in sources)


def recomputed_words(found: list[Recomputed]) -> list[str]:
    """One sentence for each kind of date."""
    return [
        _("%(label)s：核对 %(looked)d 个暂定日期，变动 %(moved)d 个。")
        % {"label": each.label, "looked": each.looked_at, "moved": each.moved}
        for each in found
    ]


class CalendarViewSet(ReferenceViewSet):
    """节假日."""

    model = CalendarYear
    name = "reference_calendar"
    url_prefix = "reference/calendar"
    icon = "calendar-alt"
    index_view_class = CalendarIndexView
    views: ClassVar = {"add": YearAddView, "page": CalendarView, "edit": YearEditView}
