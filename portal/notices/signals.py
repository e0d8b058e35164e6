"""What follows from publishing: audit, references, search, content stamp. All in the change's transaction."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, PageViewRestriction, Revision, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from documents.models import PortalDocument
from portal.accounts.models import Authority, District
from portal.audit.record import record
from portal.contracts.events import announce
from portal.notices.models import NoticePage, SiteIdentity
from portal.notices.searchable import kind_of
from portal.notices.services.acting import acting_user
from portal.notices.services.references import sync_references
from portal.notices.services.stamps import bump

#: Whatever is shown on pages without belonging to one of them.
SHOWN_ELSEWHERE = (SiteIdentity, Site, PortalDocument, PageViewRestriction, Authority, District)


def connect() -> None:
    """Connect all handlers (from the app's ``ready``)."""
    page_published.connect(on_published, dispatch_uid="notices_published")
    page_unpublished.connect(on_unpublished, dispatch_uid="notices_unpublished")
    page_slug_changed.connect(on_address_changed, dispatch_uid="notices_slug")
    post_page_move.connect(on_moved, dispatch_uid="notices_moved")
    post_delete.connect(on_deleted, dispatch_uid="notices_deleted")
    for model in SHOWN_ELSEWHERE:
        post_save.connect(on_shown_elsewhere, sender=model, dispatch_uid=f"notices_{model.__name__}_saved")
        post_delete.connect(
            on_shown_elsewhere, sender=model, dispatch_uid=f"notices_{model.__name__}_deleted"
        )


def changed(page: Page) -> None:
    """The public face of this page changed."""
    kind = kind_of(page)
    if kind is not None:
        announce(kind, [page.pk])  # advances the stamp too
    else:
        bump()


def changed_with_descendants(page: Page) -> None:
    """This page and all below it changed their address."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for below in page.get_descendants(inclusive=True).specific(defer=True):
        kind = kind_of(below)
        if kind is not None:
            by_kind[kind].append(below.pk)
    for kind, keys in by_kind.items():
        announce(kind, keys)
    bump()


@transaction.atomic
def on_published(sender: type[Page], instance: Page, revision: Revision | None = None, **kwargs: Any) -> None:
    """A version went live (or was approved for a later moment)."""
    if not instance.live:
        return
    if isinstance(instance, NoticePage):
        sync_references(instance)
        record("notice.published", instance, actor=acting_user(), after=_public_facts(instance))
    changed(instance)


@transaction.atomic
def on_unpublished(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """A page left the public site."""
    if isinstance(instance, NoticePage):
        record("notice.unpublished", instance, actor=acting_user(), before=_public_facts(instance))
    changed(instance)


@transaction.atomic
def on_address_changed(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """The last part of an address changed, and with it the addresses below."""
    changed_with_descendants(instance)


@transaction.atomic
def on_moved(sender: type[Page], instance: Page, **kwargs: Any) -> None:
    """A page moved; a notice may have changed its section."""
    page = instance.specific
    if isinstance(page, NoticePage):
        page.save()
    changed_with_descendants(page)


@transaction.atomic
def on_deleted(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    """A page was deleted."""
    if isinstance(instance, Page) and type(instance) is not Page:
        changed(instance)


def on_shown_elsewhere(sender: type[Any], instance: Any, **kwargs: Any) -> None:
    """Something shown on many pages changed."""
    bump()


def _public_facts(notice: NoticePage) -> dict[str, Any]:
    correction = notice.latest_correction()
    return {
        "title": notice.title,
        "section": notice.section,
        "document_number": notice.document_number,
        "published_on": notice.published_on.isoformat() if notice.published_on else None,
        "validity": notice.validity,
        "corrections": notice.corrections.count(),
        "last_correction": str(correction) if correction else None,
    }
