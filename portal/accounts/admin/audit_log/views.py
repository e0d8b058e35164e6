"""The log, one event of it, and its export. Whoever may not read the log learns nothing of it: 404."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.admin.audit_log.filters import AuditFilterForm
from portal.accounts.admin.audit_log.paging import LogPaginator
from portal.accounts.admin.audit_log.state import chain_state
from portal.accounts.admin.audit_log.words import readable, word_of_action, word_of_field, word_of_object
from portal.accounts.models import Authority
from portal.accounts.powers import Action
from portal.accounts.scoping import get_visible_or_404, may_any, visible
from portal.audit.canonical import digest_of
from portal.audit.models import AuditEvent
from portal.audit.record import record_read
from portal.contracts.spreadsheet import stream_csv

ROWS = 30
#: Rows of the export that are in memory at a time.
_CHUNK = 2000
_COLUMNS = (
    "编号", "时间", "机关", "操作人编号", "操作人", "操作", "操作代码", "对象类型", "对象编号", "对象",
    "之前", "之后", "理由", "请求编号", "摘要", "链上位置", "链环哈希",
)  # fmt: skip


class ExportForm(forms.Form):
    """An export has a purpose, which is written down."""

    purpose = forms.CharField(
        label=gettext_lazy("用途"),
        max_length=200,
        help_text=gettext_lazy("如“2026 年度审计检查”；导出及其用途将记入审计日志。"),
        error_messages={"required": gettext_lazy("请填写用途。")},
    )


@dataclass(frozen=True, slots=True)
class Row:
    """One event as the list shows it."""

    event: AuditEvent
    action: str
    object_type: str
    office: str


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """The log, newest first. Wrong filters show no rows and say what is wrong."""
    events = _visible_events(request, Action.LIST)
    form = AuditFilterForm(request.GET)
    valid = form.is_valid()
    events = form.rows(visible(request.user, Action.SEARCH, events)) if valid else events.none()
    paginator = LogPaginator(events.only(*_SHOWN).order_by("-pk"), ROWS)
    page = paginator.get_page(request.GET.get("p"))
    offices = form.office_words()
    rows = [
        Row(
            event,
            word_of_action(event.action),
            word_of_object(event.object_type),
            offices.get(event.office, event.office),
        )
        for event in page.object_list
    ]
    context = {
        "form": form,
        "rows": rows,
        "page": page,
        "elided_page_range": paginator.get_elided_page_range(page.number),
        "state": chain_state(),
        "filtered": valid and bool(form.chosen()),
        "query": urlencode(form.chosen()) if valid else "",
        "may_export": may_any(request.user, Action.EXPORT, AuditEvent),
    }
    return TemplateResponse(request, "accounts/admin/audit/log.html", context, status=200 if valid else 400)


_SHOWN = ("at", "actor_name", "office", "action", "object_type", "object_id", "object_label", "reason")


@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    """One event with its contents; that it was read is written down first."""
    events = _visible_events(request, Action.OPEN).select_related("link")
    found = get_visible_or_404(request.user, Action.OPEN, events, pk=pk)
    seen = ("audit.auditevent", str(pk), f"{word_of_action(found.action)} {found.object_label}".strip())
    record_read("audit.event.read", seen, actor=request.user, purpose=_("审计检查"))
    context = {
        "event": found,
        "action": word_of_action(found.action),
        "object_type": word_of_object(found.object_type),
        "office": _offices().get(found.office, found.office),
        "changes": changes_of(found),
        "intact": digest_of(found) == found.digest,
        "link": getattr(found, "link", None),
        "history": urlencode({"object_type": found.object_type, "object_id": found.object_id}),
        "request_events": urlencode({"words": found.request_id}) if found.request_id else "",
    }
    return TemplateResponse(request, "accounts/admin/audit/event.html", context)


@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """Ask what for, write it down, then send the filtered log as CSV while it is read."""
    events = _visible_events(request, Action.EXPORT)
    filters = AuditFilterForm(request.GET)
    form = ExportForm(request.POST if request.method == "POST" else None)
    if not filters.is_valid():
        # The list says what is wrong with them.
        return redirect(f"{reverse('audit_log')}?{request.GET.urlencode()}")
    if request.method == "POST" and form.is_valid():
        reading = record_read(
            "audit.event.exported",
            ("audit.log", "", _("审计日志")),
            actor=request.user,
            purpose=form.cleaned_data["purpose"],
            after={"filters": filters.chosen()},
        )
        return _download(filters.rows(events).filter(pk__lt=reading.pk))
    status = 400 if request.method == "POST" else 200
    return TemplateResponse(
        request, "accounts/admin/audit/export.html", _export_context(form, filters), status=status
    )


def _export_context(form: ExportForm, filters: AuditFilterForm) -> dict[str, Any]:
    chosen = filters.chosen()
    labels = [
        (filters.fields[name].label, _shown_choice(filters, name, value)) for name, value in chosen.items()
    ]
    return {"form": form, "filters": labels, "back": f"{reverse('audit_log')}?{urlencode(chosen)}"}


def _shown_choice(filters: AuditFilterForm, name: str, value: str) -> str:
    """What the chosen value is called in its list."""
    return str(dict(getattr(filters.fields[name], "choices", ())).get(value, value))


def _download(events: QuerySet[AuditEvent]) -> StreamingHttpResponse:
    name = timezone.localtime().strftime("audit-%Y%m%d-%H%M.csv")
    response = StreamingHttpResponse(
        stream_csv(_COLUMNS, _export_rows(events)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


def _export_rows(events: QuerySet[AuditEvent]) -> Iterator[list[str]]:
    """Oldest first, a chunk a query: no read stays open while a slow reader takes the file."""
    offices, after = _offices(), 0
    ordered = events.select_related("link").order_by("pk")
    while chunk := list(ordered.filter(pk__gt=after)[:_CHUNK]):
        for each in chunk:
            yield _export_row(each, offices)
        after = chunk[-1].pk


def _export_row(found: AuditEvent, offices: dict[str, str]) -> list[str]:
    link = getattr(found, "link", None)
    return [
        str(found.pk),
        timezone.localtime(found.at).isoformat(timespec="microseconds"),
        offices.get(found.office, found.office),
        "" if found.actor_id is None else str(found.actor_id),
        found.actor_name,
        word_of_action(found.action),
        found.action,
        word_of_object(found.object_type),
        found.object_id,
        found.object_label,
        "" if found.before is None else json.dumps(found.before, ensure_ascii=False),
        "" if found.after is None else json.dumps(found.after, ensure_ascii=False),
        found.reason,
        found.request_id,
        found.digest,
        str(link.position) if link else "",
        link.hash if link else "",
    ]


def changes_of(found: AuditEvent) -> list[dict[str, Any]]:
    """The contents side by side: one row a field, with what it is called and whether it changed."""
    before, after = found.before, found.after
    if not isinstance(before, dict | None) or not isinstance(after, dict | None):
        return [
            {
                "label": _("内容"),
                "before": readable(before),
                "after": readable(after),
                "changed": before != after,
            }
        ]
    before, after = before or {}, after or {}
    return [
        {
            "label": word_of_field(key, found.object_type),
            "key": key,
            "before": readable(before.get(key)),
            "after": readable(after.get(key)),
            "changed": before.get(key) != after.get(key),
        }
        for key in dict.fromkeys([*before, *after])
    ]


def _visible_events(request: HttpRequest, action: Action) -> QuerySet[AuditEvent]:
    if not may_any(request.user, action, AuditEvent):
        raise Http404
    return visible(request.user, action, AuditEvent.objects.all())


def _offices() -> dict[str, str]:
    return dict(Authority.objects.values_list("code", "short_name"))
