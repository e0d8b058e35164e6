"""“导入” in the menu of the workplace."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from portal.register.admin.imports.downloads import problems_csv, template_file, uploaded_file
from portal.register.admin.imports.pages import ApplyView, CheckAgainView, DiscardView, RunView, UploadView
from portal.register.admin.imports.run_list import ImportIndexView
from portal.register.admin.lists import RegisterViewSet
from portal.register.models import ImportRun


class ImportViewSet(RegisterViewSet):
    """导入."""

    model = ImportRun
    name = "register_imports"
    url_prefix = "imports"
    icon = "upload"
    menu_label = _("导入")
    menu_order = 155
    add_to_admin_menu = True
    index_view_class = ImportIndexView

    def pages(self) -> Iterable[URLPattern]:
        """Upload, run, what is done with it, downloads."""
        return (
            path("upload/", UploadView.as_view(), name="upload"),
            path("templates/<slug:kind>.<slug:suffix>", template_file, name="template"),
            path("<int:run>/", RunView.as_view(), name="page"),
            path("<int:run>/apply/", ApplyView.as_view(), name="apply"),
            path("<int:run>/check/", CheckAgainView.as_view(), name="check"),
            path("<int:run>/discard/", DiscardView.as_view(), name="discard"),
            path("<int:run>/file/", uploaded_file, name="file"),
            path("<int:run>/problems.csv", problems_csv, name="problems"),
        )
