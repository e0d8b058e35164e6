"""A small site with its tree, groups and people, and builders for notices."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from wagtail.models import Site

from portal.accounts.models import Role, User
from portal.notices import context, page_cache
from portal.notices.models import TICKS, NoticePage, NoticeSectionPage
from portal.notices.services.powers import ensure_groups_and_workflow
from portal.notices.services.site_tree import ensure_site_tree
from tests.factories.people import make_person
from tests.factories.register import make_bureau

MakeNotice = Callable[..., NoticePage]


#: What an approver sends who ticked everything.
ALL_TICKS: dict[str, Any] = {"secrecy": "on", "personal_data": "on", "content": "on", "comment": ""}


def submit(page: NoticePage, user: User) -> None:
    """Hand the page as it is in memory over for approval."""
    page.save_revision(user=user)
    page.get_workflow().start(page, user)


def approve(page: NoticePage, user: User) -> None:
    """Approve what waits, with every tick."""
    state = NoticePage.objects.get(pk=page.pk).current_workflow_task_state
    state.task.specific.on_action(state, user, "approve", **dict.fromkeys(TICKS, True))


@pytest.fixture
def site(db: None) -> Iterator[Site]:
    """Home, sections, regulation, help, groups and workflow; nothing kept from an earlier test."""
    cache.clear()
    page_cache.store.clear()
    context._cache.clear()
    ensure_site_tree()
    ensure_groups_and_workflow()
    yield Site.objects.get(is_default_site=True)
    page_cache.store.clear()
    cache.clear()


@pytest.fixture
def make_notice(site: Site) -> MakeNotice:
    """Make a notice, published unless told otherwise. ``body`` is a list of (type, value)."""

    def make(
        title: str = "关于抽查结果的公告", *, section: str = "general", live: bool = True, **fields: Any
    ) -> NoticePage:
        parent = NoticeSectionPage.objects.get(section=section)
        fields.setdefault("issuer", make_bureau())
        fields.setdefault("written_on", timezone.localdate() - dt.timedelta(days=1))
        body = fields.pop("body", [("text", "<p>公告正文。</p>")])
        stream = NoticePage._meta.get_field("body").stream_block
        page = NoticePage(title=title, live=False, **fields)
        page.body = stream.to_python([{"type": kind, "value": value} for kind, value in body])
        parent.add_child(instance=page)
        revision = page.save_revision()
        if live:
            revision.publish()
        made: NoticePage = NoticePage.objects.get(pk=page.pk)
        return made

    return make


@pytest.fixture
def editor(site: Site) -> User:
    return make_person("bianji", Role.EDITOR)


@pytest.fixture
def publisher(site: Site) -> User:
    return make_person("fabu", Role.PUBLISHER)


@pytest.fixture
def both(site: Site) -> User:
    """Somebody who writes and approves."""
    return make_person("jianren", Role.EDITOR, Role.PUBLISHER)
