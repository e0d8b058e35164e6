"""Who gets a file: everybody, once a published page carries it; before that only staff whom the table of powers names."""

from __future__ import annotations

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from wagtail.models import Page, ReferenceIndex

from documents.models import PortalDocument
from portal.accounts.powers import Action
from portal.accounts.scoping import may
from portal.audit.record import record_read


def is_public(document: PortalDocument) -> bool:
    """Whether a published page that anybody may read carries the file.

    Wagtail's index of references follows the stored page, which for a published page is the published version:
    a draft of it changes nothing here.
    """
    pages = references_of(str(document.pk)).filter(base_content_type=ContentType.objects.get_for_model(Page))
    keys = [int(key) for key in pages.values_list("object_id", flat=True).distinct()]
    return bool(Page.objects.live().public().filter(pk__in=keys).exists())


def references_of(key: Any) -> QuerySet[ReferenceIndex]:
    """What refers to a file; ``key`` is its key as text, or an expression for it."""
    files = ContentType.objects.get_for_model(PortalDocument)
    found: QuerySet[ReferenceIndex] = ReferenceIndex.objects.filter(to_content_type=files, to_object_id=key)
    return found


def require_readable(document: PortalDocument, request: HttpRequest) -> None:
    """Raise ``Http404`` for a file that is not public and not of the own house; note who read one that is not public."""
    if is_public(document):
        return
    user: Any = request.user
    if not getattr(user, "is_authenticated", False) or not may(user, Action.FILE, document):
        raise Http404
    record_read("documents.document.read", document, actor=user, purpose=_("查阅未公开的文件"))
