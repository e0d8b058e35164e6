"""The form for a note on a filing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now, gettext_lazy as _

from portal.accounts.models import Authority
from portal.register.models import FileNote, Filing
from portal.register.services.notes import MAX_TEXT, MIN_TEXT, Writable, writable_kinds


class NoteForm(forms.Form):
    """What it is, what it says, and whether a host district's note is sent on."""

    what = forms.ChoiceField(label=_("类别"), widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("内容"),
        min_length=MIN_TEXT,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("写定后不能修改；请不要写入投诉人等个人信息。"),
        error_messages={"required": _("请写明批注内容。"), "min_length": _("批注内容至少写2个字。")},
    )
    send = forms.BooleanField(
        label=_("同时转送备案管理机构"), required=False, help_text=_("不转送的属地情况只有本机关可见。")
    )

    def __init__(self, data: QueryDict | None, kinds: list[Writable]) -> None:
        super().__init__(data)
        self.kinds = {one.value: one for one in kinds}
        offices = {
            row.pk: row.short_name for row in Authority.objects.filter(pk__in={k.office_id for k in kinds})
        }
        labels = dict(FileNote.Kind.choices)
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (
                one.value,
                _now("%(kind)s（%(office)s）") % {"kind": labels[one.kind], "office": offices[one.office_id]},
            )
            for one in kinds
        ]
        if kinds:
            self.fields["what"].initial = kinds[0].value
        if not any(one.kind is FileNote.Kind.HOST for one in kinds):
            del self.fields["send"]

    @property
    def chosen(self) -> Writable:
        """The kind and the office."""
        return self.kinds[self.cleaned_data["what"]]


def note_form(user: Any, filing: Filing, data: QueryDict | None = None) -> NoteForm | None:
    """The form, or None for somebody who writes no notes here."""
    kinds = writable_kinds(user, filing)
    return NoteForm(data, kinds) if kinds else None
