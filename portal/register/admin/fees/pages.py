"""The pages of fee schedules: one schedule with its history, publishing, correcting, annulling."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from wagtail.admin.widgets.button import HeaderButton

from portal.accounts.powers import Action
from portal.accounts.scoping import get_visible_or_404, may, may_any
from portal.register.admin.acting import actor_of, go_on_from
from portal.register.admin.fees.forms import AnnulForm, ScheduleForm
from portal.register.admin.history import history_of
from portal.register.admin.pages import Crumb, RegisterPage
from portal.register.models import FeeCorrection, FeeSchedule, Filing, Occupation
from portal.register.services.fee_schedules import (
    amounts_of,
    annul_schedule,
    fees_version,
    offered_keys,
    predecessor_ended_by,
    publish_schedule,
    schedules_of,
)
from portal.register.services.versions import ChangeRefused, StaleVersion


class FeePage(RegisterPage):
    """A page below the list of fee schedules."""

    header_icon = "tag"

    def crumbs(self) -> Sequence[Crumb]:
        """The list, this page."""
        return (
            {"url": reverse("register_fees:index"), "label": FeeSchedule._meta.verbose_name_plural},
            {"url": "", "label": self.get_page_title()},
        )


class ScheduleView(FeePage):
    """One schedule: what it says, what it replaced, what was corrected."""

    template_name = "register/admin/fees/schedule.html"
    schedule: FeeSchedule

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find it; one of another office is not there."""
        super().setup(request, *args, **kwargs)
        rows = FeeSchedule.objects.select_related("filing__institution", "filing__authority")
        self.schedule = get_visible_or_404(request.user, Action.OPEN, rows, pk=kwargs["schedule"])

    def get_page_title(self) -> str:
        """The code of the filing."""
        return self.schedule.filing.code

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """What may be done with the schedule."""
        if not may(self.request.user, Action.EDIT, self.schedule):
            return []
        key = self.schedule.pk
        return [
            HeaderButton(
                _("公布新的收费标准"),
                url=reverse("register_fees:publish", args=[self.schedule.filing_id]),
                icon_name="plus",
            ),
            HeaderButton(_("更正"), url=reverse("register_fees:correct", args=[key]), icon_name="edit"),
            HeaderButton(_("撤回"), url=reverse("register_fees:annul", args=[key]), icon_name="undo"),
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page."""
        schedule = self.schedule
        corrections = FeeCorrection.objects.filter(filing=schedule.filing_id, first_day=schedule.first_day)
        today = timezone.localdate()
        return self.answer(
            schedule=schedule,
            items=schedule.items.select_related("occupation", "work_type", "level"),
            others=[row for row in schedules_of(schedule.filing) if row.pk != schedule.pk],
            annulled=FeeCorrection.objects.filter(
                filing=schedule.filing_id, kind=FeeCorrection.Kind.ANNULLED
            ),
            corrections=corrections.filter(kind=FeeCorrection.Kind.CORRECTED),
            history=history_of(schedule),
            holds=schedule.first_day <= today and (schedule.last_day is None or schedule.last_day >= today),
        )


class PublishView(FeePage):
    """A new schedule for a filing."""

    template_name = "register/admin/fees/form.html"
    page_title = gettext_lazy("公布新的收费标准")
    filing: Filing
    corrects: FeeSchedule | None = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the filing; entering its fees is a power of its own."""
        super().setup(request, *args, **kwargs)
        self.find(**kwargs)

    def find(self, **kwargs: Any) -> None:
        """The filing of the address."""
        if not may_any(self.request.user, Action.EDIT, FeeSchedule):
            raise PermissionDenied
        rows = Filing.objects.select_related("institution", "authority")
        self.filing = get_visible_or_404(self.request.user, Action.EDIT, rows, pk=kwargs["filing"])

    def form(self, data: Any = None) -> ScheduleForm:
        """The form, a new one filled with the amounts that hold now or with what is corrected."""
        source = self.corrects
        if source is None:
            source = next(iter(schedules_of(self.filing)), None)
        initial: dict[str, Any] = {"version": fees_version(self.filing)}
        if self.corrects is not None:
            for name in ("basis", "published_on", "first_day", "last_day", "source_url"):
                initial[name] = getattr(self.corrects, name)
        elif source is not None:
            initial |= {"basis": source.basis, "source_url": source.source_url}
        keys = offered_keys(self.filing, self.corrects)
        names = dict(Occupation.objects.filter(code__in={key[0] for key in keys}).values_list("code", "name"))
        return ScheduleForm(
            data,
            keys=keys,
            names=names,
            amounts=amounts_of(source) if source is not None else {},
            initial=initial,
            fixed_day=self.corrects is not None,
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The form."""
        return self.show(self.form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Write, or show the form again with what was typed."""
        form, status = self.form(request.POST), 422
        if form.is_valid():
            try:
                schedule = publish_schedule(
                    self.filing,
                    form.draft(self.filing),
                    actor=actor_of(request),
                    reason=form.cleaned_data["reason"],
                    version=form.cleaned_data["version"],
                    corrects=self.corrects,
                )
            except ChangeRefused as refusal:
                form.add_error(refusal.field or None, str(refusal))
                if isinstance(refusal, StaleVersion):
                    status = 409
                    go_on_from(form, fees_version(self.filing))
            else:
                messages.success(request, _("收费标准已登记。"))
                return redirect("register_fees:page", schedule.pk)
        return self.show(form, status)

    def show(self, form: ScheduleForm, status: int = 200) -> HttpResponseBase:
        """The form with what holds now beside it."""
        return self.answer(
            status,
            form=form,
            filing=self.filing,
            corrects=self.corrects,
            present=schedules_of(self.filing)[:5],
        )


class CorrectView(PublishView):
    """Mend a schedule that was registered wrongly; what it said is kept."""

    page_title = gettext_lazy("更正收费标准")

    def find(self, **kwargs: Any) -> None:
        """The schedule of the address and its filing."""
        rows = FeeSchedule.objects.select_related("filing__institution", "filing__authority")
        self.corrects = get_visible_or_404(self.request.user, Action.EDIT, rows, pk=kwargs["schedule"])
        self.filing = self.corrects.filing


class AnnulView(FeePage):
    """Take a schedule back."""

    template_name = "register/admin/fees/annul.html"
    page_title = gettext_lazy("撤回收费标准")
    schedule: FeeSchedule

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find it."""
        super().setup(request, *args, **kwargs)
        rows = FeeSchedule.objects.select_related("filing__institution")
        self.schedule = get_visible_or_404(request.user, Action.EDIT, rows, pk=kwargs["schedule"])

    def form(self, data: Any = None) -> AnnulForm:
        """Reason, and whether the one before goes on."""
        earlier = predecessor_ended_by(self.schedule)
        return AnnulForm(
            data,
            predecessor_day=earlier.first_day if earlier else None,
            initial={"version": fees_version(self.schedule.filing)},
        )

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The form."""
        return self.answer(form=self.form(), schedule=self.schedule)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Take it back, or say why not."""
        form, status = self.form(request.POST), 422
        if form.is_valid():
            try:
                annul_schedule(
                    self.schedule,
                    actor=actor_of(request),
                    reason=form.cleaned_data["reason"],
                    version=form.cleaned_data["version"],
                    resume=form.cleaned_data.get("resume", False),
                )
            except ChangeRefused as refusal:
                form.add_error(None, str(refusal))
                if isinstance(refusal, StaleVersion):
                    status = 409
                    go_on_from(form, fees_version(self.schedule.filing))
            else:
                messages.success(request, _("收费标准已撤回，原内容保留在备案的收费历史中。"))
                return redirect("register_filings:page", self.schedule.filing_id)
        return self.answer(status, form=form, schedule=self.schedule)
