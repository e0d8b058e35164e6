"""What the pages of the register in the workplace share: the object first by power, then everything else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.generic import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from portal.accounts.powers import Action
from portal.accounts.scoping import get_visible_or_404
from portal.register.models import Filing, Institution
from portal.register.snapshots import filings_with_everything

Crumb = dict[str, Any]


class RegisterPage(WagtailAdminTemplateMixin, View):
    """A page with Wagtail's own header and path."""

    header_icon = "doc-full"

    def crumbs(self) -> Sequence[Crumb]:
        """The path to this page, without the home."""
        return ()

    def get_breadcrumbs_items(self) -> list[Crumb]:
        """Home and the path."""
        return [*self.breadcrumbs_items, *self.crumbs()]

    def answer(self, status: int = 200, **context: Any) -> HttpResponseBase:
        """The page; 422 for a form that was refused keeps it out of caches and scripts know."""
        response: HttpResponseBase = self.render_to_response(self.get_context_data(**context))
        response.status_code = status
        return response


class FilingMixin(RegisterPage):
    """A page of one filing, which the account must be allowed to open: 404 otherwise."""

    filing: Filing

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the filing with everything that its pages show."""
        super().setup(request, *args, **kwargs)
        self.filing = get_visible_or_404(
            request.user, Action.OPEN, filings_with_everything(), pk=kwargs["filing"]
        )

    def crumbs(self) -> Sequence[Crumb]:
        """The list, the filing."""
        return (
            {"url": reverse("register_filings:index"), "label": Filing._meta.verbose_name_plural},
            {"url": reverse("register_filings:page", args=[self.filing.pk]), "label": self.filing.code},
        )


class InstitutionMixin(RegisterPage):
    """A page of one institution, which the account must be allowed to open."""

    institution: Institution
    header_icon = "group"
    power = Action.OPEN

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Find the institution."""
        super().setup(request, *args, **kwargs)
        rows = Institution.objects.select_related("district")
        self.institution = get_visible_or_404(request.user, self.power, rows, pk=kwargs["institution"])

    def crumbs(self) -> Sequence[Crumb]:
        """The list, the institution."""
        return (
            {"url": reverse("register_institutions:index"), "label": Institution._meta.verbose_name_plural},
            {
                "url": reverse("register_institutions:page", args=[self.institution.pk]),
                "label": self.institution.name,
            },
        )
