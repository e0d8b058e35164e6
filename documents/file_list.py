"""The files of the own house in one list, for everybody who may read them; changing them is Wagtail's own screen."""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic

from documents.access import references_of
from documents.models import PortalDocument
from portal.accounts.policy import OfficePolicy
from portal.accounts.powers import Action
from portal.accounts.scoping import visible


class FilesView(generic.IndexView):
    """Title, office, day, and whether anything carries the file; the title leads to the file."""

    model = PortalDocument
    permission_policy = OfficePolicy(PortalDocument)
    any_permission_required = ("view",)
    page_title = _("文件一览")
    header_icon = "doc-full-inverse"
    template_name = "register/admin/list.html"
    results_template_name = "register/admin/list_results.html"
    index_url_name = "files_index"
    index_results_url_name = "files_index_results"
    search_fields = ("title", "source")
    search_backend_name = None
    is_searchable = True
    default_ordering = "-created_at"
    paginate_by = 30
    columns = (
        TitleColumn("title", label=_("标题"), get_url=lambda row: row.url),
        Column(
            "office",
            label=_("所属机关"),
            accessor=lambda row: row.office.short_name if row.office else _("市级"),
        ),
        Column(
            "used", label=_("使用情况"), accessor=lambda row: _("有页面引用") if row.used else _("未引用")
        ),
        Column("uploader", label=_("上传人"), accessor=lambda row: row.uploaded_by_user or "—"),
        DateColumn("created_at", label=_("上传时间"), sort_key="created_at"),
    )

    def get_base_queryset(self) -> QuerySet[PortalDocument]:
        """The files that the account may list; a search is a power of its own."""
        rows: QuerySet[PortalDocument] = visible(
            self.request.user,
            Action.LIST,
            PortalDocument.objects.select_related("office", "uploaded_by_user"),
        )
        if self.is_searching:
            rows = visible(self.request.user, Action.SEARCH, rows)
        stated: QuerySet[PortalDocument] = rows.annotate(
            used=Exists(references_of(Cast(OuterRef("pk"), CharField())))
        )
        return stated

    def get_add_url(self) -> None:
        """Files are uploaded where they are attached, or in Wagtail's own screen."""

    def get_list_buttons(self, instance: Any) -> list[Any]:
        """The title leads to the file; there is nothing else to do from here."""
        return []
