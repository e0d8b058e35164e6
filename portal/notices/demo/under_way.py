"""Demo notices that are not out yet: one approved for tomorrow, one that waits, one that the register contradicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from django.utils import timezone

from portal.accounts.groups import sync_groups
from portal.accounts.models import Authority, Role, User
from portal.accounts.standing import grants_on
from portal.notices.demo.draft import Draft, matters, text
from portal.notices.demo.pages import new_page
from portal.notices.models import TICKS, NoticePage, NoticeSectionPage, Section
from portal.notices.models.notice import Genre
from portal.register.models import Filing
from portal.register.status_sql import with_public_status

MORNING = dt.time(9)
#: Document numbers of what is under way, away from those of the published ones.
FIRST_NUMBER = 990


def load_under_way(
    filings: Sequence[Filing], parents: dict[str, NoticeSectionPage], bureau: Authority
) -> int:
    """Make them; returns how many. Without an editor and a publisher at the bureau they stay drafts."""
    today = timezone.localdate()
    editor, publisher = _holder(Role.EDITOR, bureau, today), _holder(Role.PUBLISHER, bureau, today)
    number = FIRST_NUMBER
    for draft, approved in _drafts(filings, today):
        page = new_page(draft, number, bureau)
        page.published_on, page.live = None, False
        if approved:
            page.go_live_at = timezone.make_aware(dt.datetime.combine(today + dt.timedelta(days=1), MORNING))
        parents[draft.section.value].add_child(instance=page)
        page.save_revision(user=editor)
        if editor is not None and publisher is not None:
            page.get_workflow().start(page, editor)
            if approved:
                _approve(page, publisher)
        number += 1
    return number - FIRST_NUMBER


def _drafts(filings: Sequence[Filing], today: dt.date) -> Iterator[tuple[Draft, bool]]:
    yield (
        Draft(
            section=Section.GENERAL,
            title="关于年度评价工作安排的通知（演示，定时发布）",
            day=today,
            genre=Genre.NOTICE,
            body=[text("这则通知已审核，到预定时间自动发布。")],
        ),
        True,
    )
    yield (
        Draft(
            section=Section.GENERAL,
            title="关于报送评价工作年度总结的通知（演示，待审核）",
            day=today,
            genre=Genre.NOTICE,
            body=[text("请各评价机构于年底前报送年度工作总结。")],
        ),
        False,
    )
    active = with_public_status(Filing.objects.filter(pk__in=[filing.pk for filing in filings]), today)
    chosen = active.filter(public_status="active").select_related("institution").order_by("code").first()
    if chosen is not None:
        yield (
            Draft(
                section=Section.GENERAL,
                title="关于一家演示机构备案情况的通知（演示，与登记库不符）",
                day=today,
                genre=Genre.NOTICE,
                body=[
                    text("这则通知为演示：所列机构在登记库中并未注销，因此不能发布。"),
                    matters([(chosen.pk, "deregistered")]),
                ],
            ),
            False,
        )


def _holder(role: Role, office: Authority, day: dt.date) -> User | None:
    grant = grants_on(day).filter(role=role, office=office).select_related("user").order_by("pk").first()
    return grant.user if grant is not None else None


def _approve(page: NoticePage, publisher: User) -> None:
    sync_groups(publisher)
    state = NoticePage.objects.get(pk=page.pk).current_workflow_task_state
    state.task.specific.on_action(state, publisher, "approve", **dict.fromkeys(TICKS, True))
