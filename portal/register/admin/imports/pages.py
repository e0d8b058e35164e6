"""The pages of an import: upload, what the trial found, and what is done with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from portal.accounts.powers import Action
from portal.accounts.scoping import get_visible_or_404, may, visible
from portal.register.admin.acting import actor_of
from portal.register.admin.imports.forms import ApplyForm, ChoicesForm, UploadForm
from portal.register.admin.imports.guide import guides
from portal.register.admin.imports.stored_lists import page_of
from portal.register.admin.pages import Crumb, RegisterPage
from portal.register.models import ImportRun
from portal.register.services.import_applying import ImportConflict, ImportRefused
from portal.register.services.import_files import RunFiles, read_lines
from portal.register.services.import_powers import kinds_for, may_import_for
from portal.register.services.import_runs import apply_run, check_again, discard_run, receive_file

Status = ImportRun.Status
#: Seconds after which the page of a run under way asks again by itself.
REFRESH = "5"
#: Lines of a difference on the page.
SHOWN_MOVED = 200


def runs() -> Any:
    """Runs with what their pages name."""
    return ImportRun.objects.select_related("office", "uploaded_by", "applied_by", "corrects")


class ImportPage(RegisterPage):
    """A page below the list of imports."""

    header_icon = "upload"

    def crumbs(self) -> Sequence[Crumb]:
        """The list, this page."""
        return (
            {"url": reverse("register_imports:index"), "label": ImportRun._meta.verbose_name_plural},
            {"url": "", "label": self.get_page_title()},
        )


class UploadView(ImportPage):
    """Choose a file; ``?corrects=`` names the run that it corrects, ``?kind=`` what it holds."""

    template_name = "register/admin/imports/upload.html"
    page_title = gettext_lazy("上传文件")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Only for those who may import something."""
        super().setup(request, *args, **kwargs)
        if not kinds_for(request.user):
            raise PermissionDenied

    def corrected(self) -> ImportRun | None:
        """The run that the file corrects; one that the account may not change stays unknown."""
        key = self.request.GET.get("corrects", "")
        if not key.isascii() or not key.isdigit() or len(key) > 18:
            return None
        run: ImportRun | None = visible(self.request.user, Action.EDIT, runs()).filter(pk=key).first()
        if run is None or run.status in ImportRun.ENDED | ImportRun.UNDER_WAY:
            return None
        return run if may_import_for(self.request.user, run) else None

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The form, with the choices of the corrected run."""
        corrected = self.corrected()
        initial: dict[str, Any] = {"kind": request.GET.get("kind", "")}
        if corrected is not None:
            initial = {
                "kind": corrected.kind,
                "office": corrected.office_id,
                "effective_on": corrected.effective_on,
                "reason": corrected.reason,
            }
        return self.show(UploadForm(user=request.user, initial=initial), corrected)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Take the file in and go to what its trial found."""
        corrected = self.corrected()
        form = UploadForm(request.POST, request.FILES, user=request.user)
        if form.is_valid():
            data = form.cleaned_data
            if corrected is not None and (corrected.kind, corrected.office_id) != (
                data["kind"],
                data["office"].pk,
            ):
                corrected = None
            try:
                run = receive_file(
                    data["kind"],
                    data["office"],
                    data["file"],
                    actor=actor_of(request),
                    effective_on=data["effective_on"],
                    reason=data["reason"],
                    corrects=corrected,
                )
            except ImportRefused as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect("register_imports:page", run.pk)
        return self.show(form, corrected, status=422)

    def show(self, form: UploadForm, corrected: ImportRun | None, status: int = 200) -> HttpResponseBase:
        """The form with the guide to the columns."""
        offered = [guide for kind, guide in guides().items() if kind in form.offices]
        return self.answer(status, form=form, corrected=corrected, guides=offered)


class RunView(ImportPage):
    """One run: its state, what it would change or what is wrong, and the next step."""

    template_name = "register/admin/imports/run.html"
    run: ImportRun

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the run; one of another office is not there."""
        super().setup(request, *args, **kwargs)
        self.run = get_visible_or_404(request.user, Action.OPEN, runs(), pk=kwargs["run"])

    def get_page_title(self) -> str:
        """The name of the file."""
        return self.run.file_name

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page; while the worker is at it, it asks again by itself."""
        response = self.show()
        if self.run.status in ImportRun.UNDER_WAY:
            response["Refresh"] = REFRESH
        return response

    def show(
        self, status: int = 200, *, apply_form: Any = None, choices_form: Any = None
    ) -> HttpResponseBase:
        """The page with its forms, filled as they were typed."""
        run, request = self.run, self.request
        may_change = may(request.user, Action.EDIT, run) and may_import_for(request.user, run)
        files = RunFiles.of(run)
        faulty = run.status == Status.WITH_ERRORS or (
            run.status in (Status.DISCARDED, Status.FAILED) and bool(run.problem_count)
        )
        path = files.problems(run.outcome) if faulty else files.changes(run.outcome)
        count = run.problem_count if faulty else run.change_count
        lines = page_of(path, count if run.outcome else 0, request.GET.get("p"))
        return self.answer(
            status,
            run=run,
            faulty=faulty,
            lines=lines,
            elided_page_range=lines.paginator.get_elided_page_range(request.GET.get("p", 1)),
            moved=list(read_lines(files.moved(run.outcome), 0, SHOWN_MOVED)) if run.moved else [],
            open=run.status in (Status.CHECKED, Status.WITH_ERRORS),
            may_change=may_change,
            may_file=may(request.user, Action.FILE, run),
            apply_form=apply_form
            or ApplyForm(initial={"outcome": run.outcome, "reason": run.reason or self._typed("reason")}),
            choices_form=choices_form
            or ChoicesForm(
                auto_id="id_again_%s", initial={"effective_on": run.effective_on, "reason": run.reason}
            ),
        )

    def _typed(self, name: str) -> str:
        return self.request.POST.get(name, "")


class RunAction(RunView):
    """What is done with a run: by POST, by those who may change it."""

    http_method_names = ("post", "options")

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Changing is a power of its own, and of the same office."""
        super().setup(request, *args, **kwargs)
        get_visible_or_404(request.user, Action.EDIT, ImportRun.objects.all(), pk=self.run.pk)
        if not may_import_for(request.user, self.run):
            raise PermissionDenied

    def done(self, message: str) -> HttpResponseBase:
        """Back to the page with what happened."""
        messages.success(self.request, message)
        return redirect("register_imports:page", self.run.pk)

    def conflict(self, refusal: ImportRefused) -> HttpResponseBase:
        """The page as it stands now, with what was typed."""
        messages.error(self.request, str(refusal))
        self.run = runs().get(pk=self.run.pk)
        return self.show(409 if isinstance(refusal, ImportConflict) else 422)


class ApplyView(RunAction):
    """Apply exactly what was shown."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Write, or say why not."""
        form = ApplyForm(request.POST)
        if not form.is_valid():
            return self.show(422, apply_form=form)
        try:
            run = apply_run(
                self.run,
                actor=actor_of(request),
                outcome=form.cleaned_data["outcome"],
                reason=form.cleaned_data["reason"],
            )
        except ImportRefused as refusal:
            return self.conflict(refusal)
        if run.status == Status.APPLYING:
            return self.done(_("文件较大，正在后台应用；本页会显示结果。"))
        return self.done(
            _("已应用：新增 %(new)d，变更 %(changed)d。") % {"new": run.new, "changed": run.changed}
        )


class CheckAgainView(RunAction):
    """Try the same file out once more, with a day and a reason for changes or without."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Check, and show what came of it."""
        form = ChoicesForm(request.POST, auto_id="id_again_%s")
        if not form.is_valid():
            return self.show(422, choices_form=form)
        try:
            check_again(
                self.run,
                actor=actor_of(request),
                effective_on=form.cleaned_data["effective_on"],
                reason=form.cleaned_data["reason"],
            )
        except ImportRefused as refusal:
            return self.conflict(refusal)
        return self.done(_("已重新检查。"))


class DiscardView(RunAction):
    """Put the run aside."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Nothing was written, nothing will be."""
        try:
            discard_run(self.run, actor=actor_of(request))
        except ImportRefused as refusal:
            return self.conflict(refusal)
        return self.done(_("已放弃，没有写入任何内容。"))
