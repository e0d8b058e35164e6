"""Load the facts that ship with the program: districts, offices, occupations, standards, calendar, reference fees.

Loading again changes nothing. A row that staff have changed in the workplace is left alone for good, and so are
telephone numbers and addresses of offices; one that was spoilt otherwise is mended.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from portal.accounts.models import Authority, District
from portal.audit.models import AuditEvent
from portal.audit.record import record
from portal.contracts.events import announce
from portal.contracts.setup import Stage, register_step
from portal.register.models import (
    CalendarDay,
    CalendarYear,
    Filing,
    Occupation,
    OccupationFormerCode,
    ReferenceFee,
    SkillLevel,
    Standard,
    WorkType,
)
from portal.regulation.working_days import load_shipped_calendar

BATCH = 500


@dataclass(slots=True)
class Outcome:
    """How many rows of one kind were new, changed, or already right."""

    new: int = 0
    changed: int = 0
    same: int = 0

    def __str__(self) -> str:
        return _("新增 %(new)d，更新 %(changed)d，未变 %(same)d") % {
            "new": self.new,
            "changed": self.changed,
            "same": self.same,
        }


def rows_of(name: str) -> Iterator[dict[str, str]]:
    """Rows of a data file of the register."""
    file = resources.files("portal.register") / "data" / f"{name}.csv"
    with file.open(encoding="utf-8") as stream:
        yield from csv.DictReader(stream)


def day_or_none(text: str) -> dt.date | None:
    """An ISO date, or None for an empty cell."""
    return dt.date.fromisoformat(text) if text else None


def synchronise(
    model: type[models.Model], key: Sequence[str], wanted: Iterable[dict[str, Any]], kept: Sequence[str] = ()
) -> Outcome:
    """Make the table hold these rows, told apart by ``key``: two writes at most, other rows are left alone.

    Fields named in ``kept`` are given to new rows only.
    """
    rows = list(wanted)
    outcome = Outcome()
    if not rows:
        return outcome
    fields = [name for name in rows[0] if name not in key and name not in kept]
    theirs = changed_by_staff(model)
    existing = {tuple(getattr(row, name) for name in key): row for row in model._default_manager.all()}
    new: list[models.Model] = []
    changed: list[models.Model] = []
    for values in rows:
        row = existing.get(tuple(values[name] for name in key))
        if row is None:
            new.append(model(**values))
        elif row.pk not in theirs and any(getattr(row, name) != values[name] for name in fields):
            for name in fields:
                setattr(row, name, values[name])
            changed.append(row)
        else:
            outcome.same += 1
    model._default_manager.bulk_create(new, batch_size=BATCH)
    if changed:
        model._default_manager.bulk_update(changed, fields, batch_size=BATCH)
    outcome.new, outcome.changed = len(new), len(changed)
    return outcome


def changed_by_staff(model: type[models.Model]) -> set[Any]:
    """Keys of the rows that staff have changed in the workplace."""
    events = AuditEvent.objects.filter(
        object_type=model._meta.label_lower,
        action__in=(
            "register.reference.changed",
            "register.reference.abolished",
            "register.calendar.changed",
        ),
    )
    return {int(key) for key in events.values_list("object_id", flat=True) if key.isdigit()}


def _keys(model: type[models.Model], *fields: str) -> dict[Any, int]:
    rows = model._default_manager.values_list(*fields, "pk")
    return {row[0] if len(fields) == 1 else tuple(row[:-1]): row[-1] for row in rows}


def load_districts() -> Outcome:
    """Districts and the functional areas that act as districts, abolished ones with their successors."""
    rows = list(rows_of("districts"))
    outcome = synchronise(
        District,
        ["code"],
        [
            {
                "code": row["code"],
                "name": row["name"],
                "short_name": row["short_name"],
                "kind": row["kind"],
                "valid_from": day_or_none(row["valid_from"]),
                "valid_to": day_or_none(row["valid_to"]),
                "note": row["note"],
            }
            for row in rows
        ],
    )
    _link_successors(District, {row["code"]: row["successor"] for row in rows})
    return outcome


def load_authorities() -> Outcome:
    """The bureau, the centre, and one office for each district; telephone and address stay as staff entered them."""
    districts = _keys(District, "code")
    rows = list(rows_of("authorities"))
    outcome = synchronise(
        Authority,
        ["code"],
        [
            {
                "code": row["code"],
                "name": row["name"],
                "short_name": row["short_name"],
                "kind": row["kind"],
                "district_id": districts[row["district"]] if row["district"] else None,
                "filing_digits": row["filing_digits"],
                "valid_to": day_or_none(row["valid_to"]),
            }
            for row in rows
        ],
    )
    _link_successors(Authority, {row["code"]: row["successor"] for row in rows})
    return outcome


def _link_successors(model: type[District] | type[Authority], successors: dict[str, str]) -> None:
    found = {row.code: row for row in model._default_manager.filter(code__in=successors)}
    theirs = changed_by_staff(model)
    changed = []
    for code, successor in successors.items():
        if found[code].pk in theirs:
            continue
        wanted = found[successor].pk if successor else None
        if found[code].successor_id != wanted:
            found[code].successor_id = wanted
            changed.append(found[code])
    if changed:
        model._default_manager.bulk_update(changed, ["successor"])


def load_levels() -> Outcome:
    """The eight levels of 人社部发〔2022〕14号."""
    return synchronise(
        SkillLevel,
        ["code"],
        [
            {
                "code": row["code"],
                "name": row["name"],
                "order": int(row["order"]),
                "on_certificate": row["on_certificate"] == "1",
                "note": row["note"],
            }
            for row in rows_of("skill_levels")
        ],
    )


def load_occupations() -> Outcome:
    """The occupations of the national classification of 2022 with its later additions."""
    fields = ("code", "name", "minor_code", "minor_name", "middle_name", "major_name")
    wanted = (
        {**{f: row[f] for f in fields}, "confirmed": row["confirmed"] == "1"}
        for row in rows_of("occupations")
    )
    return synchronise(Occupation, ["code"], wanted)


def load_work_types() -> Outcome:
    """Work types that have a national standard of their own."""
    occupations = _keys(Occupation, "code")
    wanted = (
        {"occupation_id": occupations[row["occupation"]], "name": row["name"]}
        for row in rows_of("work_types")
    )
    return synchronise(WorkType, ["occupation_id", "name"], wanted)


def load_standards() -> Outcome:
    """National standards with their editions; those whose edition is not known are left out."""
    occupations = _keys(Occupation, "code")
    work_types = _keys(WorkType, "occupation__code", "name")
    wanted = (
        {
            "occupation_id": occupations[row["occupation"]],
            "work_type_id": work_types[row["occupation"], row["work_type"]] if row["work_type"] else None,
            "title": row["title"],
            "edition": row["edition"],
            "levels": row["levels"],
        }
        for row in rows_of("standards")
    )
    return synchronise(Standard, ["occupation_id", "title", "edition"], wanted)


def load_former_codes() -> Outcome:
    """Codes and names under which occupations were known before, each with its source."""
    occupations = _keys(Occupation, "code")
    wanted = (
        {
            "code": row["code"],
            "name": row["name"],
            "occupation_id": occupations[row["occupation"]],
            "source": row["source"],
        }
        for row in rows_of("occupation_former_codes")
    )
    return synchronise(OccupationFormerCode, ["code", "name", "occupation_id"], wanted)


def load_calendar() -> Outcome:
    """The published working-day calendar; a day that staff have entered otherwise is kept."""
    shipped = load_shipped_calendar()
    source = _("国务院办公厅关于%(year)d年部分节假日安排的通知")
    years = [{"year": year, "source": source % {"year": year}} for year in sorted(shipped.published_years)]
    synchronise(CalendarYear, ["year"], years, kept=["source"])
    theirs = changed_by_staff(CalendarYear)
    days = [
        {"date": day, "kind": kind, "name": name, "year_id": day.year}
        for kind, marked in (("off", shipped.off), ("work", shipped.work))
        for day, name in marked.items()
        if day.year not in theirs
    ]
    return synchronise(CalendarDay, ["date"], days, kept=["kind", "name", "year_id"])


def load_reference_fees() -> Outcome:
    """Fees that two colleges published for their year: cases for reference, with source and basis (Art. 18)."""
    occupations = _keys(Occupation, "code")
    amounts = ("knowledge_fen", "skill_fen", "material_fen", "review_fen", "undivided_fen")
    wanted = (
        {
            "publisher": row["publisher"],
            "occupation_name": row["occupation_name"],
            "level_id": row["level"],
            "source_url": row["source_url"],
            "occupation_id": occupations[row["occupation"]] if row["occupation"] else None,
            "basis": row["basis"],
            "published_on": day_or_none(row["published_on"]),
            **{name: int(row[name]) for name in amounts},
        }
        for row in rows_of("reference_fees")
    )
    return synchronise(ReferenceFee, ["publisher", "occupation_name", "level_id", "source_url"], wanted)


#: What is loaded, in the order in which one needs the other.
LOADERS: tuple[tuple[str, str, Callable[[], Outcome]], ...] = (
    ("districts", "区县", load_districts),
    ("authorities", "备案管理机构", load_authorities),
    ("skill_levels", "等级", load_levels),
    ("occupations", "职业", load_occupations),
    ("work_types", "工种", load_work_types),
    ("standards", "职业标准", load_standards),
    ("occupation_former_codes", "职业原编码", load_former_codes),
    ("calendar", "工作日历", load_calendar),
    ("reference_fees", "收费参考案例", load_reference_fees),
)
#: A change in these changes how filings are found.
SHOWN_WITH_FILINGS = frozenset(
    {"districts", "authorities", "occupations", "work_types", "occupation_former_codes"}
)


def run_loader(name: str, label: str, loader: Callable[[], Outcome]) -> str:
    """Load one kind in one transaction, with one audit event when anything changed; return the line for the screen."""
    with transaction.atomic():
        outcome = loader()
        if outcome.new or outcome.changed:
            after = {"new": outcome.new, "changed": outcome.changed, "same": outcome.same}
            record("register.reference.loaded", ("register.reference", name, label), after=after)
            if name in SHOWN_WITH_FILINGS:
                announce("institution", Filing.objects.values_list("pk", flat=True))
    return str(outcome)


def register_steps() -> None:
    """Add the register's own steps (called from the app's ``ready``)."""
    for order, (name, label, loader) in enumerate(LOADERS, start=1):
        register_step(
            Stage.REFERENCE,
            order,
            label,
            lambda n=name, t=label, f=loader: run_loader(n, t, f),  # type: ignore[misc]
        )
