"""Rows of an institution table, gathered into one draft a filing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _

from portal.accounts.models import Authority
from portal.register.models.filing import Audience, FilingKind
from portal.register.models.institution import Ownership
from portal.register.services.import_lookups import Lookups
from portal.register.services.importing import CellReader
from portal.register.tabular.cells import (
    CellError,
    limited,
    parse_choice,
    parse_day,
    required,
    shortened,
    split_list,
    split_parallel,
)
from portal.register.tabular.problems import Problems
from portal.register.tabular.table import Columns, Row
from portal.register.timeline import CITY_WIDE, Item, Place
from portal.regulation.codes import InstitutionCode, parse_social_credit_code
from portal.regulation.kinds import KIND_LABELS, code_is_open_to_society, default_audiences

CITY_WORD = "全市"
YES = "是"

#: Columns that say the same on every row of a filing (or stand on its first row only).
FILING_COLUMNS = (
    "机构名称",
    "统一社会信用代码",
    "机构性质",
    "注册地区县",
    "注册地址",
    "联系电话",
    "网站",
    "备案类型",
    "面向",
    "备案管理机构",
    "备案日期",
    "本期有效期自",
    "有效期至",
    "评价区域",
    "场地名称",
    "场地地址",
    "场地区县",
    "回执所列",
    "状态",
)
SCOPE_COLUMNS = ("职业编码", "职业名称", "工种", "等级", "标准", "版本", "评价规范")
OPTIONAL = frozenset(
    {
        "联系电话",
        "网站",
        "面向",
        "本期有效期自",
        "回执所列",
        "状态",
        "职业名称",
        "工种",
        "标准",
        "版本",
        "评价规范",
    }
)
#: All columns in the order in which they are exported.
ALL_COLUMNS = (*FILING_COLUMNS[:7], "备案编码", *FILING_COLUMNS[7:], *SCOPE_COLUMNS)
COLUMNS = Columns(
    required=[name for name in ALL_COLUMNS if name not in OPTIONAL],
    optional=[name for name in ALL_COLUMNS if name in OPTIONAL],
    aliases={
        "信用代码": "统一社会信用代码",
        "备案机关": "备案管理机构",
        "区县": "注册地区县",
        "技能等级": "等级",
    },
)

KINDS = {str(label): value for value, label in FilingKind.choices} | {
    writing: kind.value for kind, label in KIND_LABELS.items() for writing in (label, kind.value)
}
AUDIENCES = {str(label): value for value, label in Audience.choices} | {
    value: value for value in Audience.values
}
OWNERSHIPS = {str(label): value for value, label in Ownership.choices} | {
    value: value for value in Ownership.values
}


@dataclass(slots=True)
class FilingDraft:
    """What the rows of one filing say. Attributes that are None were not stated (their column is absent)."""

    row: int
    code: str
    cells: dict[str, str]
    items: dict[Item, int] = field(default_factory=dict)
    ok: bool = True
    name: str = ""
    social_credit_code: str = ""
    ownership: str = ""
    district_pk: int = 0
    address: str = ""
    phone: str | None = None
    website: str | None = None
    kind: str = ""
    audiences: tuple[str, ...] | None = None
    authority: Authority | None = None
    filed_on: dt.date = dt.date.min
    term_from: dt.date = dt.date.min
    term_to: dt.date = dt.date.min
    areas: tuple[str, ...] = ()
    sites: tuple[Place, ...] = ()

    @property
    def office(self) -> Authority:
        """The authority of a sound draft."""
        if self.authority is None:
            raise ValueError("A draft without an authority is not sound.")
        return self.authority


class DraftBook:
    """Gathers rows into drafts, checking each cell once and what one filing's rows say against each other."""

    def __init__(self, lookups: Lookups, problems: Problems) -> None:
        self.lookups = lookups
        self.problems = problems
        self.drafts: dict[str, FilingDraft] = {}
        self._scope_cache: dict[tuple[str, ...], tuple[Item, ...]] = {}

    def add(self, row: Row) -> None:
        """Take a row into its filing's draft."""
        reader = CellReader(row, self.problems)
        code = reader.read("备案编码", lambda text: str(InstitutionCode.parse(text)))
        if code is None:
            return
        draft = self.drafts.get(code)
        if draft is None:
            draft = FilingDraft(
                row.number, code, {name: row[name] for name in FILING_COLUMNS if name in row.cells}
            )
            self.drafts[code] = draft
            self._read_filing(draft, reader)
        else:
            self._compare(draft, row, reader)
        for item in self._items(row, reader):
            if item in draft.items:
                reader.refuse(
                    "等级",
                    _("与第 %d 行重复：同一备案的同一职业、工种、等级、标准只写一次。") % draft.items[item],
                )
            draft.items.setdefault(item, row.number)
        draft.ok = draft.ok and reader.ok

    def _compare(self, draft: FilingDraft, row: Row, reader: CellReader) -> None:
        for column, first in draft.cells.items():
            text = row[column]
            if text and text != first:
                reader.refuse(
                    column,
                    _("与第 %(row)d 行的同一备案（%(code)s）不一致：“%(first)s”与“%(text)s”，请改为一致。")
                    % {
                        "row": draft.row,
                        "code": draft.code,
                        "first": shortened(first),
                        "text": shortened(text),
                    },
                )

    def _items(self, row: Row, reader: CellReader) -> tuple[Item, ...]:
        key = tuple(row[column] for column in SCOPE_COLUMNS)
        if not any(key):
            return ()
        if key in self._scope_cache:
            return self._scope_cache[key]
        items = self._parse_items(row, reader)
        if reader.ok and len(self._scope_cache) < 50_000:
            self._scope_cache[key] = items
        return items

    def _parse_items(self, row: Row, reader: CellReader) -> tuple[Item, ...]:
        lookups = self.lookups
        occupation = reader.read("职业编码", lambda text: lookups.occupation(text, row["职业名称"]))
        levels = reader.read(
            "等级", lambda text: [lookups.level(part) for part in split_list(required(text))]
        )
        norm = reader.read("评价规范", lambda text: limited(text, 120))
        if occupation is None or levels is None or norm is None:
            return ()
        work_type = reader.read("工种", lambda text: lookups.work_type(occupation, text))
        if norm and not row["标准"]:
            title, edition = "", reader.read("版本", lambda text: limited(text, 20)) or ""
        else:
            found = reader.read(
                "标准", lambda text: lookups.standard(occupation, text, edition_of(row["版本"]))
            )
            title, edition = found or ("", "")
        if len(set(levels)) < len(levels):
            reader.refuse("等级", _("同一等级写了两次，请删去重复的。"))
        return tuple(
            Item(occupation, level, work_type or "", title, edition, norm) for level in dict.fromkeys(levels)
        )

    def _read_filing(self, draft: FilingDraft, reader: CellReader) -> None:
        draft.name = reader.read("机构名称", lambda text: limited(required(text), 120)) or ""
        draft.social_credit_code = reader.read("统一社会信用代码", parse_social_credit_code) or ""
        draft.ownership = reader.read("机构性质", lambda text: parse_choice(text, OWNERSHIPS)) or ""
        draft.address = reader.read("注册地址", lambda text: limited(required(text), 160)) or ""
        if "联系电话" in reader.row.cells:
            draft.phone = reader.read("联系电话", lambda text: limited(text, 40))
        if "网站" in reader.row.cells:
            draft.website = reader.read("网站", parse_website)
        draft.kind = reader.read("备案类型", lambda text: parse_choice(text, KINDS)) or ""
        if "面向" in reader.row.cells and draft.kind:
            draft.audiences = reader.read("面向", lambda text: parse_audiences(text, draft.kind))
        self._read_days(draft, reader)
        if draft.filed_on != dt.date.min:
            self._read_places(draft, reader)
        if draft.kind and code_is_open_to_society(draft.kind) != draft.code.startswith("S"):
            reader.refuse(
                "备案类型",
                _("与备案编码 %s 不符：S 开头的是社会培训评价组织，Y 开头的是用人单位或技工院校，请核对。")
                % draft.code,
            )

    def _read_days(self, draft: FilingDraft, reader: CellReader) -> None:
        filed_on = reader.read("备案日期", parse_day)
        term_to = reader.read("有效期至", parse_day)
        if filed_on is None or term_to is None:
            return
        begun = reader.read("本期有效期自", lambda text: parse_day(text) if text else filed_on)
        draft.filed_on, draft.term_from, draft.term_to = filed_on, begun or filed_on, term_to

    def _read_places(self, draft: FilingDraft, reader: CellReader) -> None:
        day = draft.filed_on
        draft.authority = reader.read("备案管理机构", lambda text: self.lookups.authority(text, day))
        district = reader.read("注册地区县", lambda text: self.lookups.district(text, day))
        draft.district_pk = district.pk if district else 0
        draft.areas = reader.read("评价区域", lambda text: self._areas(text, day)) or ()
        draft.sites = self._sites(reader, day)
        if draft.authority is not None:
            self._check_authority(draft, draft.authority, reader)

    def _check_authority(self, draft: FilingDraft, authority: Authority, reader: CellReader) -> None:
        city = authority.kind != Authority.Kind.DISTRICT
        digits = "0000" if city else authority.filing_digits
        if digits and draft.code[1:5] != digits:
            reader.refuse(
                "备案编码",
                _("%(code)s 的机关段是 %(found)s，“%(authority)s”应为 %(right)s，请核对编码或备案管理机构。")
                % {
                    "code": draft.code,
                    "found": draft.code[1:5],
                    "authority": authority.name,
                    "right": digits,
                },
            )
        if not city and CITY_WIDE in draft.areas:
            reader.refuse("评价区域", _("区县备案的机构不能在全市开展评价（第六条），请填写区县名称。"))

    def _areas(self, text: str, day: dt.date) -> tuple[str, ...]:
        parts = split_list(required(text))
        if CITY_WORD in parts or CITY_WIDE in parts:
            if len(parts) > 1:
                raise CellError(_("写了“全市”就不再列区县，请只保留一种。"))
            return (CITY_WIDE,)
        return tuple(dict.fromkeys(self.lookups.district(part, day).code for part in parts))

    def _sites(self, reader: CellReader, day: dt.date) -> tuple[Place, ...]:
        columns = ("场地名称", "场地地址", "场地区县")
        if not any(reader.row[column] for column in columns):
            return ()
        lists = [split_parallel(reader.row[column]) for column in columns]
        marks = split_parallel(reader.row["回执所列"]) if reader.row["回执所列"] else [YES]
        if len({len(values) for values in lists}) > 1:
            counts = "、".join(
                f"{column} {len(values)}" for column, values in zip(columns, lists, strict=True)
            )
            reader.refuse(columns[0], _("多个场地用“；”隔开，各列的个数应相同，现为：%s。") % counts)
            return ()
        places: list[Place] = []
        for index, (name, address, where) in enumerate(zip(*lists, strict=True)):
            district = reader.parse(columns[2], where, lambda text: self.lookups.district(text, day))
            name = reader.parse(columns[0], name, lambda text: limited(required(text), 80)) or ""
            address = reader.parse(columns[1], address, lambda text: limited(required(text), 160)) or ""
            if district is not None:
                on_receipt = index < len(marks) and marks[index] == YES
                places.append(Place(name, address, district.code, on_receipt))
        if len(set(places)) < len(places):
            reader.refuse(columns[0], _("同一场地写了两次，请删去重复的。"))
        return tuple(places)


def edition_of(text: str) -> str:
    """The year of an edition: 2018, 2018年版 and 2018版 mean the same."""
    return text.removesuffix("版").removesuffix("年")


def parse_website(text: str) -> str:
    """A web address, or empty."""
    if text:
        try:
            URLValidator(schemes=["http", "https"])(limited(text, 200))
        except ValidationError:
            raise CellError(
                _("“%s”不是网址，请以 http:// 或 https:// 开头填写。") % shortened(text)
            ) from None
    return text


def parse_audiences(text: str, kind: str) -> tuple[str, ...]:
    """Who may be assessed; empty means those that follow from the kind of filing."""
    if not text:
        return tuple(sorted(audience.value for audience in default_audiences(kind)))
    return tuple(sorted({parse_choice(part, AUDIENCES) for part in split_list(text)}))
