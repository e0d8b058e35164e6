"""Withdrawing a notice in the editors' workplace."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _, gettext_lazy

from portal.notices.models import NoticePage
from portal.notices.services.withdrawal import MIN_REASON, WithdrawalRefused, may_withdraw, withdraw_notice


class WithdrawalForm(forms.Form):
    """Why the notice is taken back; the public reads it."""

    reason = forms.CharField(
        label=gettext_lazy("撤下原因"),
        min_length=MIN_REASON,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("会在原网址和订阅中向公众显示，请不要写入个人信息。"),
        error_messages={
            "required": gettext_lazy("请写明撤下原因。"),
            "min_length": gettext_lazy("撤下原因至少写4个字。"),
        },
    )


def withdraw(request: HttpRequest, page_id: int) -> HttpResponse:
    """Ask for the reason and take the notice down."""
    page = get_object_or_404(NoticePage, pk=page_id)
    if not may_withdraw(request.user, page):
        raise PermissionDenied
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_notice(page, request.user, form.cleaned_data["reason"])
        except WithdrawalRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("公告“%(title)s”已撤下。") % {"title": page.title})
            return redirect("notice_details", page.pk)
    return TemplateResponse(request, "notices/admin/withdraw.html", {"page": page, "form": form})
