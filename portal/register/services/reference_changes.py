"""Changes to reference rows by staff: nothing is deleted, every change has its reason, two people never overwrite each other."""

from __future__ import annotations

import datetime as dt
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from portal.accounts.models import Authority, District, User
from portal.accounts.models.offices import InTime
from portal.audit.record import record
from portal.contracts.events import announce
from portal.register.models import Filing, Occupation, OccupationFormerCode, Standard, WorkType
from portal.register.services.versions import ChangeRefused, check_version, version_of_row

M = TypeVar("M", bound=models.Model)
Former = tuple[str, str, str]
#: What staff may change, by model. Codes, and what events name, stay: another one is another row.
EDITABLE: dict[type[models.Model], tuple[str, ...]] = {
    Occupation: ("name", "minor_code", "minor_name", "middle_name", "major_name"),
    Standard: ("levels",),
    District: ("short_name", "note"),
    Authority: ("short_name", "phone", "address"),
}
SUCCESSION = ("valid_to", "successor")


def add_row(
    row: M,
    *,
    actor: User,
    reason: str,
    work_types: list[str] | None = None,
    former: Former | None = None,
) -> M:
    """Add a row. Raises :class:`ChangeRefused` naming the field that another row has already."""
    with transaction.atomic():
        _check(row)
        row.save(force_insert=True)
        after = _values(row, [field.name for field in row._meta.concrete_fields if not field.primary_key])
        if isinstance(row, Occupation):
            after |= _add_to_occupation(row, work_types or [], former)
        record("register.reference.added", row, actor=actor, after=after, reason=reason)
        _announce(row)
    return row


def change_row(
    row: M,
    values: dict[str, Any],
    *,
    actor: User,
    reason: str,
    version: str,
    work_types: list[str] | None = None,
    former: Former | None = None,
) -> M:
    """Change the fields that staff may change. An occupation's earlier name goes on answering as a former one.

    Raises :class:`StaleVersion` when somebody was quicker, :class:`ChangeRefused` when nothing would change or a
    value does not fit.
    """
    fields = EDITABLE[type(row)]
    with transaction.atomic():
        locked = type(row)._default_manager.select_for_update().get(pk=row.pk)
        check_version(version_of_row(locked, fields), version)
        changed = [name for name in fields if name in values and getattr(locked, name) != values[name]]
        before = _values(locked, changed)
        for name in changed:
            setattr(locked, name, values[name])
        _check(locked)
        after = _values(locked, changed)
        if isinstance(locked, Occupation):
            if "name" in changed and former is None:
                former = (locked.code, before["name"], reason[:80])
            after |= _add_to_occupation(locked, work_types or [], former)
        if not after:
            raise ChangeRefused(_("没有任何改动，未保存。"))
        locked.save()
        record("register.reference.changed", locked, actor=actor, before=before, after=after, reason=reason)
        _announce(locked)
    return locked


def abolish(
    row: District | Authority,
    valid_to: dt.date | None,
    successor: District | Authority | None,
    *,
    actor: User,
    reason: str,
    version: str,
) -> None:
    """Let a district or an office end on a day, with the one that takes over; without a day it goes on existing.

    Raises :class:`ChangeRefused` for days out of order and a successor that does not exist then, or leads back.
    """
    with transaction.atomic():
        locked = type(row)._default_manager.select_for_update().get(pk=row.pk)
        check_version(version_of_row(locked, SUCCESSION), version)
        before = _values(locked, SUCCESSION)
        if valid_to is None:
            successor = None
        else:
            _check_succession(locked, valid_to, successor)
        locked.valid_to, locked.successor = valid_to, successor
        after = _values(locked, SUCCESSION)
        if before == after:
            raise ChangeRefused(_("没有任何改动，未保存。"))
        _check(locked)
        locked.save()
        record("register.reference.abolished", locked, actor=actor, before=before, after=after, reason=reason)
        _announce(locked)


def _check_succession(row: Any, valid_to: dt.date, successor: Any) -> None:
    if row.valid_from is not None and valid_to <= row.valid_from:
        raise ChangeRefused(_("撤销日应晚于设立日，请核对。"), "valid_to")
    if successor is None:
        raise ChangeRefused(_("请选择承继的一个：原名称和编码须继续指向它。"), "successor")
    if not InTime.exists_on(successor, valid_to):
        raise ChangeRefused(_("“%s”在撤销日不存在，请改选。") % successor, "successor")
    seen, later = {row.pk}, successor
    while later is not None:
        if later.pk in seen:
            raise ChangeRefused(_("承继关系不能绕回自身，请改选。"), "successor")
        seen.add(later.pk)
        later = later.successor


def _add_to_occupation(row: Occupation, work_types: list[str], former: Former | None) -> dict[str, Any]:
    """Work types and a former code to add; what is there already is left alone."""
    found: dict[str, Any] = {}
    present = set(row.work_types.values_list("name", flat=True))
    new = [name for name in dict.fromkeys(work_types) if name not in present]
    WorkType.objects.bulk_create([WorkType(occupation=row, name=name) for name in new])
    if new:
        found["work_types"] = new
    if former is not None:
        code, name, source = former
        _row, made = OccupationFormerCode.objects.get_or_create(
            code=code, name=name, occupation=row, defaults={"source": source}
        )
        if made:
            found["former"] = f"{code} {name}"
    return found


def _check(row: models.Model) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise ChangeRefused("".join(messages), "" if field == "__all__" else field) from error


def _values(row: models.Model, fields: Any) -> dict[str, Any]:
    """Plain values for the audit log."""
    values = {name: getattr(row, name) for name in fields}
    return {
        name: value if isinstance(value, (str, int, bool, type(None))) else str(value)
        for name, value in values.items()
    }


def affected_filings(row: models.Model) -> QuerySet[Filing]:
    """Filings that are shown or found otherwise when the row changes."""
    if isinstance(row, Occupation):
        condition = Q(scope_items__occupation=row)
    elif isinstance(row, Standard):
        condition = Q(scope_items__standard=row)
    elif isinstance(row, District):
        condition = Q(sites__district=row) | Q(institution__district=row) | Q(authority__district=row)
    else:
        condition = Q(authority=row.pk) | Q(handled_by=row.pk) | Q(issued_in_name_of=row.pk)
    return Filing.objects.filter(pk__in=Filing.objects.filter(condition).values("pk"))


def _announce(row: models.Model) -> None:
    announce("institution", affected_filings(row).values_list("pk", flat=True))
