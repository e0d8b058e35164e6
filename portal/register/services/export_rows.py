"""The register as rows of the same tables that the importers read: exporting and importing again changes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import groupby

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from portal.accounts.models import District
from portal.register.models import (
    FeeItem,
    Filing,
    Occupation,
    OccupationFormerCode,
    ScopeItem,
    SkillLevel,
    WorkType,
)
from portal.register.models.filing import Audience, FilingKind
from portal.register.models.institution import Ownership
from portal.register.services.current_facts import FilingFacts, facts_of
from portal.register.services.institution_rows import ALL_COLUMNS, CITY_WORD
from portal.register.status_sql import with_public_status
from portal.register.tabular.cells import format_fen
from portal.register.timeline import CITY_WIDE, Item
from portal.regulation.kinds import default_audiences
from portal.regulation.status import STATUS_LABELS, FilingStatus

OCCUPATION_COLUMNS = (
    "职业编码",
    "职业名称",
    "小类编码",
    "小类",
    "中类",
    "大类",
    "工种",
    "原编码",
    "原名称",
    "原编码来源",
)
FEE_COLUMNS = (
    "备案编码",
    "公布日期",
    "执行日期",
    "执行截止",
    "收费依据",
    "公示网址",
    "职业编码",
    "职业名称",
    "工种",
    "等级",
    "理论",
    "技能",
    "材料",
    "综合评审",
    "合计",
)
#: Filings read at a time: bounds memory, and gives the first rows quickly.
CHUNK = 400


class Words:
    """The words for codes that every row needs, read once."""

    def __init__(self) -> None:
        self.occupations = dict(Occupation.objects.values_list("code", "name"))
        self.districts = dict(District.objects.values_list("code", "name"))
        levels = list(SkillLevel.objects.all())
        self.levels = {level.code: level.short_name for level in levels}
        self.level_order = {level.code: level.order for level in levels}


def iter_institution_rows(day: dt.date | None = None) -> Iterator[tuple[str, ...]]:
    """Rows of all filings as they stand on ``day`` (today unless given), in the order of their codes.

    One row for each filing, occupation, work type and standard, its levels joined; columns are ``ALL_COLUMNS``.
    A filing without scope on that day has one row with an empty scope. Memory is bounded, queries grow with the
    number of filings by a few for each ``CHUNK``.
    """
    day = day or timezone.localdate()
    words = Words()
    last = ""
    while True:
        filings = with_public_status(
            Filing.objects.filter(code__gt=last).order_by("code"), day
        ).select_related("institution__district", "authority")[:CHUNK]
        facts = facts_of(day, filings)
        if not facts:
            return
        for fact in facts:
            yield from _rows_of_filing(fact, words)
        last = facts[-1].filing.code


def _rows_of_filing(facts: FilingFacts, words: Words) -> Iterator[tuple[str, ...]]:
    head = filing_cells(facts, words)
    for scope in scope_cells(facts.items, words) or [("",) * 7]:
        yield (*head, *scope)


def filing_cells(facts: FilingFacts, words: Words) -> tuple[str, ...]:
    """The cells that every row of a filing has."""
    filing, institution = facts.filing, facts.filing.institution
    sites = sorted(facts.sites, key=lambda place: (not place.on_receipt, place.name, place.address))
    marks = "；".join("是" if place.on_receipt else "否" for place in sites)
    default = {audience.value for audience in default_audiences(filing.kind)}
    status = FilingStatus(getattr(filing, "public_status", FilingStatus.ACTIVE))
    cells = {
        "机构名称": institution.name,
        "统一社会信用代码": institution.social_credit_code,
        "机构性质": str(Ownership(institution.ownership).label),
        "注册地区县": institution.district.name,
        "注册地址": institution.registered_address,
        "联系电话": institution.phone,
        "网站": institution.website,
        "备案编码": filing.code,
        "备案类型": str(FilingKind(filing.kind).label),
        "面向": "、".join(str(Audience(value).label) for value in sorted(facts.audiences or default)),
        "备案管理机构": filing.authority.name,
        "备案日期": filing.filed_on.isoformat(),
        "本期有效期自": facts.term_from.isoformat(),
        "有效期至": facts.term_to.isoformat(),
        "评价区域": "、".join(
            CITY_WORD if code == CITY_WIDE else words.districts.get(code, code)
            for code in sorted(facts.areas)
        ),
        "场地名称": "；".join(place.name for place in sites),
        "场地地址": "；".join(place.address for place in sites),
        "场地区县": "；".join(words.districts.get(place.district, place.district) for place in sites),
        "回执所列": marks,
        "状态": STATUS_LABELS[status],
    }
    return tuple(cells[column] for column in ALL_COLUMNS[: len(cells)])


def scope_cells(items: set[Item], words: Words) -> list[tuple[str, ...]]:
    """The scope cells of a filing: items that differ only in their level share a row."""

    def basis(item: Item) -> tuple[str, ...]:
        return (item.occupation, item.work_type, item.standard, item.edition, item.norm)

    ordered = sorted(items, key=lambda item: (basis(item), words.level_order.get(item.level, 0)))
    rows: list[tuple[str, ...]] = []
    for (code, work_type, standard, edition, norm), group in groupby(ordered, key=basis):
        levels = "、".join(words.levels.get(item.level, item.level) for item in group)
        rows.append((code, words.occupations.get(code, ""), work_type, levels, standard, edition, norm))
    return rows


def iter_occupation_rows() -> Iterator[tuple[str, ...]]:
    """All occupations in the order of their codes; columns are ``OCCUPATION_COLUMNS``."""
    occupations: QuerySet[Occupation] = Occupation.objects.order_by("code").prefetch_related(
        Prefetch("work_types", WorkType.objects.order_by("name")),
        Prefetch("former_codes", OccupationFormerCode.objects.order_by("code", "name")),
    )
    for row in occupations.iterator(chunk_size=500):
        former = list(row.former_codes.all())
        yield (
            row.code,
            row.name,
            row.minor_code,
            row.minor_name,
            row.middle_name,
            row.major_name,
            "、".join(work_type.name for work_type in row.work_types.all()),
            "；".join(item.code for item in former),
            "；".join(item.name for item in former),
            "；".join(item.source for item in former),
        )


def iter_fee_rows() -> Iterator[tuple[str, ...]]:
    """All fee items, by filing and first day; columns are ``FEE_COLUMNS``. Amounts in yuan, an absent one empty."""
    items = FeeItem.objects.select_related("schedule__filing", "occupation", "work_type", "level").order_by(
        "schedule__filing__code", "schedule__first_day", "occupation__code", "work_type__name", "level__order"
    )
    for item in items.iterator(chunk_size=2000):
        schedule = item.schedule
        parts = (item.knowledge_fen, item.skill_fen, item.material_fen, item.review_fen)
        yield (
            schedule.filing.code,
            schedule.published_on.isoformat(),
            schedule.first_day.isoformat(),
            schedule.last_day.isoformat() if schedule.last_day else "",
            schedule.basis,
            schedule.source_url,
            item.occupation.code,
            item.occupation.name,
            item.work_type.name if item.work_type else "",
            item.level.short_name,
            *(format_fen(fen) if fen else "" for fen in parts),
            format_fen(item.total_fen),
        )


def scope_row_count() -> int:
    """About how many rows an export of institutions has, for a progress bar."""
    return ScopeItem.objects.count()
