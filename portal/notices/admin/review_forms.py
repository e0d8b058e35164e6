"""What an approver confirms, and what is written when a version goes back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.notices.models import TICKS, PublicationReview


def _tick(name: str) -> forms.BooleanField:
    label = TICKS[name]
    return forms.BooleanField(
        label=label,
        help_text=getattr(PublicationReview._meta.get_field(name), "help_text", ""),
        error_messages={"required": _("没有勾选“%(label)s”。请确认后勾选，或退回修改。") % {"label": label}},
    )


class ApprovalForm(forms.Form):
    """The three named ticks; ``revision`` is the version that was read."""

    secrecy = _tick("secrecy")
    personal_data = _tick("personal_data")
    content = _tick("content")
    comment = forms.CharField(
        label=_("审核意见"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)


class ReturnForm(forms.Form):
    """Why the version goes back; its author reads it."""

    comment = forms.CharField(
        label=_("退回原因"),
        min_length=2,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("写明要改什么，编写人会看到。"),
        error_messages={"required": _("请写明退回原因。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "id_return_%s")
        super().__init__(*args, **kwargs)
