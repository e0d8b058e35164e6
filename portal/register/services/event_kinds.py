"""Who may record which kind of event: data, kept beside the services that enforce it and the forms that offer it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from portal.accounts.models import Role
from portal.accounts.powers import Action
from portal.accounts.scoping import visible
from portal.accounts.standing import standing_of
from portal.register.models import Filing, FilingEvent

_BOTH = frozenset({Role.CASE_OFFICER, Role.HEAD})
#: Decisions that take something away or give it back are the head's (负责人).
_HEAD = frozenset({Role.HEAD})


@dataclass(frozen=True)
class KindRule:
    """Roles that record a kind. ``spreads``: it concerns all filings of the institution at the authority alike."""

    roles: frozenset[Role]
    spreads: bool = False


#: The order is that of the actions on a filing's page. “同意备案” is never recorded here, only corrected.
KIND_RULES: dict[str, KindRule] = {
    "changed": KindRule(_BOTH),
    "renewal_requested": KindRule(_BOTH),
    "renewed": KindRule(_BOTH),
    "renewal_refused": KindRule(_BOTH),
    "renamed": KindRule(_BOTH, spreads=True),
    # Art. 30 speaks of the institution: the order covers all its filings at the authority, and so does its end.
    "rectification_ordered": KindRule(_HEAD, spreads=True),
    "restored": KindRule(_HEAD, spreads=True),
    "deregistered": KindRule(_HEAD),
    "annulled": KindRule(_HEAD),
    "filed": KindRule(_HEAD),
}
#: Kinds that begin something new; the others only mend what was recorded.
RECORDED_ANEW = tuple(kind for kind in KIND_RULES if kind not in ("annulled", "filed"))


def own_offices(filing: Filing) -> frozenset[int]:
    """The offices whose filing it is (Art. 4): the authority, and who does the work for it (Art. 3)."""
    return frozenset({filing.authority_id, filing.handled_by_id})


def may_record(user: Any, filing: Filing, kind: str, *, corrects: FilingEvent | None = None) -> bool:
    """Whether the account may record an event of this kind on the filing. One query; unknown kinds are refused.

    A correction asks for the power over the kind that is corrected, an annulment always for the head's.
    """
    rule = KIND_RULES.get(kind)
    if rule is None or (kind not in RECORDED_ANEW and corrects is None):
        return False
    standing = standing_of(user)
    offices = standing.with_predecessors(standing.offices(*rule.roles))
    if not offices & own_offices(filing):
        return False
    events = FilingEvent.objects.filter(filing=filing.pk)
    return visible(user, Action.EDIT, events).exists()


def recordable_kinds(user: Any, filing: Filing) -> list[str]:
    """The kinds that the account may record anew on the filing, whatever its state. One query."""
    if not may_record(user, filing, "changed"):
        return []
    standing = standing_of(user)
    own = own_offices(filing)
    return [
        kind
        for kind in RECORDED_ANEW
        if standing.with_predecessors(standing.offices(*KIND_RULES[kind].roles)) & own
    ]
