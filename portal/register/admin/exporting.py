"""Exports of staff lists as CSV and XLSX: scoped by office, as filtered on the screen, streamed, and on record.

Put :class:`ExportMixin` before Wagtail's index view and name the columns::

    class FilingIndexView(ExportMixin, generic.IndexView):
        model = Filing
        search_backend_name = None          # the search stays a queryset
        export_name = "filings"             # name of the file, and of the audit event
        export_columns = (
            ExportColumn(_("备案编码"), "code"),
            ExportColumn(_("机构名称"), "institution.name"),
            ExportColumn(_("状态"), lambda filing: status_word(filing.public_status)),
        )

        def export_source(self) -> QuerySet[Filing]:      # optional: joins and annotations that rows need
            return with_public_status(Filing.objects.select_related("institution"), self.today)

The buttons appear for those whom the table of powers allows to export. The same address with ``?export=csv`` or
``?export=xlsx`` gives the rows of the list as filtered and ordered there, only those that the account may export.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.coreutils import multigetattr

from portal.accounts.powers import Action
from portal.accounts.scoping import may_any, visible
from portal.audit.record import record_read
from portal.contracts.spreadsheet import stream_csv
from portal.register.tabular.xlsx_writing import CONTENT_TYPE as XLSX, stream_xlsx

#: Objects read at a time while the file is sent.
AT_ONCE = 500
FORMATS = ("csv", "xlsx")
#: Parameters of a list that choose no rows.
NOT_A_FILTER = frozenset({"export", "p", "_w_filter_fragment"})


@dataclass(frozen=True)
class ExportColumn:
    """One column: its header, and the dotted path or function that gives the value of an object."""

    label: str | Promise
    value: str | Callable[[Any], object]

    def text(self, item: Any) -> str:
        """The value as written to the file; empty for nothing."""
        value = self.value(item) if callable(self.value) else multigetattr(item, self.value)
        if value is None:
            return ""
        if isinstance(value, bool):
            return _("是") if value else _("否")
        if isinstance(value, dt.datetime):
            return timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
        return str(value)


class ExportMixin:
    """Adds the export to an index view; see the module."""

    export_name = ""
    export_columns: Sequence[ExportColumn] = ()
    request: HttpRequest
    model: type[models.Model]
    #: The parent view has both; Wagtail's own export is never reached.
    list_export: Sequence[Any] = ()
    is_export = False

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Note what is asked for."""
        super().setup(request, *args, **kwargs)  # type: ignore[misc]
        self.is_export = request.GET.get("export") in FORMATS

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The file when it is asked for, otherwise the list."""
        if self.is_export:
            return self.export()
        return super().get(request, *args, **kwargs)  # type: ignore[misc, no-any-return]

    @cached_property
    def show_export_buttons(self) -> bool:
        """Only for those who may export something of this kind."""
        return bool(self.export_columns) and may_any(self.request.user, Action.EXPORT, self.model)

    def export_source(self) -> models.QuerySet[Any]:
        """Where the rows are read from, with the joins and annotations that the columns need."""
        return self.model._default_manager.all()

    def export_rows(self, items: Sequence[Any]) -> Iterator[Sequence[str]]:
        """The rows of some objects in their order; override for several rows an object."""
        for item in items:
            yield [column.text(item) for column in self.export_columns]

    def export(self) -> HttpResponseBase:
        """The file; refused with a message when a filter is wrong, since it would give all rows."""
        if not self.show_export_buttons:
            raise PermissionDenied
        filters = getattr(self, "filters", None)
        if filters is not None and not filters.is_valid():
            return self._back_to_list(filters)
        found: models.QuerySet[Any] = self.get_queryset()  # type: ignore[attr-defined]
        keys = list(visible(self.request.user, Action.EXPORT, found).values_list("pk", flat=True))
        suffix = self.request.GET["export"]
        self._record(suffix, len(keys))
        columns = [str(column.label) for column in self.export_columns]
        title = str(self.model._meta.verbose_name_plural)
        rows = self._rows(list(dict.fromkeys(keys)))
        stream = stream_csv(columns, rows) if suffix == "csv" else stream_xlsx(title, columns, rows)
        response = StreamingHttpResponse(
            stream, content_type=XLSX if suffix == "xlsx" else "text/csv; charset=utf-8"
        )
        name = f"{self.export_name}-{timezone.localdate().isoformat()}.{suffix}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response

    def _back_to_list(self, filters: Any) -> HttpResponse:
        labels = "、".join(str(filters.form.fields[name].label or name) for name in filters.form.errors)
        messages.error(
            self.request, _("没有导出：筛选条件“%s”填写有误，请改正后再导出。") % (labels or _("（整体）"))
        )
        parameters = self.request.GET.copy()
        parameters.pop("export")
        return redirect(f"{self.request.path}?{parameters.urlencode()}")

    def _rows(self, keys: list[Any]) -> Iterator[Sequence[str]]:
        for start in range(0, len(keys), AT_ONCE):
            part = keys[start : start + AT_ONCE]
            items = {item.pk: item for item in self.export_source().filter(pk__in=part)}
            yield from self.export_rows([items[key] for key in part if key in items])

    def _record(self, suffix: str, count: int) -> None:
        chosen = {
            name: values
            for name, values in sorted(self.request.GET.lists())
            if name not in NOT_A_FILTER and any(values)
        }
        label = str(self.model._meta.verbose_name_plural)
        record_read(
            f"register.{self.export_name}.exported",
            (self.model._meta.label_lower, "*", label),
            actor=self.request.user,
            purpose=_("导出工作列表"),
            after={"format": suffix, "rows": count, "parameters": chosen},
        )
