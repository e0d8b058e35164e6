"""Days away and who stands in: everybody for oneself, a head for the own office, the administrator for all.

That everybody on the staff may enter the own absence stands here and not in the table of powers: it is a right
over oneself, not over objects of an office.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from portal.accounts.admin.account_actions import DayField, ReasonForm
from portal.accounts.admin.account_page import actor_of
from portal.accounts.models import Absence, User
from portal.accounts.powers import Action
from portal.accounts.scoping import may_any, visible
from portal.accounts.services.grants import GrantRefused, cancel_absence, enter_absence

PER_PAGE = 25


def absences_for(actor: User, action: Action) -> QuerySet[Absence]:
    """Absences that the table of powers allows, and the own ones; those stood in for can be seen as well."""
    rows = Absence.objects.select_related("user", "substitute", "entered_by")
    own = Q(user=actor) if action is Action.EDIT else Q(user=actor) | Q(substitute=actor)
    allowed = visible(actor, action, Absence.objects.all()).values("pk")
    return rows.filter(own | Q(pk__in=allowed))


def people_of(actor: User) -> QuerySet[User]:
    """For whom the account may enter an absence: itself, and the people of offices whose absences it edits."""
    here = User.objects.filter(kind=User.Kind.STAFF, is_active=True, office__isnull=False)
    if not may_any(actor, Action.EDIT, Absence):
        return here.filter(pk=actor.pk)
    # Whose absences somebody may enter is decided by the office, as it is for the accounts that one may see.
    seen = visible(actor, Action.LIST, here).values("pk")
    return here.filter(Q(pk=actor.pk) | Q(pk__in=seen))


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody who is there."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and login name: there are people of the same name."""
        return f"{obj}（{obj.username}）"


class AbsenceForm(ReasonForm):
    """Who is away from when to when, and who stands in."""

    person = PersonField(
        label=gettext_lazy("不在岗人员"),
        queryset=User.objects.none(),
        error_messages={"invalid_choice": gettext_lazy("只能为本人或本机关人员登记，请重新选择。")},
    )
    substitute = PersonField(
        label=gettext_lazy("替代人员"),
        queryset=User.objects.none(),
        help_text=gettext_lazy("同一机关的同事，期间可代行其在本机关的角色；须两人办理的事项仍须两人。"),
        error_messages={
            "required": gettext_lazy("请选择替代人员。"),
            "invalid_choice": gettext_lazy("替代人员须是同一机关的在岗人员，请重新选择。"),
        },
    )
    first_day = DayField(label=gettext_lazy("首日"), initial=timezone.localdate)
    last_day = DayField(label=gettext_lazy("末日"), help_text=gettext_lazy("含当日。"))

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"person": actor.pk}
        super().__init__(*args, user=actor, **kwargs)
        people = people_of(actor)
        offices = people.values("office")
        self.fields["person"].queryset = people.order_by("username")  # type: ignore[attr-defined]
        colleagues = User.objects.filter(kind=User.Kind.STAFF, is_active=True, office__in=offices)
        self.fields["substitute"].queryset = colleagues.order_by("username")  # type: ignore[attr-defined]


@require_safe
def absences(request: HttpRequest) -> HttpResponse:
    """Absences, the latest first; those that are over stay as history."""
    actor = actor_of(request)
    rows = absences_for(actor, Action.LIST).order_by("-first_day", "-pk")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("p"))
    today = timezone.localdate()
    editable = set(
        absences_for(actor, Action.EDIT)
        .filter(pk__in=[row.pk for row in page], cancelled_at__isnull=True, last_day__gte=today)
        .values_list("pk", flat=True)
    )
    context = {"page_obj": page, "editable": editable, "today": today, "base_url": reverse("absences")}
    return TemplateResponse(request, "accounts/admin/absences.html", context)


@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Enter an absence."""
    actor = actor_of(request)
    form = AbsenceForm(request.POST if request.method == "POST" else None, actor=actor)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            absence = enter_absence(
                data["person"],
                data["substitute"],
                data["first_day"],
                data["last_day"],
                reason=data["reason"],
                actor=actor,
            )
        except GrantRefused as refused:
            field = {"user": "person"}.get(refused.field, refused.field)
            form.add_error(field if field in form.fields else None, str(refused))
        else:
            messages.success(request, _("已登记：%s。") % absence)
            return redirect("absences")
    context = {
        "form": form,
        "title": _("登记外出"),
        "explains": _("外出期间由替代人员办理本人在本机关的事项；结束后自动恢复。"),
        "submit": _("登记外出"),
        "back": reverse("absences"),
        "icon": "calendar-alt",
    }
    return TemplateResponse(request, "accounts/admin/action.html", context)


@require_http_methods(["GET", "POST"])
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel an absence. Whoever comes second is told that it has been cancelled."""
    actor = actor_of(request)
    absence = absences_for(actor, Action.EDIT).filter(pk=pk).first()
    if absence is None:
        if absences_for(actor, Action.OPEN).filter(pk=pk).exists():
            raise PermissionDenied
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            cancel_absence(absence, reason=form.cleaned_data["reason"], actor=actor)
        except GrantRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("已取消：%s。") % absence)
            return redirect("absences")
    context = {
        "form": form,
        "title": _("取消登记"),
        "explains": _("取消后，替代人员立即不再代行：%s。") % absence,
        "submit": _("取消登记"),
        "serious": True,
        "back": reverse("absences"),
        "icon": "cross",
    }
    return TemplateResponse(request, "accounts/admin/action.html", context)
