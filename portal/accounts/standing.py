"""What somebody is on a day: the roles held at offices, own ones and those of people stood in for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from portal.accounts.models import Absence, Authority, Grant, Role, User

#: A substitute never takes over powers that must stay apart from the work on cases.
NEVER_SUBSTITUTED = frozenset({Role.AUDITOR, Role.SYSADMIN})


@dataclass(frozen=True, slots=True)
class Post:
    """One role at one office on the day. ``stands_in_for`` is the absent person's key, or None for one's own."""

    role: Role
    office_id: int
    office_code: str
    office_kind: str
    stands_in_for: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that somebody may act as on a day. Empty for people without a grant: they may do nothing.

    ``predecessors`` maps an office to abolished ones whose cases it took over; ``territories`` an office to the
    keys of its district and of those that merged into it.
    """

    user_id: int
    day: dt.date
    posts: tuple[Post, ...] = ()
    predecessors: dict[int, frozenset[int]] = field(default_factory=dict)
    territories: dict[int, frozenset[int]] = field(default_factory=dict)

    @property
    def roles(self) -> frozenset[Role]:
        """Roles held anywhere."""
        return frozenset(post.role for post in self.posts)

    def offices(self, *roles: Role) -> frozenset[int]:
        """Keys of the offices at which one of these roles (or any, when none is given) is held."""
        return frozenset(post.office_id for post in self.posts if not roles or post.role in roles)

    def with_predecessors(self, office_ids: frozenset[int]) -> frozenset[int]:
        """The offices and the abolished ones whose work they continue."""
        return office_ids.union(*(self.predecessors.get(pk, frozenset()) for pk in office_ids))


def in_force(day: dt.date, prefix: str = "") -> Q:
    """Grants and absences whose days include ``day``."""
    return Q(**{f"{prefix}first_day__lte": day}) & (
        Q(**{f"{prefix}last_day__isnull": True}) | Q(**{f"{prefix}last_day__gte": day})
    )


def grants_on(day: dt.date) -> QuerySet[Grant]:
    """Grants in force on a day, of people who are still there."""
    return Grant.objects.filter(in_force(day), user__is_active=True, user__kind=User.Kind.STAFF)


def standing_of(user: Any, day: dt.date | None = None) -> Standing:
    """The standing of an account on a day (today unless given). Three queries, kept on the account object."""
    day = day or timezone.localdate()
    kept = getattr(user, "_standing", None)
    if kept is not None and kept.day == day:
        return kept  # type: ignore[no-any-return]
    standing = _find_standing(user, day)
    user._standing = standing
    return standing


def forget_standing(user: Any) -> None:
    """Let the next question look anew: grants of this account have changed."""
    user.__dict__.pop("_standing", None)


def _find_standing(user: Any, day: dt.date) -> Standing:
    if not getattr(user, "is_authenticated", False) or not user.is_active or user.kind != User.Kind.STAFF:
        return Standing(getattr(user, "pk", None) or 0, day)
    absent = set(
        Absence.objects.filter(
            in_force(day), substitute=user, cancelled_at__isnull=True, user__is_active=True
        ).values_list("user_id", flat=True)
    )
    grants = list(
        grants_on(day).filter(user__in={user.pk, *absent}).values_list("user_id", "role", "office_id")
    )
    if not grants:
        return Standing(user.pk, day)
    offices = _Offices(day)
    return Standing(
        user.pk,
        day,
        tuple(sorted(_posts(user.pk, grants, offices), key=lambda post: (post.role, post.office_id))),
        offices.predecessors(),
        offices.territories(),
    )


def _posts(user_id: int, grants: list[tuple[int, str, int]], offices: _Offices) -> set[Post]:
    own_offices = {offices.present(office_id).pk for holder, _role, office_id in grants if holder == user_id}
    posts: set[Post] = set()
    for holder, role, office_id in grants:
        office = offices.present(office_id)
        mine = holder == user_id
        if not mine and (Role(role) in NEVER_SUBSTITUTED or office.pk not in own_offices):
            continue
        posts.add(Post(Role(role), office.pk, office.code, office.kind, None if mine else holder))
    return posts


class _Offices:
    """All offices on a day with their succession: about fifty rows, read once a standing."""

    def __init__(self, day: dt.date) -> None:
        self.day = day
        self.rows: dict[int, Authority] = {
            office.pk: office for office in Authority.objects.select_related("district")
        }

    def present(self, pk: int) -> Authority:
        """The office itself, or who took over from it by the day."""
        office, seen = self.rows[pk], {pk}
        while not office.exists_on(self.day) and office.successor_id and office.successor_id not in seen:
            seen.add(office.successor_id)
            office = self.rows[office.successor_id]
        return office

    def predecessors(self) -> dict[int, frozenset[int]]:
        """Abolished offices by the one that continues their work."""
        found: dict[int, set[int]] = {}
        for pk in self.rows:
            now = self.present(pk).pk
            if now != pk:
                found.setdefault(now, set()).add(pk)
        return {pk: frozenset(keys) for pk, keys in found.items()}

    def territories(self) -> dict[int, frozenset[int]]:
        """Districts by office, with the districts of the offices that it took over from."""
        found: dict[int, set[int]] = {}
        for pk, office in self.rows.items():
            if office.district_id is not None:
                found.setdefault(self.present(pk).pk, set()).add(office.district_id)
        return {pk: frozenset(keys) for pk, keys in found.items()}
