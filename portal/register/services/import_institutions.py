"""Import institutions with their filings and scope: checked wholly, then written in one transaction, or not at all."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.audit.record import record
from portal.contracts.events import announce
from portal.register.models import FilingEvent, Institution
from portal.register.services.current_facts import CHUNK, facts_on
from portal.register.services.filing_events import (
    EventInput,
    Recording,
    record_filing_events,
    record_filings_in_bulk,
    rename_institutions,
)
from portal.register.services.import_lookups import Lookups
from portal.register.services.import_own_office import (
    of_own_office,
    refuse_blindly,
    strange_institutions,
)
from portal.register.services.importing import (
    ImportOptions,
    ImportReport,
    check_options,
    record_import,
    rows_of,
)
from portal.register.services.institution_changes import (
    Change,
    InstitutionChange,
    compare_filing,
    compare_institution,
    refuse_differences,
)
from portal.register.services.institution_rows import COLUMNS, DraftBook, FilingDraft
from portal.register.services.new_filings import Offices, check_new, new_filing
from portal.register.services.spans import References, as_timeline_event
from portal.register.tabular.problems import Problems
from portal.register.timeline import Event, TimelineError, fold

BATCH = 1000
#: Key of an event that is not written yet, for trying it out: later than any other of its day.
NOT_WRITTEN = 2**62


@dataclass(slots=True)
class Plan:
    """What an import will write."""

    new: list[FilingDraft] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    institutions: dict[str, Institution] = field(default_factory=dict)
    institution_changes: list[InstitutionChange] = field(default_factory=list)


def import_institutions(path: Path, options: ImportOptions | None = None) -> ImportReport:
    """Import a table of institutions (CSV or XLSX); see :data:`institution_rows.ALL_COLUMNS`.

    Nothing is written when the report has problems or for a dry run. A filing that the register holds
    already is left alone when it says the same; differences need ``effective_on`` and ``reason``.
    """
    options = options or ImportOptions()
    report = ImportReport(noun=_("备案"), dry_run=options.dry_run)
    check_options(options, report)
    lookups = Lookups.load(timezone.localdate())
    book = DraftBook(lookups, report.problems)
    for row in rows_of(path, COLUMNS, report, options):
        book.add(row)
    plan = make_plan(book, options, report)
    if report.problems or options.dry_run:
        return report
    with options.writing(report):
        if plan.new or plan.changes or plan.institution_changes:
            write_plan(plan, options)
            record_import("institutions", path, report, options)
    return report


def make_plan(book: DraftBook, options: ImportOptions, report: ImportReport) -> Plan:
    """Compare every sound draft with the register; counts and differences go to the report."""
    plan = Plan()
    drafts = {code: draft for code, draft in book.drafts.items() if draft.ok}
    if options.limit is not None:
        drafts = of_own_office(drafts, options.limit, report.problems)
    day = options.effective_on or book.lookups.today
    district_names = {district.code: district.name for district in book.lookups.districts.values()}
    existing = {facts.filing.code: facts for facts in facts_on(day, list(drafts))}
    for code, draft in drafts.items():
        facts = existing.get(code)
        if facts is None:
            check_new(draft, book.lookups.today, report.problems)
            plan.new.append(draft)
            continue
        change = compare_filing(facts, draft, district_names)
        if change.differences:
            if not refuse_differences(change.differences, report.problems, options):
                plan.changes.append(change)
    _plan_institutions(plan, book, drafts, options, report)
    if options.effective_on:
        try_changes(plan, options.effective_on, report.problems)
    _count(plan, drafts, report)
    return plan


def _plan_institutions(
    plan: Plan, book: DraftBook, drafts: dict[str, FilingDraft], options: ImportOptions, report: ImportReport
) -> None:
    by_code: dict[str, list[FilingDraft]] = {}
    for draft in drafts.values():
        by_code.setdefault(draft.social_credit_code, []).append(draft)
    district_names = {district.pk: district.name for district in book.lookups.districts.values()}
    codes = list(by_code)
    for start in range(0, len(codes), CHUNK):
        found = Institution.objects.filter(social_credit_code__in=codes[start : start + CHUNK])
        plan.institutions |= {institution.social_credit_code: institution for institution in found}
    strange = strange_institutions(codes, options.limit) if options.limit is not None else set()
    for code, own in by_code.items():
        first = own[0]
        for draft in own[1:]:
            _same_institution(first, draft, report.problems)
        institution = plan.institutions.get(code)
        if institution is None:
            continue
        change = compare_institution(institution, first, district_names)
        if code in strange:
            refuse_blindly(change.differences, report.problems)
        elif change.differences and not refuse_differences(change.differences, report.problems, options):
            plan.institution_changes.append(change)


def _same_institution(first: FilingDraft, draft: FilingDraft, problems: Problems) -> None:
    for column in ("机构名称", "机构性质", "注册地区县", "注册地址", "联系电话", "网站"):
        one, other = first.cells.get(column, ""), draft.cells.get(column, "")
        if one != other:
            problems.add(
                draft.row,
                column,
                _("与第 %(row)d 行的同一机构（%(code)s）不一致：“%(one)s”与“%(other)s”，请改为一致。")
                % {"row": first.row, "code": draft.social_credit_code, "one": one, "other": other},
            )


def _count(plan: Plan, drafts: dict[str, FilingDraft], report: ImportReport) -> None:
    renamed = {change.institution.social_credit_code for change in plan.institution_changes}
    changed = {change.draft.code for change in plan.changes}
    new = {draft.code for draft in plan.new}
    changed |= {
        draft.code
        for draft in drafts.values()
        if draft.social_credit_code in renamed and draft.code not in new
    }
    report.new, report.changed = len(new), len(changed)
    report.unchanged = len(drafts) - len(new) - len(changed)
    report.changes = [_("新增备案 %(code)s %(name)s") % {"code": d.code, "name": d.name} for d in plan.new]
    differences = [item for change in plan.changes for item in change.differences]
    differences += [item for change in plan.institution_changes for item in change.differences]
    for difference in differences:
        report.changes.append(
            _("第 %(row)d 行“%(column)s”：%(before)s → %(after)s")
            % {
                "row": difference.row,
                "column": difference.column,
                "before": difference.registered or _("（空）"),
                "after": difference.written or _("（空）"),
            }
        )


def try_changes(plan: Plan, effective_on: dt.date, problems: Problems) -> None:
    """Fold the events of each filing with what would be added, so that a refusal comes before anything is written."""
    pks = [change.facts.filing.pk for change in plan.changes]
    events: dict[int, list[Event]] = {pk: [] for pk in pks}
    for start in range(0, len(pks), CHUNK):
        for row in FilingEvent.objects.filter(filing__in=pks[start : start + CHUNK]):
            events[row.filing_id].append(as_timeline_event(row))
    for change in plan.changes:
        tried = Event(NOT_WRITTEN, "changed", effective_on, change.payload)
        try:
            fold([*events[change.facts.filing.pk], tried])
        except TimelineError as error:
            problems.add(change.draft.row, "备案编码", f"{change.draft.code}：{error}")


def write_plan(plan: Plan, options: ImportOptions) -> None:
    """Write everything; the caller holds the transaction."""
    references = References.load()
    _write_institutions(plan, options, references)
    offices = Offices.load()
    for start in range(0, len(plan.new), BATCH):
        batch = [
            new_filing(draft, plan.institutions[draft.social_credit_code], offices, options)
            for draft in plan.new[start : start + BATCH]
        ]
        record_filings_in_bulk(batch, actor=options.actor, reason=options.reason, references=references)
    if options.effective_on is None:
        return
    changed = [
        Recording(
            change.facts.filing,
            EventInput("changed", options.effective_on, 13, change.payload, reason=options.reason),
        )
        for change in plan.changes
    ]
    record_filing_events(changed, actor=options.actor, references=references)


def _write_institutions(plan: Plan, options: ImportOptions, references: References) -> None:
    missing = {
        draft.social_credit_code: draft
        for draft in plan.new
        if draft.social_credit_code not in plan.institutions
    }
    made = Institution.objects.bulk_create(
        [
            Institution(
                name=draft.name,
                social_credit_code=code,
                ownership=draft.ownership,
                district_id=draft.district_pk,
                registered_address=draft.address,
                phone=draft.phone or "",
                website=draft.website or "",
                is_demo="演示" in draft.name,
            )
            for code, draft in missing.items()
        ],
        batch_size=BATCH,
    )
    plan.institutions |= {institution.social_credit_code: institution for institution in made}
    for change in plan.institution_changes:
        if change.values:
            _edit(change.institution, change.values, options)
    if options.effective_on:
        rename_institutions(
            [(change.institution, change.name) for change in plan.institution_changes if change.name],
            options.effective_on,
            actor=options.actor,
            reason=options.reason,
            references=references,
        )


def _edit(institution: Institution, values: dict[str, Any], options: ImportOptions) -> None:
    before = {name: getattr(institution, name) for name in values}
    for name, value in values.items():
        setattr(institution, name, value)
    institution.save(update_fields=list(values))
    record(
        "register.institution.edited",
        institution,
        actor=options.actor,
        before=before,
        after={**values, "effective_on": options.effective_on.isoformat() if options.effective_on else ""},
        reason=options.reason,
    )
    announce("institution", institution.filings.values_list("pk", flat=True))
