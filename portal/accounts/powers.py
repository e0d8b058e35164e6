"""The table of powers (权限表): which role may do what with which objects of which offices.

The table is a file, ``data/powers.csv``, that a head of office can read. What is not in it is refused.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import Enum, StrEnum
from functools import cache
from pathlib import Path

from portal.accounts.models import Authority, Role

TABLE = Path(__file__).parent / "data" / "powers.csv"


class Action(Enum):
    """What somebody does with objects; the value is the column of the table."""

    LIST = "列表"
    OPEN = "打开"
    EDIT = "修改"
    EXPORT = "导出"
    SEARCH = "检索"
    FILE = "附件"


class Reach(StrEnum):
    """Whose objects a power reaches, seen from the office where the role is held."""

    #: Of the office itself, or handled by it.
    OWN = "本机关"
    #: Of others, decided in the name of the office (the centre's files, Art. 3).
    SIGNED = "本机关署名"
    #: Of the districts, which the city guides (Art. 3, 15): without drafts or identities.
    DISTRICTS = "区县机关"
    #: Filed with the city, with a site in the office's district.
    HOSTED = "属地"
    #: Of everybody, or of nobody in particular.
    ALL = "全部"


#: Kinds of office that a word of the column 任职机关 stands for.
SEATS: dict[str, frozenset[str]] = {
    "任何": frozenset(Authority.Kind.values),
    "市局": frozenset({Authority.Kind.BUREAU.value}),
    "市中心": frozenset({Authority.Kind.CENTRE.value}),
    "市级": frozenset({Authority.Kind.BUREAU.value, Authority.Kind.CENTRE.value}),
    "区县": frozenset({Authority.Kind.DISTRICT.value}),
    "其他": frozenset({Authority.Kind.OTHER.value}),
}


@dataclass(frozen=True, slots=True)
class PowerRow:
    """One row of the table: ``role`` held at a kind of office in ``seats`` may do ``actions`` within ``reach``."""

    thing: str
    role: Role
    seats: frozenset[str]
    reach: Reach
    actions: frozenset[Action]


class PowersTableError(ValueError):
    """The table says something that the program does not know; the message names line and column."""


@cache
def powers_table() -> tuple[PowerRow, ...]:
    """Every row of the table; raises :class:`PowersTableError` for an unknown word."""
    with TABLE.open(encoding="utf-8-sig", newline="") as stream:
        return tuple(_row(number, row) for number, row in enumerate(csv.DictReader(stream), start=2))


def _row(number: int, row: dict[str, str]) -> PowerRow:
    roles = {str(role.label): role for role in Role}
    for column, known in (("角色", roles), ("任职机关", SEATS), ("范围", set(Reach))):
        if row[column] not in known:
            raise PowersTableError(f"{TABLE.name} 第 {number} 行“{column}”：不认识“{row[column]}”。")
    for action in Action:
        if row[action.value] not in ("是", "—"):
            raise PowersTableError(f"{TABLE.name} 第 {number} 行“{action.value}”：只能填“是”或“—”。")
    return PowerRow(
        thing=row["对象"],
        role=roles[row["角色"]],
        seats=SEATS[row["任职机关"]],
        reach=Reach(row["范围"]),
        actions=frozenset(action for action in Action if row[action.value] == "是"),
    )


@cache
def rows_for(thing: str, action: Action) -> tuple[PowerRow, ...]:
    """The rows that allow an action on a kind of object; none means that nobody may."""
    return tuple(row for row in powers_table() if row.thing == thing and action in row.actions)
