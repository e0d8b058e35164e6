"""The list of imports (导入) of the own office."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.widgets.button import HeaderButton

from portal.register.admin import filters
from portal.register.admin.exporting import ExportColumn
from portal.register.admin.lists import OfficeIndexView, columns_of
from portal.register.models import ImportRun
from portal.register.services.import_powers import kinds_for
from portal.templatetags.portal_format import zh_moment


class ImportFilterSet(filters.OfficeFilterSet):
    """Filters of the list of imports."""

    kind = filters.choice(_("内容"), ImportRun.Kind.choices)
    status = filters.choice(_("状态"), ImportRun.Status.choices)
    uploaded_at = filters.day_range(_("上传日期"), field_name="uploaded_at")

    class Meta:
        model = ImportRun
        fields: list[str] = []


class ImportIndexView(OfficeIndexView):
    """Runs, the newest first."""

    model = ImportRun
    joins = ("office", "uploaded_by")
    default_ordering = "-uploaded_at"
    filterset_class = ImportFilterSet
    search_hint = _("文件名或理由")
    columns: ClassVar = columns_of(
        TitleColumn("file_name", label=_("文件名"), url_name="register_imports:page"),
        Column("kind", label=_("内容"), accessor="get_kind_display"),
        Column("status", label=_("状态"), accessor="get_status_display", sort_key="status"),
        Column("problem_count", label=_("问题")),
        Column("new", label=_("新增")),
        Column("changed", label=_("变更")),
        Column("office", label=_("机关"), accessor="office.short_name"),
        Column("uploaded_by", label=_("上传人")),
        Column(
            "uploaded_at",
            label=_("上传时间"),
            accessor=lambda run: zh_moment(run.uploaded_at),
            sort_key="uploaded_at",
        ),
    )
    export_name = "imports"
    export_columns = (
        ExportColumn(_("文件名"), "file_name"),
        ExportColumn(_("内容"), "get_kind_display"),
        ExportColumn(_("状态"), "get_status_display"),
        ExportColumn("SHA-256", "sha256"),
        ExportColumn(_("行数"), "rows"),
        ExportColumn(_("问题"), "problem_count"),
        ExportColumn(_("新增"), "new"),
        ExportColumn(_("变更"), "changed"),
        ExportColumn(_("机关"), "office.name"),
        ExportColumn(_("上传人"), "uploaded_by"),
        ExportColumn(_("上传时间"), "uploaded_at"),
        ExportColumn(_("应用人"), "applied_by"),
        ExportColumn(_("应用时间"), "applied_at"),
        ExportColumn(_("理由"), "reason"),
    )

    def word_condition(self, word: str) -> Q:
        """By file name or reason."""
        return Q(file_name__icontains=word) | Q(reason__icontains=word)

    def export_source(self) -> QuerySet[Any]:
        """With office and people."""
        return ImportRun.objects.select_related("office", "uploaded_by", "applied_by")

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """“上传文件”, for those who may import anything."""
        from django.urls import reverse

        if not kinds_for(self.request.user):
            return []
        return [HeaderButton(_("上传文件"), url=reverse("register_imports:upload"), icon_name="upload")]
