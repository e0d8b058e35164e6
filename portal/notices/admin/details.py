"""One notice for staff: what it says, where it stands, what the checks say, and the approval."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from wagtail.models import PageLogEntry

from portal.accounts.powers import Action
from portal.accounts.scoping import get_visible_or_404
from portal.notices.admin.review_forms import ApprovalForm, ReturnForm
from portal.notices.models import NoticePage
from portal.notices.services.publishing import PublishingRefused
from portal.notices.services.review_state import ReviewState, review_state

LOG_ENTRIES = 20


def details(request: HttpRequest, page_id: int) -> HttpResponse:
    """Show a notice of the own house; nothing can be changed here."""
    page = get_visible_or_404(request.user, Action.OPEN, NoticePage.objects.all(), pk=page_id)
    return _show(request, page, review_state(page, request.user))


def review(request: HttpRequest, page_id: int) -> HttpResponse:
    """Approve the version under review, or send it back."""
    page = get_visible_or_404(request.user, Action.OPEN, NoticePage.objects.all(), pk=page_id)
    if request.method != "POST":
        return redirect("notice_details", page.pk)
    state = review_state(page, request.user)
    if state.task_state is None:
        messages.error(request, _("这份公告现在没有等待审核的版本。"))
        return redirect("notice_details", page.pk)
    if not state.may_approve:
        raise PermissionDenied
    action = "reject" if request.POST.get("action") == "reject" else "approve"
    form: Any = (ReturnForm if action == "reject" else ApprovalForm)(request.POST)
    if not form.is_valid():
        return _show(request, page, state, **{action: form})
    try:
        state.task_state.task.specific.on_action(
            state.task_state.specific, request.user, action, **form.cleaned_data
        )
    except PublishingRefused as refusal:
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return _show(request, page, review_state(page, request.user), **{action: form})
    messages.success(request, _done(page, action))
    return redirect("notice_details", page.pk)


def _done(page: NoticePage, action: str) -> str:
    if action == "reject":
        return _("已退回“%(title)s”，编写人会在待办中看到。") % {"title": page.draft_title}
    page.refresh_from_db()
    words = _("已批准，“%(title)s”已发布。") if page.live else _("已批准，“%(title)s”将按预定时间发布。")
    return words % {"title": page.title}


def _show(
    request: HttpRequest, page: NoticePage, state: ReviewState, approve: Any = None, reject: Any = None
) -> HttpResponse:
    revision = state.revision.pk if state.revision else None
    context = {
        "page": page,
        "version": state.version,
        "state": state,
        "approve_form": approve or ApprovalForm(initial={"revision": revision}),
        "return_form": reject or ReturnForm(),
        "reviews": page.reviews.select_related("reviewer", "revision")[:10],
        "withdrawals": page.withdrawals.select_related("withdrawn_by"),
        "corrections": state.version.corrections.all(),
        "log": PageLogEntry.objects.filter(page_id=page.pk).select_related("user")[:LOG_ENTRIES],
        "may_change": page.permissions_for_user(request.user).may_edit,
        "may_read_versions": page.permissions_for_user(request.user).can_edit(),
    }
    return TemplateResponse(
        request, "notices/admin/details.html", context, status=422 if approve or reject else 200
    )
