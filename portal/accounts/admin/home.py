"""The staff's home and the whole list of duties (待办)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy
from wagtail.admin.paginator import WagtailPaginator
from wagtail.admin.ui.components import Component

from portal.accounts.models import Authority, Role, User
from portal.accounts.services.agenda import Agenda, Row, agenda_of, stand_in_sentences, stand_ins
from portal.accounts.standing import standing_of
from portal.contracts.duties import sources

#: Duties of one source on the home page; the rest is a link away.
ON_HOME = 5
PER_PAGE = 25
#: Pages of the list of duties; whoever has more than 2,000 duties needs another remedy than a longer list.
MOST_PAGES = 80
STYLES = Media(css={"all": ["portal/admin/duties.css"]})


class DutiesPanel(Component):
    """“我的待办” on the home page: by consequence, each with one next action."""

    name = "duties"
    order = 10
    template_name = "accounts/admin/home/panel.html"

    @property
    def media(self) -> Media:
        """The style sheet of the list."""
        return STYLES

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The agenda of the day, and who stands in for whom."""
        user = (parent_context or {})["request"].user
        day = timezone.localdate()
        agenda = agenda_of(user, day, per_source=ON_HOME)
        return {
            "agenda": agenda,
            "day": day,
            "posts": posts_in_words(user),
            "stand_ins": stand_in_sentences(user, stand_ins(user, day)),
            "shown": len(agenda.rows),
        }


class _Paginator(WagtailPaginator):
    """Counts duties, whatever they are."""

    verbose_name = verbose_name_plural = gettext_lazy("项待办")


class _Rows:
    """What the paginator asks: the length of the whole, and slices of the beginning that was read."""

    def __init__(self, rows: list[Row], total: int) -> None:
        self.rows = rows
        self.total = total

    def __len__(self) -> int:
        return self.total

    def __getitem__(self, part: slice) -> list[Row]:
        return self.rows[part]


def duties(request: HttpRequest) -> HttpResponse:
    """The whole list, most urgent first, of all sources or of the one in ``source``; 404 for an unknown one."""
    user, day = cast(User, request.user), timezone.localdate()
    names = {source.name: str(source.label) for source in sources()}
    only = request.GET.get("source", "")
    if only and only not in names:
        raise Http404(_("没有这一类待办。"))
    number = _page_number(request)
    agenda = agenda_of(user, day, per_source=number * PER_PAGE, only=only)
    total = min(agenda.total, MOST_PAGES * PER_PAGE)
    paginator = _Paginator(_Rows(list(agenda.rows), total), PER_PAGE)
    # Past the end it gives the last page, whose rows have been read too.
    page = paginator.get_page(number)
    return TemplateResponse(
        request,
        "accounts/admin/home/list.html",
        {
            "page_title": names.get(only) or _("全部待办"),
            "header_title": names.get(only) or _("全部待办"),
            "header_icon": "tasks",
            "breadcrumbs_items": [
                {"url": reverse("wagtailadmin_home"), "label": _("我的待办")},
                {"url": "", "label": names.get(only) or _("全部待办")},
            ],
            "agenda": Agenda(day, page.object_list, agenda.total, (), agenda.next_day, agenda.unreadable),
            "is_capped": agenda.total > total,
            "cap": total,
            "items": page,
            "elided_page_range": paginator.get_elided_page_range(page.number),
            "sources": [(name, label, name == only) for name, label in names.items()],
            "only": only,
            "media": STYLES,
        },
    )


def posts_in_words(user: User) -> str:
    """What the account is today: 市职业技能鉴定指导中心 经办人、负责人."""
    by_office: dict[int, list[str]] = {}
    for post in standing_of(user).posts:
        if post.stands_in_for is None:
            by_office.setdefault(post.office_id, []).append(str(Role(post.role).label))
    names = dict(Authority.objects.filter(pk__in=by_office).values_list("pk", "short_name"))
    return "；".join(f"{names[pk]} {'、'.join(roles)}" for pk, roles in by_office.items())


def _page_number(request: HttpRequest) -> int:
    text = request.GET.get("p", "1")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 1
    return min(max(number, 1), MOST_PAGES)
