"""The notices that were taken back, for staff."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic

from portal.accounts.policy import OfficePolicy
from portal.accounts.powers import Action
from portal.notices.admin.all_notices import details_url
from portal.notices.models import NoticePage, Withdrawal
from portal.notices.services.houses import house_for


def withdrawals_for(user: Any) -> QuerySet[Withdrawal]:
    """The withdrawals of the own house, newest first."""
    house = house_for(user, Action.LIST)
    rows = Withdrawal.objects.select_related("issuer", "withdrawn_by", "page")
    if house.everything:
        return rows
    own = Q(issuer__in=sorted(house.office_ids))
    return rows.filter(own | Q(issuer__isnull=True)) if house.city else rows.filter(own)


def _url(row: Withdrawal) -> str | None:
    return details_url(row.page) if row.page is not None else None


class WithdrawalsView(generic.IndexView):
    """Day, reason and address of everything that was withdrawn."""

    model = Withdrawal
    permission_policy = OfficePolicy(NoticePage)
    any_permission_required = ("view",)
    page_title = _("撤下的公告")
    header_icon = "download-alt"
    index_url_name = "notice_withdrawals"
    index_results_url_name = "notice_withdrawals_results"
    search_fields = ("title", "reason")
    template_name = "register/admin/list.html"
    results_template_name = "register/admin/list_results.html"
    is_searchable = True
    search_backend_name = None
    default_ordering = "-withdrawn_at"
    paginate_by = 30
    columns = (
        TitleColumn("title", label=_("标题"), get_url=_url),
        Column("section", label=_("栏目"), accessor="get_section_display"),
        Column(
            "issuer", label=_("发布机构"), accessor=lambda row: row.issuer.short_name if row.issuer else "—"
        ),
        DateColumn("withdrawn_at", label=_("撤下时间"), sort_key="withdrawn_at"),
        Column("by", label=_("撤下人"), accessor=lambda row: row.withdrawn_by or _("到期自动撤下")),
        Column("reason", label=_("原因（公众可见）"), accessor="reason"),
    )

    def get_base_queryset(self) -> QuerySet[Withdrawal]:
        """Those of the house."""
        return withdrawals_for(self.request.user)
