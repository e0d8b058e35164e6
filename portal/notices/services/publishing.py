"""Who may approve what (DESIGN, Powers): the author never, and nothing that a check forbids."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import Page, Revision

from portal.audit.record import record
from portal.audit.request_context import current_request_id
from portal.notices.models import TICKS, NoticePage, PublicationReview

#: Takes the version that would go out and returns reasons why it may not, in words for the approver.
PublicationCheck = Callable[[Page], list[str]]
_checks: list[PublicationCheck] = []
_approved: ContextVar[bool] = ContextVar("publishing_what_was_approved", default=False)


class PublishingRefused(Exception):
    """A version may not go out. The text names the reason and the remedy and is shown to the approver.

    ``reasons`` are the single reasons, for a list.
    """

    #: The admin's middleware shows the text above the page that the person was on.
    shown_to_staff = True

    def __init__(self, text: str, reasons: list[str] | None = None) -> None:
        super().__init__(text)
        self.reasons = reasons or [text]


def register_publication_check(check: PublicationCheck) -> None:
    """Let a later app forbid publishing a page (an open objection, for one)."""
    if check not in _checks:
        _checks.append(check)


def refusals(version: Page) -> list[str]:
    """Reasons why a version may not go out; empty when it may."""
    return [reason for check in _checks for reason in check(version)]


def pending_versions(page: Page, first: Revision) -> Any:
    """The versions under review: the one that was submitted and all saved since."""
    return Revision.objects.for_instance(page).filter(pk__gte=first.pk)


def authors_of_pending_version(page: Page) -> set[int]:
    """Keys of everybody who wrote (part of) what would be published by an approval now."""
    state = page.current_workflow_task_state
    if state is None or state.revision is None:
        return set()
    return set(pending_versions(page, state.revision).exclude(user=None).values_list("user_id", flat=True))


def own_work(page: Page, user: Any) -> str:
    """Why the account is no second person for the version under review; empty when it is one.

    Neither the author nor somebody who holds the post of publisher only in the author's place.
    """
    from portal.notices.services.houses import publisher_posts

    authors = authors_of_pending_version(page)
    if user.pk in authors:
        return _("您编写或修改过这一版本，不能由本人审核。请由其他“发布”人员审核；您的修改已存为草稿。")
    posts = publisher_posts(user, page)
    if posts and all(post.stands_in_for in authors for post in posts):
        return _("您替代的正是这一版本的编写人，不能代其审核。请由其他“发布”人员审核。")
    return ""


def require_approvable(task_state: Any, user: Any, ticks: Mapping[str, Any]) -> Revision:
    """The version that an approval would publish now.

    Raises :class:`PublishingRefused` when the account may not approve, a tick is missing, the version is not the one
    that was read (``ticks["revision"]``, when given), or the version may not go out.
    """
    from portal.notices.services.houses import publisher_posts

    page = task_state.revision.content_object
    if not publisher_posts(user, page):
        raise PublishingRefused(_("您不是发布机构的“发布”人员，不能审核这一版本。"))
    reason = own_work(page, user)
    if reason:
        raise PublishingRefused(reason)
    missing = [str(label) for name, label in TICKS.items() if ticks.get(name) is not True]
    if missing:
        raise PublishingRefused(
            _("审核没有完成：尚未勾选%(missing)s。请打开公告的审核页，逐项确认后再批准。")
            % {"missing": "、".join(missing)}
        )
    version: Revision = page.get_latest_revision()
    read = ticks.get("revision")
    if read and int(read) != version.pk:
        raise PublishingRefused(_("您审核期间内容又有改动。请重新阅读最新版本后再批准。"))
    reasons = refusals(version.as_object())
    if reasons:
        raise PublishingRefused(_("这一版本不能发布：%(reasons)s") % {"reasons": " ".join(reasons)}, reasons)
    return version


@transaction.atomic
def store_review(revision: Revision, reviewer: Any, comment: str = "") -> PublicationReview:
    """Keep that somebody ticked everything for this version, and write it to the log."""
    page = revision.content_object
    review, _made = PublicationReview.objects.update_or_create(
        revision=revision,
        defaults={
            "page": page.page_ptr,
            "reviewer": reviewer,
            "comment": comment[:300],
            **dict.fromkeys(TICKS, True),
        },
    )
    record(
        "notice.approved",
        page,
        actor=reviewer,
        after={"revision": revision.pk, "ticks": [str(label) for label in TICKS.values()]},
        reason=comment[:300],
    )
    return review


def require_review(revision: Revision) -> PublicationReview:
    """The approval of exactly this version; raises :class:`PublishingRefused` when there is none."""
    review = PublicationReview.objects.filter(revision=revision).first()
    if review is None:
        raise PublishingRefused(
            _("这一版本没有经过审核（保密审查、个人信息审查、内容审查）。请重新提交审核。")
        )
    return review


@contextmanager
def publishing_what_was_approved() -> Iterator[None]:
    """Inside, pages may go live: the approval of the version was asked for."""
    token = _approved.set(True)
    try:
        yield
    finally:
        _approved.reset(token)


def require_approved_way(page: Page) -> None:
    """Raise :class:`PublishingRefused` when a request brings a version to the public by any other way.

    The last line behind Wagtail's permissions, which already offer no other way. Setting up and demo content run
    outside a request.
    """
    if not page.live or _approved.get() or not current_request_id():
        return
    stored = Page.objects.filter(pk=page.pk).values_list("live", "live_revision_id").first()
    if stored != (True, page.live_revision_id):
        raise PublishingRefused(_("只有经过审核的版本才能发布。请提交审核，由“发布”人员批准。"))


def is_notice(version: Page) -> bool:
    """Whether the checks for notices apply."""
    return isinstance(version, NoticePage)
