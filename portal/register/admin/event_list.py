"""The lists of dated events (备案事项) and of notes (批注)."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _now, gettext_lazy as _
from wagtail.admin.ui.tables import Column, TitleColumn

from portal.accounts.powers import Action
from portal.accounts.scoping import visible
from portal.register.admin import filters
from portal.register.admin.exporting import ExportColumn
from portal.register.admin.lists import (
    DayColumn,
    OfficeIndexView,
    code_condition,
    columns_of,
    name_condition,
)
from portal.register.duties import filing_url, waiting_notes
from portal.register.models import FileNote, Filing, FilingEvent
from portal.regulation.wording import article_label
from portal.templatetags.portal_format import zh_moment


def _of_filing(word: str) -> Q:
    return name_condition(word, "filing__institution__") | code_condition(
        word, "filing__", "filing__institution__"
    )


def mark_of(event: FilingEvent) -> str:
    """Whether a later event took the place of this one, or took it away."""
    later = getattr(event, "corrected_by", None)
    if later is None:
        return ""
    return _now("已撤回") if later.kind == FilingEvent.Kind.ANNULLED else _now("已更正")


def reading_of(note: FileNote) -> str:
    """Who took note of it and when, or that it waits."""
    if note.sent_at is None:
        return _now("未送交")
    if note.read_at is None:
        return _now("待阅知")
    return f"{note.read_by} {zh_moment(note.read_at)}"


class MomentColumn(Column):
    """Day and minute in Chinese."""

    def get_value(self, instance: Any) -> str:
        """Nothing for a missing moment."""
        return zh_moment(super().get_value(instance))


class EventFilterSet(filters.OfficeFilterSet):
    """Filters of the list of events."""

    kind = filters.choice(_("事项"), FilingEvent.Kind.choices)
    authority = filters.authority("filing__authority")
    code = filters.code(_("备案编码"), "filing__code")
    effective_on = filters.day_range(_("生效日期"))
    recorded = filters.day_range(_("登记日期"), field_name="recorded_at__date")
    corrected = filters.choice(_("已被更正或撤回"), filters.YES_NO, "by_corrected")

    class Meta:
        model = FilingEvent
        fields: list[str] = []

    def by_corrected(self, queryset: QuerySet[FilingEvent], name: str, value: str) -> QuerySet[FilingEvent]:
        """Events whose place a later one took."""
        return queryset.filter(corrected_by__isnull=value == "no")


class EventIndexView(OfficeIndexView):
    """Every dated event, corrected ones too."""

    model = FilingEvent
    joins = ("filing__institution", "corrected_by")
    default_ordering = "-id"
    filterset_class = EventFilterSet
    search_hint = _("机构名称、备案编码、文号或事由")
    columns: ClassVar = columns_of(
        TitleColumn(
            "code",
            label=_("备案编码"),
            accessor="filing.code",
            url_name="register_filings:page",
            id_accessor="filing_id",
            link_classname="register-code",
            sort_key="filing__code",
        ),
        Column("institution", label=_("机构名称"), accessor="filing.institution.name"),
        Column("kind", label=_("事项"), accessor="get_kind_display", sort_key="kind"),
        DayColumn("effective_on", label=_("生效日期"), sort_key="effective_on"),
        Column("article", label=_("依据"), accessor=lambda event: article_label(event.article)),
        Column("document_number", label=_("文号")),
        Column("corrected", label=_("更正"), accessor=mark_of),
        MomentColumn("recorded_at", label=_("登记时间"), sort_key="recorded_at"),
    )
    export_name = "events"
    export_columns = (
        ExportColumn(_("备案编码"), "filing.code"),
        ExportColumn(_("机构名称"), "filing.institution.name"),
        ExportColumn(_("事项"), "get_kind_display"),
        ExportColumn(_("生效日期"), "effective_on"),
        ExportColumn(_("依据"), lambda event: article_label(event.article)),
        ExportColumn(_("事由"), "ground"),
        ExportColumn(_("文号"), "document_number"),
        ExportColumn(_("登记理由"), "reason"),
        ExportColumn(_("更正"), mark_of),
        ExportColumn(_("登记时间"), "recorded_at"),
    )

    def word_condition(self, word: str) -> Q:
        """By institution, filing code, document number or ground."""
        return _of_filing(word) | Q(document_number__contains=word) | Q(ground__contains=word)

    def export_source(self) -> QuerySet[Any]:
        """With everything that the columns name."""
        return FilingEvent.objects.select_related(*self.joins)


class NoteFilterSet(filters.OfficeFilterSet):
    """Filters of the list of notes."""

    kind = filters.choice(_("类别"), FileNote.Kind.choices)
    waiting = filters.choice(_("待本机关阅知"), [("yes", _("是"))], "by_waiting")
    created = filters.day_range(_("批注日期"), field_name="created_at__date")

    class Meta:
        model = FileNote
        fields: list[str] = []

    def by_waiting(self, queryset: QuerySet[FileNote], name: str, value: str) -> QuerySet[FileNote]:
        """Notes that were sent to the account's own office and that nobody has read."""
        return queryset.filter(pk__in=waiting_notes(self.request.user).values("pk"))


class NoteIndexView(OfficeIndexView):
    """Notes that the account's office wrote or was sent."""

    model = FileNote
    joins = ("filing__institution", "office", "author", "read_by")
    default_ordering = "-id"
    filterset_class = NoteFilterSet
    search_hint = _("机构名称、备案编码或批注内容")
    columns: ClassVar = columns_of(
        TitleColumn(
            "filing",
            label=_("备案"),
            accessor="filing",
            get_url=lambda note: f"{filing_url(note.filing_id)}#notes" if note.may_open else None,
        ),
        Column("kind", label=_("类别"), accessor="get_kind_display", sort_key="kind"),
        Column("text", label=_("内容"), accessor=lambda note: note.text[:80]),
        Column("office", label=_("批注机关"), accessor="office.short_name"),
        MomentColumn("created_at", label=_("批注时间"), sort_key="created_at"),
        Column("read", label=_("阅知"), accessor=reading_of),
    )

    def word_condition(self, word: str) -> Q:
        """By institution, filing code or what the note says."""
        return _of_filing(word) | Q(text__contains=word)

    def complete(self, rows: list[Any]) -> None:
        """Whether the filing may still be opened: one query. A host district may have lost its site."""
        keys = {note.filing_id for note in rows}
        open_to = visible(self.request.user, Action.OPEN, Filing.objects.filter(pk__in=keys))
        allowed = set(open_to.values_list("pk", flat=True))
        for note in rows:
            note.may_open = note.filing_id in allowed
