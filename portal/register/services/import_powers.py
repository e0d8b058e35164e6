"""Who may import what, and for which office: read from the table of powers."""

from __future__ import annotations

from typing import Any

from portal.accounts.powers import Action, Reach, rows_for
from portal.accounts.standing import Standing, standing_of
from portal.register.models import ImportRun
from portal.register.services.import_limits import OfficeLimit

#: Kinds of object that one must be allowed to change (对象 in the table).
NEEDED = {
    ImportRun.Kind.INSTITUTIONS.value: ("导入", "评价机构", "备案"),
    ImportRun.Kind.FEES.value: ("导入", "收费标准"),
    ImportRun.Kind.OCCUPATIONS.value: ("导入", "职业"),
}


def offices_for(user: Any, kind: str) -> frozenset[int]:
    """Keys of the offices for which the account may import this today."""
    standing = standing_of(user)
    offices = standing.offices()
    for thing in NEEDED[kind]:
        offices &= _changeable_at(standing, thing)
    return offices


def _changeable_at(standing: Standing, thing: str) -> frozenset[int]:
    return frozenset(
        post.office_id
        for row in rows_for(thing, Action.EDIT)
        if row.reach in (Reach.OWN, Reach.ALL)
        for post in standing.posts
        if post.role == row.role and post.office_kind in row.seats
    )


def kinds_for(user: Any) -> list[str]:
    """What the account may import anywhere."""
    return [kind for kind in NEEDED if offices_for(user, kind)]


def may_import_for(user: Any, run: ImportRun) -> bool:
    """Whether the account may go on with this run: import its kind for its office, or for the one that took over."""
    offices = standing_of(user).with_predecessors(offices_for(user, run.kind))
    return run.office_id in offices


def limit_of(run: ImportRun, user: Any) -> OfficeLimit | None:
    """Whose filings the file of a run may hold. Occupations belong to nobody in particular."""
    if run.kind == ImportRun.Kind.OCCUPATIONS:
        return None
    return OfficeLimit(standing_of(user).with_predecessors(frozenset({run.office_id})))
