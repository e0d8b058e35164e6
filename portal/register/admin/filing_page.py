"""The page of a filing for staff: what holds today, everything recorded, notes, and what this person may do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.admin.widgets.button import HeaderButton

from portal.accounts.powers import Action
from portal.accounts.scoping import may, may_any, visible
from portal.accounts.standing import standing_of
from portal.register.admin.note_forms import NoteForm, note_form
from portal.register.admin.pages import FilingMixin
from portal.register.admin.words import RecordedBy, recorded_by
from portal.register.models import FeeSchedule, FileNote, Filing, FilingEvent, Institution
from portal.register.models.filing import Audience
from portal.register.services.event_kinds import KIND_RULES, may_record, recordable_kinds
from portal.register.services.notes import WRITERS
from portal.register.services.preview import state_on
from portal.register.services.spans import as_timeline_event
from portal.register.views.asked_day import AskedDay
from portal.register.views.filing_page import FilingPage, gather
from portal.register.views.history import EventWords
from portal.regulation.transitions import may_follow


@dataclass(frozen=True)
class TimelineRow:
    """One event as staff see it: with who recorded it and why, and what may be done about it."""

    event: FilingEvent
    details: list[str]
    who: RecordedBy | None
    corrected_by: FilingEvent | None
    corrects: FilingEvent | None
    may_correct: bool
    may_annul: bool


@dataclass(frozen=True)
class NoteRow:
    """One note; ``may_read`` and ``may_send`` say which button it has for this person."""

    note: FileNote
    may_read: bool
    may_send: bool


@dataclass(frozen=True)
class ActionLink:
    """Something that this person may record now."""

    url: str
    label: str


class FilingPageView(FilingMixin):
    """See the module."""

    template_name = "register/admin/filing.html"
    page_title = _("备案")

    def get_page_subtitle(self) -> str:
        """Code and name."""
        return str(self.filing)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page; a note that was refused comes back with what was typed."""
        return self.show(note_form(request.user, self.filing))

    def show(self, form: NoteForm | None, status: int = 200) -> HttpResponseBase:
        """The page with this form for a note."""
        today = timezone.localdate()
        page = gather(self.filing, AskedDay(today, today))
        return self.answer(
            status,
            page=page,
            filing=self.filing,
            timeline=self.timeline(page),
            notes=self.notes(),
            note_form=form,
            actions=self.actions(),
            audiences=[
                Audience(span.value).label
                for span in self.filing.spans.all()
                if span.track == "audience" and span.holds_on(today)
            ],
            fees=FeeSchedule.objects.filter(filing=self.filing).order_by("-first_day")[:5],
            may_publish_fees=may_any(self.request.user, Action.EDIT, FeeSchedule)
            and may(self.request.user, Action.EDIT, self.filing),
            may_open_institution=may_any(self.request.user, Action.OPEN, Institution),
        )

    def timeline(self, page: FilingPage) -> list[TimelineRow]:
        """Every event with its days, the latest first."""
        events = {event.pk: event for event in self.filing.events.all()}
        later = {event.corrects_id: event for event in events.values() if event.corrects_id}
        words = EventWords(
            {item.occupation.code: item.occupation.name for item in self.filing.scope_items.all()},
            {code: district.name for code, district in page.book.by_code.items()},
        )
        who, together = recorded_by(self.filing)
        powers = self._powers(events.values())
        ordered = sorted(events.values(), key=lambda event: (event.effective_on, event.pk), reverse=True)
        return [
            TimelineRow(
                event,
                words.details(event),
                who.get(event.pk, together),
                later.get(event.pk),
                events.get(event.corrects_id or 0),
                event.pk not in later and event.kind != "annulled" and powers.get(event.kind, False),
                event.pk not in later
                and event.kind not in ("annulled", "filed")
                and powers.get("annulled", False),
            )
            for event in ordered
        ]

    def _powers(self, events: Any) -> dict[str, bool]:
        """Which kinds this person may mend. At most as many queries as there are kinds of two roles."""
        user, found = self.request.user, {}
        by_roles: dict[frozenset[Any], bool] = {}
        sample = next(iter(events), None)
        for kind, rule in KIND_RULES.items():
            if rule.roles not in by_roles:
                by_roles[rule.roles] = may_record(user, self.filing, kind, corrects=sample)
            found[kind] = by_roles[rule.roles]
        return found

    def notes(self) -> list[NoteRow]:
        """The notes that this person may read."""
        user = self.request.user
        rows = visible(user, Action.OPEN, FileNote.objects.filter(filing=self.filing))
        own = bool(visible(user, Action.EDIT, Filing.objects.filter(pk=self.filing.pk)).exists())
        offices = standing_of(user).offices(*WRITERS)
        return [
            NoteRow(
                note,
                own and note.waits,
                note.kind == FileNote.Kind.HOST and note.sent_at is None and note.office_id in offices,
            )
            for note in rows.select_related("office", "author", "read_by")
        ]

    def actions(self) -> list[ActionLink]:
        """What may be recorded: by this person, and in the state of today."""
        kinds = recordable_kinds(self.request.user, self.filing)
        if not kinds:
            return []
        events = [as_timeline_event(event) for event in self.filing.events.all()]
        today = timezone.localdate()
        state = state_on(events, today)
        asked = any(span.track == "renewal" and span.last_day is None for span in self.filing.spans.all())
        fitting = {"renewal_requested": not asked, "renewed": asked, "renewal_refused": asked}
        labels = dict(FilingEvent.Kind.choices)
        return [
            ActionLink(reverse("register_filings:record", args=[self.filing.pk, kind]), str(labels[kind]))
            for kind in kinds
            if may_follow(state, kind) and fitting.get(kind, True)
        ]

    @property
    def header_buttons(self) -> Sequence[HeaderButton]:
        """The public page."""
        return [
            HeaderButton(label=_("公开页"), url=self.filing.get_absolute_url(), icon_name="link-external")
        ]
