"""Downloads of the imports: the uploaded file, its problems as CSV, empty tables to fill in."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.accounts.powers import Action
from portal.accounts.scoping import get_visible_or_404
from portal.audit.record import record_read
from portal.contracts.spreadsheet import stream_csv
from portal.register.admin.imports.guide import guides
from portal.register.models import ImportRun
from portal.register.services.import_files import RunFiles, read_lines
from portal.register.services.import_powers import kinds_for
from portal.register.tabular.xlsx_writing import CONTENT_TYPE as XLSX, stream_xlsx


def _attachment(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
def uploaded_file(request: HttpRequest, run: int) -> HttpResponseBase:
    """The file as it was uploaded; taking it is written down."""
    found = get_visible_or_404(request.user, Action.FILE, ImportRun.objects.select_related("office"), pk=run)
    path = RunFiles.of(found).table
    if not path.is_file():
        raise Http404
    record_read(
        "register.import.file.read",
        found,
        actor=request.user,
        office=found.office.code,
        purpose=_("查看导入的文件"),
    )
    response = FileResponse(
        path.open("rb"), as_attachment=True, filename=found.file_name, content_type="application/octet-stream"
    )
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def problems_csv(request: HttpRequest, run: int) -> HttpResponseBase:
    """All problems of the file: row, column, what is wrong and how to mend it."""
    found = get_visible_or_404(request.user, Action.OPEN, ImportRun.objects.all(), pk=run)

    def rows() -> Iterator[list[str]]:
        for row, column, message in read_lines(RunFiles.of(found).problems(found.outcome)):
            yield [str(row or ""), column, message]

    stream = stream_csv([_("行"), _("列"), _("问题")], rows())
    return _attachment(
        StreamingHttpResponse(stream, content_type="text/csv; charset=utf-8"), f"problems-{found.pk}.csv"
    )


@require_safe
def template_file(request: HttpRequest, kind: str, suffix: str) -> HttpResponseBase:
    """A table with its header only."""
    guide = guides().get(kind)
    if guide is None or suffix not in ("csv", "xlsx"):
        raise Http404
    if kind not in kinds_for(request.user):
        raise PermissionDenied
    if suffix == "xlsx":
        stream, content_type = stream_xlsx(guide.label, guide.names, []), XLSX
    else:
        stream, content_type = stream_csv(guide.names, []), "text/csv; charset=utf-8"
    return _attachment(StreamingHttpResponse(stream, content_type=content_type), f"{kind}.{suffix}")
