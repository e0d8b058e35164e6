"""How files belong to offices; bureau and centre are one house, as for the notices that carry the files."""

from __future__ import annotations

from django.db.models import Q

from documents.models import PortalDocument
from portal.accounts.models import Authority
from portal.accounts.powers import Reach
from portal.accounts.scoping import Scope, declare_scope
from portal.accounts.standing import Standing

CITY = (Authority.Kind.BUREAU.value, Authority.Kind.CENTRE.value)


def declare() -> None:
    """Declare the scope of this app."""
    declare_scope(Scope("文件", PortalDocument, {Reach.OWN: _own}))


def _own(offices: frozenset[int], standing: Standing) -> Q:
    own = Q(office__in=sorted(standing.with_predecessors(offices)))
    city = any(post.office_id in offices and post.office_kind in CITY for post in standing.posts)
    return own | Q(office__kind__in=CITY) | Q(office__isnull=True) if city else own
