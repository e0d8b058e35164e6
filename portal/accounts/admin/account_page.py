"""The page of an account, and the pages of its actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.admin.account_actions import (
    ACTIONS,
    AccountAction,
    CreateForm,
    EndGrantForm,
    end_grant,
    open_actions,
)
from portal.accounts.admin.account_list import factor_of, state_of
from portal.accounts.admin.event_words import word_of
from portal.accounts.models import Absence, Grant, User
from portal.accounts.powers import Action
from portal.accounts.scoping import get_visible_or_404, may, may_any, visible
from portal.accounts.services.accounts import create_account
from portal.accounts.services.failed_logins import locked_until
from portal.accounts.services.grants import GrantRefused
from portal.accounts.services.second_factor import authenticator_of, recovery_codes_left
from portal.audit.models import AuditEvent

HISTORY = 50
#: When somebody logged in concerns who looks after accounts, not the own head.
LOGIN_EVENTS = Q(action__startswith="accounts.login.")


def actor_of(request: HttpRequest) -> User:
    """The account that acts, without what middleware wrapped around it."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return User.objects.select_related("office").get(pk=request.user.pk)


def staff_accounts() -> Any:
    """Accounts of staff; those of institutions are looked after elsewhere."""
    return User.objects.filter(kind=User.Kind.STAFF).select_related("office")


@require_safe
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one account; the same 404 for one that does not exist and one that may not be seen."""
    user = get_visible_or_404(request.user, Action.OPEN, staff_accounts(), pk=pk)
    actor = actor_of(request)
    editable = may(request.user, Action.EDIT, user)
    today = timezone.localdate()
    grants = visible(request.user, Action.OPEN, Grant.objects.filter(user=user))
    absences = Absence.objects.filter(Q(user=user) | Q(substitute=user))
    user.has_authenticator = authenticator_of(user) is not None
    context = {
        "account": user,
        "state": state_of(user),
        "factor": factor_of(user),
        "codes_left": recovery_codes_left(user),
        "locked_until": locked_until(user) if editable else None,
        "today": today,
        "editable": editable,
        "grants": grants.select_related("office", "granted_by"),
        "absences": visible(request.user, Action.OPEN, absences).select_related("user", "substitute")[:20],
        "events": _history(request, user),
        "actions": open_actions(user, actor) if editable else [],
        "own": user.pk == actor.pk,
    }
    return TemplateResponse(request, "accounts/admin/account.html", context)


def _history(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    about = Q(object_type="accounts.user", object_id=str(user.pk))
    grants = [str(pk) for pk in Grant.objects.filter(user=user).values_list("pk", flat=True)]
    about |= Q(object_type="accounts.grant", object_id__in=grants)
    events = AuditEvent.objects.filter(about)
    if not may_any(request.user, Action.EXPORT, User):
        events = events.exclude(LOGIN_EVENTS)
    return [
        {
            "at": event.at,
            "what": word_of(event.action),
            "who": event.actor_name,
            "about": event.object_label,
            "reason": event.reason,
        }
        for event in events.order_by("-id")[:HISTORY]
    ]


@require_http_methods(["GET", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """A new account; its password for the first login is shown in the answer, once."""
    if not may_any(request.user, Action.EDIT, User):
        raise PermissionDenied
    form = CreateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            user, password = create_account(actor=actor_of(request), **form.cleaned_data)
        except GrantRefused as refused:
            _show(form, refused)
        else:
            return _password_page(request, user, password, _("已建立账号，尚无任何角色，请接着授权。"))
    context = {
        "form": form,
        "title": _("新建账号"),
        "explains": _("账号建立后没有任何权限。初始密码只显示一次，请当面或电话告知本人。"),
        "submit": _("建立账号"),
        "back": reverse("accounts_list"),
        "icon": "user",
    }
    return TemplateResponse(request, "accounts/admin/action.html", context)


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """One action on an account."""
    action = ACTIONS.get(slug)
    if action is None:
        raise Http404
    user = get_visible_or_404(request.user, Action.EDIT, staff_accounts(), pk=pk)
    form = action.form(request.POST if request.method == "POST" else None, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            message, secret = action.run(user, form.cleaned_data, actor_of(request))
        except GrantRefused as refused:
            _show(form, refused)
        else:
            if secret:
                return _password_page(request, user, secret, message)
            messages.success(request, message)
            return redirect("account", user.pk)
    return TemplateResponse(request, "accounts/admin/action.html", _action_context(action, form, user))


def _action_context(action: AccountAction, form: forms.Form, user: User) -> dict[str, Any]:
    return {
        "form": form,
        "account": user,
        "title": action.title,
        "explains": action.explains,
        "submit": action.title,
        "serious": action.serious,
        "back": reverse("account", args=[user.pk]),
        "icon": action.icon,
    }


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a grant. Whoever comes second is told that it has been ended."""
    rows = Grant.objects.select_related("user", "office")
    grant = get_visible_or_404(request.user, Action.EDIT, rows, pk=pk)
    form = EndGrantForm(request.POST if request.method == "POST" else None, user=grant.user)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, end_grant(grant, form.cleaned_data, actor_of(request)))
        except GrantRefused as refused:
            _show(form, refused)
        else:
            return redirect("account", grant.user_id)
    context = {
        "form": form,
        "account": grant.user,
        "title": _("终止授权"),
        "explains": _("%(grant)s，自%(day)s起。终止后不能恢复，需要时重新授权。")
        % {"grant": grant, "day": grant.first_day},
        "submit": _("终止授权"),
        "serious": True,
        "back": reverse("account", args=[grant.user_id]),
        "icon": "cross",
    }
    return TemplateResponse(request, "accounts/admin/action.html", context)


def _show(form: forms.Form, refused: GrantRefused) -> None:
    """Show the refusal at its field; what was typed stays, and the form may be sent again."""
    if refused.field == "seen":
        form.data = {**form.data.dict(), "seen": form.initial["seen"]}  # type: ignore[attr-defined]
        form.add_error(None, str(refused))
        return
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))


def _password_page(request: HttpRequest, user: User, password: str, message: str) -> HttpResponse:
    context = {"account": user, "password": password, "message": message}
    return TemplateResponse(
        request, "accounts/admin/initial_password.html", context, headers={"Cache-Control": "no-store"}
    )
