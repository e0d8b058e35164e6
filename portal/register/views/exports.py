"""Downloads of what the pages show: scope rows of the directory, rows of the fee comparison."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_safe

from portal.contracts.directory import FACETS, DirectoryQuery, directory_engine
from portal.register.districts import DistrictBook
from portal.register.models import Filing, Occupation
from portal.register.views.csv_download import csv_download
from portal.register.views.directory_question import read_query
from portal.register.views.fee_question import compared_items, in_order, read_fee_question
from portal.register.views.fees import fee_rows
from portal.register.views.parameters import Notes, successors_of
from portal.register.views.scope_export import FILINGS_AT_ONCE, SCOPE_HEADER, scope_rows
from portal.templatetags.portal_format import FEE_MISSING, status_word, yuan

#: The engines answer up to this many filings in one question.
MOST_MATCHES = 10_000
FEE_ROWS_AT_ONCE = 500


@require_safe
def institutions_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The scope rows of today of the filings that the same address shows in the directory."""
    today = timezone.localdate()
    notes = Notes()
    book = DistrictBook.on(today)
    query = _with_current_occupations(read_query(request.GET, today, book, notes), notes)
    return csv_download(
        f"institutions-{today.isoformat()}.csv", SCOPE_HEADER, scope_rows(_filing_batches(query), query, book)
    )


def _with_current_occupations(query: DirectoryQuery, notes: Notes) -> DirectoryQuery:
    if not query.occupation:
        return query
    codes = {value.partition(":")[0] for value in query.occupation}
    known = set(Occupation.objects.filter(code__in=codes).values_list("code", flat=True))
    successors = successors_of([v for v in query.occupation if v.partition(":")[0] not in known], notes)
    found = [code for value in query.occupation for code in successors.get(value, (value,))]
    return replace(query, occupation=tuple(dict.fromkeys(found)))


def _filing_batches(query: DirectoryQuery) -> Iterator[list[int]]:
    """Keys of the matching filings in batches. Without any choice they are read by key, not searched for."""
    if query.q or any(getattr(query, facet) for facet in FACETS):
        yield from _matching_batches(query)
        return
    last = 0
    while True:
        batch = list(
            Filing.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:FILINGS_AT_ONCE]
        )
        if not batch:
            return
        yield batch
        last = batch[-1]


def _matching_batches(query: DirectoryQuery) -> Iterator[list[int]]:
    offset = 0
    while True:
        engine, _degraded = directory_engine(query.day)
        result = engine.search(replace(query, offset=offset, limit=MOST_MATCHES))
        for first in range(0, len(result.pks), FILINGS_AT_ONCE):
            yield list(result.pks[first : first + FILINGS_AT_ONCE])
        offset += MOST_MATCHES
        if not result.pks or offset >= result.total:
            return


FEE_HEADER = (
    _("备案编码"),
    _("机构名称"),
    _("状态"),
    _("职业（工种）"),
    _("等级"),
    _("理论知识考试费（元）"),
    _("技能考核费（元）"),
    _("材料费（元）"),
    _("综合评审费（元）"),
    _("合计（元）"),
    _("收费依据"),
    _("执行首日"),
    _("公示网址"),
    _("说明"),
)


@require_safe
def fees_csv(request: HttpRequest) -> StreamingHttpResponse:
    """The rows of the comparison at the same address; without an occupation, those of all occupations."""
    today = timezone.localdate()
    book = DistrictBook.on(today)
    question = read_fee_question(request.GET, today, book, Notes())

    def rows() -> Iterator[tuple[object, ...]]:
        items = in_order(compared_items(question, book))
        keys = list(items.values_list("pk", flat=True))
        for first in range(0, len(keys), FEE_ROWS_AT_ONCE):
            batch = compared_items(question, book).filter(pk__in=keys[first : first + FEE_ROWS_AT_ONCE])
            for row in fee_rows(in_order(batch), question):
                fee = row.fee
                if fee is None:
                    amounts: tuple[object, ...] = ("", "", "", "", "", "", "", "", FEE_MISSING)
                else:
                    amounts = (
                        yuan(fee.knowledge_fen),
                        yuan(fee.skill_fen),
                        yuan(fee.material_fen),
                        yuan(fee.review_fen),
                        yuan(fee.total_fen),
                        fee.schedule.basis,
                        fee.schedule.first_day.isoformat(),
                        fee.schedule.source_url,
                        "",
                    )
                yield (row.code, row.institution, status_word(row.status), row.title, row.level, *amounts)

    return csv_download(f"fees-{today.isoformat()}.csv", FEE_HEADER, rows())
