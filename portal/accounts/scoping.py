"""One rule of access for every queryset, view, export and search of staff data: deny first.

An app declares for each kind of object how it belongs to offices (:func:`declare_scope`); what a person sees is
the union over the rows of the table of powers that fit the person's posts. No row, no declaration: nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Q
from django.http import Http404

from portal.accounts.powers import Action, Reach, rows_for
from portal.accounts.standing import Standing, standing_of

M = TypeVar("M", bound=models.Model)
#: Takes the keys of the offices at which a power is held, and the standing; returns which objects it reaches.
ReachRule = Callable[[frozenset[int], Standing], Q]


@dataclass(frozen=True)
class Scope:
    """How objects of a model belong to offices. ``thing`` is their word in the table of powers."""

    thing: str
    model: type[models.Model]
    rules: dict[Reach, ReachRule] = field(default_factory=dict)


_scopes: dict[type[models.Model], Scope] = {}
EVERYTHING: ReachRule = lambda offices, standing: ~Q(pk__in=[])  # noqa: E731 - a constant of the type


def declare_scope(scope: Scope) -> None:
    """Declare how a model is scoped (from an app's ``ready``). ``Reach.ALL`` needs no rule."""
    _scopes[scope.model] = scope


def declared_scopes() -> list[Scope]:
    """All declared scopes."""
    return list(_scopes.values())


def owned_through(*paths: str) -> ReachRule:
    """A rule for ``Reach.OWN`` and ``Reach.SIGNED``: one of these paths leads to the office."""

    def rule(offices: frozenset[int], standing: Standing) -> Q:
        keys = sorted(standing.with_predecessors(offices))
        condition = Q(pk__in=[])
        for path in paths:
            condition |= Q(**{f"{path}__in": keys})
        return condition

    return rule


def thing_of(model: type[models.Model]) -> str:
    """The word of the table of powers for a model; empty for one that nobody declared."""
    scope = scope_of(model)
    return scope.thing if scope else ""


def scope_of(model: type[models.Model]) -> Scope | None:
    """The scope of a model, or of the model that it is derived from."""
    for candidate in model.__mro__:
        if candidate in _scopes:
            return _scopes[candidate]
    return None


def reach_condition(user: Any, action: Action, model: type[models.Model]) -> Q | None:
    """Which objects the account may do this with; None for none at all."""
    scope = scope_of(model)
    if scope is None:
        return None
    standing = standing_of(user)
    condition: Q | None = None
    for row in rows_for(scope.thing, action):
        offices = frozenset(
            post.office_id
            for post in standing.posts
            if post.role == row.role and post.office_kind in row.seats
        )
        if not offices:
            continue
        if row.reach is Reach.ALL:
            return EVERYTHING(offices, standing)
        rule = scope.rules.get(row.reach)
        if rule is not None:
            part = rule(offices, standing)
            condition = part if condition is None else condition | part
    return condition


def visible(user: Any, action: Action, queryset: models.QuerySet[M]) -> models.QuerySet[M]:
    """The rows of ``queryset`` with which the account may do this; none by default."""
    condition = reach_condition(user, action, queryset.model)
    return queryset.none() if condition is None else queryset.filter(condition)


def may_any(user: Any, action: Action, model: type[models.Model]) -> bool:
    """Whether the account may do this with at least some objects of the model. No query besides the standing."""
    return reach_condition(user, action, model) is not None


def may(user: Any, action: Action, target: models.Model) -> bool:
    """Whether the account may do this with this object. One query."""
    rows = type(target)._default_manager.filter(pk=target.pk)
    return visible(user, action, rows).exists()


def get_visible_or_404(user: Any, action: Action, queryset: models.QuerySet[M], **lookup: Any) -> M:
    """The object if the account may do this with it.

    Raises ``Http404`` for an object that the account may not even open (it learns nothing of it), and
    ``PermissionDenied`` for one that it may open but not treat so.
    """
    found = queryset.filter(**lookup)
    target = visible(user, action, found).first()
    if target is not None:
        return target
    if action is not Action.OPEN and visible(user, Action.OPEN, found).exists():
        raise PermissionDenied
    raise Http404
