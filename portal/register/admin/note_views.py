"""Writing notes on a filing, sending them, taking note of them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail.admin import messages

from portal.register.admin.filing_page import FilingPageView
from portal.register.admin.note_forms import note_form
from portal.register.duties import filing_url
from portal.register.services.notes import NoteRefused, mark_read, send_note, write_note


class WriteNoteView(FilingPageView):
    """Takes the form on the filing's page."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Keep the note, or show the page again with what was typed."""
        form = note_form(request.user, self.filing, request.POST)
        if form is None:
            raise PermissionDenied
        if form.is_valid():
            data = form.cleaned_data
            try:
                note = write_note(
                    request.user,  # type: ignore[arg-type]
                    self.filing,
                    form.chosen,
                    data["text"],
                    send=bool(data.get("send")),
                )
            except NoteRefused as refusal:
                form.add_error(refusal.field, str(refusal))
            else:
                messages.success(
                    request,
                    _("批注已送交备案管理机构。") if note.sent_at else _("批注已保存，仅本机关可见。"),
                )
                return redirect(f"{filing_url(self.filing.pk)}#notes")
        return self.show(form, 422)


def read_note(request: HttpRequest, note: int) -> HttpResponse:
    """Somebody at the filing's authority has taken note."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    found = mark_read(request.user, note)  # type: ignore[arg-type]
    messages.success(request, _("已记录阅知。"))
    return redirect(f"{filing_url(found.filing_id)}#notes")


def forward_note(request: HttpRequest, note: int) -> HttpResponse:
    """A host district sends what it noted to the filing's authority."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    found = send_note(request.user, note)  # type: ignore[arg-type]
    messages.success(request, _("已转送备案管理机构。"))
    return redirect(f"{filing_url(found.filing_id)}#notes")
