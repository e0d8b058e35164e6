"""Recording, correcting and annulling events: typed, previewed, confirmed; what was typed is never lost."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin import messages

from portal.register.admin.event_form import EventForm
from portal.register.admin.event_forms import fingerprint, form_for, with_more_rows
from portal.register.admin.pages import Crumb, FilingMixin
from portal.register.admin.words import SpanWords
from portal.register.models import FilingEvent
from portal.register.services.event_kinds import RECORDED_ANEW, may_record
from portal.register.services.event_rules import Entry, EntryRefused
from portal.register.services.preview import without
from portal.register.services.spans import as_timeline_event
from portal.register.services.staff_recording import (
    Plan,
    RecordingConflict,
    latest_event,
    plan_entry,
    record_entry,
)
from portal.register.timeline import Held, TimelineError, fold

#: Where a refusal of the timeline stands in the form.
FIELDS_OF_ROWS = {"scope_added": "scope", "sites_added": "sites"}


class EventFormView(FilingMixin):
    """One form for all kinds; subclasses say what is recorded and what it takes the place of."""

    template_name = "register/admin/event_form.html"
    kind: str
    corrects: FilingEvent | None = None
    plan: Plan | None = None

    def begin(self, **kwargs: Any) -> None:
        """Set ``kind`` and ``corrects`` from the address."""
        raise NotImplementedError

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Powers before anything else."""
        self.begin(**kwargs)
        if not may_record(request.user, self.filing, self.kind, corrects=self.corrects):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The form as it begins."""
        return self.show(self.form(None))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """More rows, a preview, or the record."""
        if "more_rows" in request.POST:
            form = self.form(with_more_rows(request.POST, request.POST["more_rows"]))
            form.hush()
            return self.show(form)
        form = self.form(request.POST)
        if not form.is_valid():
            return self.show(form, 422)
        entry, seen = form.entry(), form.cleaned_data["last_event"]
        try:
            self.plan = plan_entry(request.user, self.filing, entry, self.corrects)  # type: ignore[arg-type]
            if form.cleaned_data["previewed"] == fingerprint(entry, seen):
                return self.record(entry, seen)
        except RecordingConflict as conflict:
            return self.conflict(form, entry, conflict)
        except (TimelineError, EntryRefused) as refusal:
            self.plan = None
            return self.refuse(form, refusal)
        self.carry(form, entry, latest_event(self.filing))
        return self.show(form)

    def record(self, entry: Entry, seen: int) -> HttpResponseBase:
        """Write it."""
        events = record_entry(
            self.request.user,  # type: ignore[arg-type]
            self.filing,
            entry,
            last_event=seen,
            corrects=self.corrects,
        )
        text = _("已登记“%(kind)s”。") % {"kind": events[0].get_kind_display()}
        for note in self.plan.notes if self.plan else ():
            text += note
        messages.success(self.request, text)
        return redirect("register_filings:page", self.filing.pk)

    def conflict(self, form: EventForm, entry: Entry, conflict: RecordingConflict) -> HttpResponseBase:
        """Say what happened meanwhile, keep what was typed, and preview it against what holds now."""
        form.add_error(None, str(conflict))
        self.carry(form, entry, conflict.latest.pk)
        return self.show(form, 409)

    def refuse(self, form: EventForm, refusal: TimelineError | EntryRefused) -> HttpResponseBase:
        """The message at its field."""
        name = refusal.field
        if name in FIELDS_OF_ROWS and FIELDS_OF_ROWS[name] in form.row_sets:
            rows = form.row_sets[FIELDS_OF_ROWS[name]]
            first = next((row for row in rows.forms if row.has_changed()), rows.forms[0])
            first.add_error(None, str(refusal))
        else:
            form.add_error(name if name in form.fields else None, str(refusal))
        return self.show(form, 422)

    def carry(self, form: EventForm, entry: Entry, last_event: int) -> None:
        """Let the page carry what was previewed and the last event that it shows."""
        data = QueryDict(mutable=True)
        data.update(form.data)
        data["last_event"], data["previewed"] = str(last_event), fingerprint(entry, last_event)
        form.data = data

    def form(self, data: QueryDict | None) -> EventForm:
        """The form over what holds without the event that is corrected."""
        return form_for(
            self.kind, data, held=self.held(), last_event=latest_event(self.filing), corrects=self.corrects
        )

    def held(self) -> list[Held]:
        """What holds, without the event that is corrected; with it where it cannot be taken away alone."""
        events = [as_timeline_event(event) for event in self.filing.events.all()]
        try:
            return fold(without(events, self.corrects.pk if self.corrects else None))
        except TimelineError:
            return fold(events)

    def show(self, form: EventForm, status: int = 200) -> HttpResponseBase:
        """The page, with the preview when there is one."""
        changes = [change for one in (self.plan.filings if self.plan else ()) for change in one.changes]
        words = SpanWords.of_changes(changes)
        preview = [
            (one.filing, [words.change(change) for change in one.changes])
            for one in (self.plan.filings if self.plan else ())
        ]
        return self.answer(
            status,
            form=form,
            filing=self.filing,
            corrects=self.corrects,
            plan=self.plan,
            preview=preview,
            new_name=form.cleaned_data.get("name") if self.plan else "",
            heading=self.get_page_title(),
        )

    def crumbs(self) -> Sequence[Crumb]:
        """The filing's path and this form."""
        return (*super().crumbs(), {"url": "", "label": self.get_page_title()})

    def label(self) -> str:
        """The kind in words."""
        return str(FilingEvent.Kind(self.corrects.kind if self.corrects else self.kind).label)


class RecordView(EventFormView):
    """Something new."""

    def begin(self, **kwargs: Any) -> None:
        """Only kinds that begin something."""
        self.kind = kwargs["kind"]
        if self.kind not in RECORDED_ANEW:
            raise Http404

    def get_page_title(self) -> str:
        """登记“变更备案”."""
        return _("登记“%s”") % self.label()


class CorrectView(EventFormView):
    """The same kind again, in the place of an earlier event."""

    def begin(self, **kwargs: Any) -> None:
        """The event of this filing, or 404."""
        self.corrects = self.filing.events.filter(pk=kwargs["event"]).first()
        if self.corrects is None:
            raise Http404
        self.kind = self.corrects.kind

    def get_page_title(self) -> str:
        """更正“变更备案”."""
        return _("更正“%s”") % self.label()


class AnnulView(CorrectView):
    """An earlier event is taken away."""

    def begin(self, **kwargs: Any) -> None:
        """The event of this filing, or 404."""
        super().begin(**kwargs)
        self.kind = "annulled"

    def get_page_title(self) -> str:
        """撤回“责令改正”."""
        return _("撤回“%s”") % self.label()


def record_url(filing: int, kind: str) -> str:
    """The form for a kind."""
    return reverse("register_filings:record", args=[filing, kind])
