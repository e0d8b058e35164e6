"""The list of accounts: who is there, at which office, in which roles today."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_totp.models import TOTPDevice
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views import generic

from portal.accounts.models import Authority, Grant, Role, User
from portal.accounts.policy import OfficePolicy
from portal.accounts.powers import Action
from portal.accounts.scoping import may_any, visible
from portal.accounts.standing import in_force
from portal.audit.record import record
from portal.contracts.spreadsheet import stream_csv, with_guard


def roles_of(user: User) -> str:
    """The roles of today with their offices, from the grants that the list fetched."""
    grants: list[Grant] = getattr(user, "grants_today", [])
    return "；".join(f"{grant.office.short_name}{grant.get_role_display()}" for grant in grants)


def state_of(user: User) -> str:
    """Whether the person is there."""
    if user.left_on is not None:
        return str(_("%s离任")) % user.left_on
    return str(_("在岗")) if user.is_active else str(_("停用"))


def factor_of(user: User) -> str:
    """Whether an authenticator is set up, as the list annotated it."""
    return str(_("已绑定")) if getattr(user, "has_authenticator", False) else str(_("未绑定"))


def last_login_of(user: User) -> str:
    """The last login to the minute."""
    return timezone.localtime(user.last_login).strftime("%Y-%m-%d %H:%M") if user.last_login else "—"


class AccountFilters(WagtailFilterSet):
    """Office, role held today, and whether the person is there."""

    office = django_filters.ModelChoiceFilter(
        label=_("所属机关"), queryset=Authority.objects.order_by("code"), empty_label=_("全部")
    )
    role = django_filters.ChoiceFilter(
        label=_("今日角色"), choices=Role.choices, method="with_role", empty_label=_("全部")
    )
    state = django_filters.ChoiceFilter(
        label=_("状态"),
        choices=[("here", _("在岗")), ("left", _("离任"))],
        method="in_state",
        empty_label=_("全部"),
    )

    class Meta:
        model = User
        fields: tuple[str, ...] = ("office", "role", "state")

    def with_role(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """Those who hold the role today."""
        held = Grant.objects.filter(in_force(timezone.localdate()), user=OuterRef("pk"), role=value)
        return rows.filter(Exists(held))

    def in_state(self, rows: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        """Those who are there, or who left."""
        return rows.filter(left_on__isnull=value == "here")


class AccountIndexView(generic.IndexView):
    """Accounts of staff that one may list, with search by name and login name."""

    model = User
    permission_policy = OfficePolicy(User)
    page_title = _("账号")
    header_icon = "user"
    index_url_name = "accounts_list"
    index_results_url_name = "accounts_list_results"
    add_item_label = _("新建账号")
    paginate_by = 25
    default_ordering = "username"
    search_fields = ["username", "first_name", "last_name", "email"]
    search_backend_name = None
    filterset_class = AccountFilters
    list_export = ["username", "name", "office.name", "roles", "state", "factor"]
    export_headings = {
        "username": _("登录名"),
        "name": _("姓名"),
        "office.name": _("所属机关"),
        "roles": _("今日角色"),
        "state": _("状态"),
        "factor": _("两步验证"),
    }
    export_filename = "accounts"
    columns = [
        TitleColumn(
            "__str__", label=_("姓名"), accessor=str, get_url=lambda user: reverse("account", args=[user.pk])
        ),
        Column("username", label=_("登录名"), sort_key="username"),
        Column("office", label=_("所属机关"), accessor="office.short_name", sort_key="office__code"),
        Column("roles", label=_("今日角色"), accessor=roles_of),
        Column("state", label=_("状态"), accessor=state_of),
        Column("factor", label=_("两步验证"), accessor=factor_of),
        Column("last_login", label=_("最近登录"), sort_key="last_login", accessor=last_login_of),
    ]

    def get_base_queryset(self) -> QuerySet[User]:
        """Staff accounts of the offices whose accounts one may see."""
        action = Action.EXPORT if self.is_export else Action.LIST
        if not may_any(self.request.user, action, User):
            raise PermissionDenied
        today = Grant.objects.filter(in_force(timezone.localdate())).select_related("office").order_by("role")
        rows = User.objects.filter(kind=User.Kind.STAFF).select_related("office")
        factor = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        rows = rows.annotate(has_authenticator=Exists(factor))
        return visible(self.request.user, action, rows).prefetch_related(
            Prefetch("grants", queryset=today, to_attr="grants_today")
        )

    def get_add_url(self) -> str | None:
        """For those who may make accounts."""
        return reverse("account_create") if may_any(self.request.user, Action.EDIT, User) else None

    def get_edit_url(self, instance: User) -> None:
        """There is no form for everything: the page of an account has one action a thing."""
        return

    @cached_property
    def show_export_buttons(self) -> bool:
        """For those who may export accounts."""
        return may_any(self.request.user, Action.EXPORT, User)

    def to_row_dict(self, item: User) -> OrderedDict[str, Any]:
        """One line of the export; nothing in it is a formula."""
        values = {
            "username": item.username,
            "name": str(item),
            "office.name": item.office.name if item.office else "",
            "roles": roles_of(item),
            "state": state_of(item),
            "factor": factor_of(item),
        }
        if self.request.GET["export"] == self.FORMAT_CSV:
            # The writer of the file guards against formulas itself.
            return OrderedDict(values)
        return OrderedDict((key, with_guard(text)) for key, text in values.items())

    def as_spreadsheet(self, queryset: QuerySet[User], spreadsheet_format: str) -> HttpResponseBase:
        """The file; that it was taken is written down."""
        with transaction.atomic():
            after = {"rows": len(queryset), "format": spreadsheet_format}
            record(
                "accounts.user.exported",
                ("accounts.user", "", str(_("账号"))),
                actor=self.request.user,
                after=after,
            )
        if spreadsheet_format == self.FORMAT_CSV:
            headings = [str(self.export_headings[field]) for field in self.list_export]
            rows = (list(self.to_row_dict(user).values()) for user in queryset)
            sent = StreamingHttpResponse(stream_csv(headings, rows), content_type="text/csv; charset=utf-8")
            sent["Content-Disposition"] = f'attachment; filename="{self.export_filename}.csv"'
            return sent
        response: HttpResponseBase = super().as_spreadsheet(queryset, spreadsheet_format)
        return response
