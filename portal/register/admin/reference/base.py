"""What the pages of reference data share: a page with facts and history, forms with reason and version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _, gettext_lazy
from wagtail.admin.widgets.button import HeaderButton

from portal.accounts.powers import Action
from portal.accounts.scoping import get_visible_or_404, may, may_any
from portal.register.admin.acting import actor_of, go_on_from
from portal.register.admin.history import history_of
from portal.register.admin.imports.forms import reason_field
from portal.register.admin.lists import OfficeIndexView, RegisterViewSet
from portal.register.admin.pages import Crumb, RegisterPage
from portal.register.services.versions import ChangeRefused, StaleVersion

Facts = list[tuple[Any, Any]]


def text_field(label: Any, length: int, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    """A line of text with errors that name the remedy."""
    return forms.CharField(
        label=label,
        max_length=length,
        required=required,
        help_text=help_text,
        error_messages={
            "required": gettext_lazy("没有填写，请补全。"),
            "max_length": gettext_lazy("最多 %(limit_value)d 个字，请缩短。"),
        },
    )


class ReasonedForm(forms.Form):
    """A form whose change has a reason, and the version that it was filled from."""

    reason = reason_field(
        required=True,
        label=gettext_lazy("理由或依据"),
        help_text=gettext_lazy("依据的文件或核查；记入审计记录。"),
    )
    version = forms.CharField(widget=forms.HiddenInput, max_length=24, required=False)

    def values(self) -> dict[str, Any]:
        """What was typed, without reason and version."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("reason", "version")}

    def in_order(self) -> list[forms.BoundField]:
        """The visible fields, the reason last."""
        fields = [field for field in self.visible_fields() if field.name != "reason"]
        return [*fields, self["reason"]]


class ReferenceIndexView(OfficeIndexView):
    """A list of reference rows."""

    add_label: Any = ""

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """“增加”, for those who may."""
        if not self.add_label or not may_any(self.request.user, Action.EDIT, self.model):
            return []
        name = self.index_url_name.replace(":index", ":add")
        return [HeaderButton(self.add_label, url=reverse(name), icon_name="plus")]


class ReferencePage(RegisterPage):
    """A page below a list of reference rows."""

    model: Any = None
    namespace = ""
    row: Any = None
    power = Action.OPEN

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the row when the address names one."""
        super().setup(request, *args, **kwargs)
        if "pk" in kwargs:
            self.row = get_visible_or_404(request.user, self.power, self.rows(), pk=kwargs["pk"])
        elif not may_any(request.user, self.power, self.model):
            raise PermissionDenied

    def rows(self) -> models.QuerySet[Any]:
        """The rows with what the page names."""
        rows: models.QuerySet[Any] = self.model._default_manager.all()
        return rows

    def address(self, name: str, *args: Any) -> str:
        """An address of this kind of thing."""
        return reverse(f"{self.namespace}:{name}", args=args)

    def crumbs(self) -> Sequence[Crumb]:
        """The list, the row, this page."""
        crumbs = [{"url": self.address("index"), "label": self.model._meta.verbose_name_plural}]
        if self.row is not None:
            crumbs.append({"url": self.address("page", self.row.pk), "label": str(self.row)})
        return crumbs


class RowView(ReferencePage):
    """One row: facts, what hangs on it, history."""

    template_name = "register/admin/reference/page.html"
    #: (name of the address, label, icon) of what may be done.
    actions: ClassVar[Sequence[tuple[str, Any, str]]] = (("edit", gettext_lazy("修改"), "edit"),)

    def get_page_title(self) -> str:
        """The row."""
        return str(self.row)

    def facts(self) -> Facts:
        """Label and value of each fact."""
        return []

    def lists(self) -> list[tuple[Any, list[str]]]:
        """Heading and lines of each list below."""
        return []

    @property
    def header_buttons(self) -> list[HeaderButton]:
        """What this person may do."""
        if not may(self.request.user, Action.EDIT, self.row):
            return []
        return [
            HeaderButton(label, url=self.address(name, self.row.pk), icon_name=icon)
            for name, label, icon in self.actions
        ]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The page."""
        return self.answer(row=self.row, facts=self.facts(), lists=self.lists(), history=history_of(self.row))


class FormView(ReferencePage):
    """A form about a row, or about a new one."""

    template_name = "register/admin/reference/form.html"
    power = Action.EDIT
    explains: Any = ""
    submit: Any = gettext_lazy("保存")

    def form(self, data: Any = None) -> ReasonedForm:
        """The form."""
        raise NotImplementedError

    def version(self) -> str:
        """The version of what the form shows."""
        return ""

    def save(self, form: ReasonedForm) -> str:
        """Do it and return the address to go to. Raises :class:`ChangeRefused`."""
        raise NotImplementedError

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The form."""
        return self.show(self.form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Save, or show the form again with what was typed."""
        form, status = self.form(request.POST), 422
        if form.is_valid():
            try:
                address = self.save(form)
            except ChangeRefused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
                if isinstance(refusal, StaleVersion):
                    status = 409
                    go_on_from(form, self.version())
            else:
                messages.success(request, _("已保存。"))
                return redirect(address)
        return self.show(form, status)

    def show(self, form: ReasonedForm, status: int = 200) -> HttpResponseBase:
        """The page."""
        back = self.address("page", self.row.pk) if self.row is not None else self.address("index")
        return self.answer(
            status, form=form, row=self.row, explains=self.explains, submit=self.submit, back=back
        )

    @property
    def actor(self) -> Any:
        """Who acts."""
        return actor_of(self.request)


class ReferenceViewSet(RegisterViewSet):
    """A kind of reference data; the views are those of the module."""

    views: ClassVar[dict[str, type[ReferencePage]]] = {}
    pk_pattern = "<int:pk>"

    def pages(self) -> list[URLPattern]:
        """``add`` has no row, ``page`` is the row itself, everything else is below it."""
        found = []
        for name, view in self.views.items():
            below = {"add": "add/", "page": f"{self.pk_pattern}/"}.get(name, f"{self.pk_pattern}/{name}/")
            options = {"model": self.model, "namespace": self.name, "header_icon": self.icon}
            found.append(path(below, view.as_view(**options), name=name))
        return found
