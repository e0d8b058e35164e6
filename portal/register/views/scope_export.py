"""Scope rows for the export: read in batches of filings, five queries a batch, whatever the register's size."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from django.db.models import QuerySet
from django.utils.translation import gettext_noop as _

from portal.contracts.directory import DirectoryQuery
from portal.register.districts import DistrictBook
from portal.register.models import FeeItem, ScopeItem
from portal.register.status_sql import covers
from portal.register.views.directory_rows import Row, asked_occupations, filing_rows
from portal.templatetags.portal_format import level_name, status_word, yuan

FILINGS_AT_ONCE = 300
SCOPE_HEADER = (
    _("备案编码"),
    _("机构名称"),
    _("统一社会信用代码"),
    _("备案类型"),
    _("评价对象"),
    _("备案管理机构"),
    _("状态"),
    _("有效期首日"),
    _("有效期末日"),
    _("职业编码"),
    _("职业"),
    _("工种"),
    _("等级代码"),
    _("等级"),
    _("依据的标准"),
    _("版本"),
    _("评价场地所在区县"),
    _("收费合计（元）"),
    _("收费依据"),
)

ItemRow = tuple[int, int, int | None, str, str, str | None, str, str | None, str | None, str, str]
FeeKey = tuple[int, int, int | None, str]


def scope_rows(
    batches: Iterable[list[int]], query: DirectoryQuery, book: DistrictBook
) -> Iterator[tuple[object, ...]]:
    """The rows of the batches in their order; occupations and levels of the question narrow the rows too."""
    for pks in batches:
        rows = filing_rows(pks, query.day, book)
        fees = _fees(pks, query.day)
        heads = {pk: _head(row) for pk, row in rows.items()}
        by_filing: dict[int, list[tuple[object, ...]]] = {}
        for item in _items(pks, query).iterator(chunk_size=5000):
            (
                pk,
                occupation_pk,
                work_type_pk,
                code,
                name,
                work_type,
                level,
                title,
                standard_edition,
                norm,
                edition,
            ) = item
            if pk not in heads:
                continue
            fee = fees.get((pk, occupation_pk, work_type_pk, level)) or fees.get(
                (pk, occupation_pk, None, level)
            )
            by_filing.setdefault(pk, []).append(
                (
                    *heads[pk],
                    code,
                    name,
                    work_type,
                    level,
                    level_name(level),
                    title or norm,
                    standard_edition or edition,
                    rows[pk].districts,
                    yuan(fee[0]) if fee else "",
                    fee[1] if fee else "",
                )
            )
        for pk in pks:
            yield from by_filing.get(pk, ())


def _head(row: Row) -> tuple[object, ...]:
    term = row.term
    return (
        row.code,
        row.name,
        row.social_credit_code,
        row.kind,
        row.audiences,
        row.authority,
        status_word(row.status),
        term.start.isoformat() if term else "",
        term.end.isoformat() if term and term.end else "",
    )


def _items(pks: list[int], query: DirectoryQuery) -> QuerySet[ScopeItem, ItemRow]:
    items = ScopeItem.objects.filter(covers(query.day), filing__in=pks)
    if query.level:
        items = items.filter(level__in=query.level)
    if query.occupation:
        items = items.filter(asked_occupations(query.occupation))
    return items.order_by("filing", "occupation__code", "work_type__name", "level__order").values_list(
        "filing_id",
        "occupation_id",
        "work_type_id",
        "occupation__code",
        "occupation__name",
        "work_type__name",
        "level_id",
        "standard__title",
        "standard__edition",
        "norm",
        "edition",
    )


def _fees(pks: list[int], day: dt.date) -> dict[FeeKey, tuple[int, str]]:
    """Totals in fen and their basis in force on the day; a later schedule goes before an earlier one."""
    items = FeeItem.objects.filter(covers(day, "schedule__"), schedule__filing__in=pks)
    found: dict[FeeKey, tuple[int, str]] = {}
    for filing, occupation, work_type, level, total, basis in items.order_by(
        "schedule__first_day", "pk"
    ).values_list(
        "schedule__filing_id", "occupation_id", "work_type_id", "level_id", "total_fen", "schedule__basis"
    ):
        found[filing, occupation, work_type, level] = (total, basis)
    return found
