"""The group “登记库” of the menu: its lists and the pages behind them."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup

from portal.register.admin.event_list import EventIndexView, NoteIndexView
from portal.register.admin.event_views import AnnulView, CorrectView, RecordView
from portal.register.admin.fees.viewset import FeeViewSet
from portal.register.admin.filing_list import FilingIndexView
from portal.register.admin.filing_page import FilingPageView
from portal.register.admin.institution_list import InstitutionIndexView
from portal.register.admin.institution_page import EditInstitutionView, InstitutionPageView
from portal.register.admin.lists import RegisterViewSet
from portal.register.admin.note_views import WriteNoteView, forward_note, read_note
from portal.register.admin.scope_list import ScopeIndexView, SiteIndexView
from portal.register.models import FileNote, Filing, FilingEvent, Institution, ScopeItem, Site


class InstitutionViewSet(RegisterViewSet):
    """评价机构."""

    model = Institution
    name = "register_institutions"
    url_prefix = "register/institutions"
    icon = "group"
    index_view_class = InstitutionIndexView

    def pages(self) -> Iterable[URLPattern]:
        """The institution, its contact data."""
        return (
            path("<int:institution>/", InstitutionPageView.as_view(), name="page"),
            path("<int:institution>/edit/", EditInstitutionView.as_view(), name="edit"),
        )


class FilingViewSet(RegisterViewSet):
    """备案."""

    model = Filing
    name = "register_filings"
    url_prefix = "register/filings"
    icon = "doc-full"
    index_view_class = FilingIndexView

    def pages(self) -> Iterable[URLPattern]:
        """The filing, its events, its notes."""
        return (
            path("<int:filing>/", FilingPageView.as_view(), name="page"),
            path("<int:filing>/record/<slug:kind>/", RecordView.as_view(), name="record"),
            path("<int:filing>/events/<int:event>/correct/", CorrectView.as_view(), name="correct"),
            path("<int:filing>/events/<int:event>/annul/", AnnulView.as_view(), name="annul"),
            path("<int:filing>/notes/", WriteNoteView.as_view(), name="write_note"),
        )


class ScopeViewSet(RegisterViewSet):
    """备案范围."""

    model = ScopeItem
    name = "register_scope"
    url_prefix = "register/scope"
    icon = "list-ul"
    index_view_class = ScopeIndexView


class SiteViewSet(RegisterViewSet):
    """评价场地."""

    model = Site
    name = "register_sites"
    url_prefix = "register/sites"
    icon = "site"
    index_view_class = SiteIndexView


class EventViewSet(RegisterViewSet):
    """备案事项."""

    model = FilingEvent
    name = "register_events"
    url_prefix = "register/events"
    icon = "history"
    index_view_class = EventIndexView


class NoteViewSet(RegisterViewSet):
    """批注."""

    model = FileNote
    name = "register_notes"
    url_prefix = "register/notes"
    icon = "comment"
    index_view_class = NoteIndexView

    def pages(self) -> Iterable[URLPattern]:
        """What is done with a note."""
        return (
            path("<int:note>/read/", read_note, name="read"),
            path("<int:note>/forward/", forward_note, name="forward"),
        )


class RegisterGroup(ModelViewSetGroup):
    """登记库: the facts about institutions, with everything that happened to them."""

    menu_label = _("登记库")
    menu_icon = "table"
    menu_order = 150
    items = (
        InstitutionViewSet,
        FilingViewSet,
        ScopeViewSet,
        SiteViewSet,
        FeeViewSet,
        EventViewSet,
        NoteViewSet,
    )
