"""Import occupations with their work types and former codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from portal.contracts.events import announce
from portal.register.models import Filing, Occupation, OccupationFormerCode, WorkType
from portal.register.services.export_rows import OCCUPATION_COLUMNS
from portal.register.services.importing import CellReader, ImportOptions, ImportReport, record_import, rows_of
from portal.register.tabular.cells import CellError, limited, required, shortened, split_list, split_parallel
from portal.register.tabular.table import Columns, Row
from portal.regulation.codes import normalise_code

COLUMNS = Columns(required=OCCUPATION_COLUMNS[:6], optional=OCCUPATION_COLUMNS[6:])
_CODE = re.compile(r"\d-\d{2}-\d{2}-\d{2}")
#: Columns and the attributes they fill; 80 characters each.
TEXTS = (
    ("职业名称", "name"),
    ("小类编码", "minor_code"),
    ("小类", "minor_name"),
    ("中类", "middle_name"),
    ("大类", "major_name"),
)
BATCH = 500


@dataclass(slots=True)
class OccupationDraft:
    """What a row says about an occupation."""

    row: int
    code: str
    values: dict[str, str] = field(default_factory=dict)
    work_types: list[str] = field(default_factory=list)
    former: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """What an import of occupations will write."""

    new: list[Occupation] = field(default_factory=list)
    changed: list[Occupation] = field(default_factory=list)
    drafts: list[OccupationDraft] = field(default_factory=list)
    work_types: set[tuple[str, str]] = field(default_factory=set)
    former: set[tuple[str, str, str]] = field(default_factory=set)

    def missing_work_types(self) -> Iterable[tuple[str, str]]:
        """(code, name) of the work types to add."""
        wanted = dict.fromkeys((draft.code, name) for draft in self.drafts for name in draft.work_types)
        return [key for key in wanted if key not in self.work_types]

    def missing_former(self) -> Iterable[tuple[OccupationDraft, tuple[str, str, str]]]:
        """Former codes to add."""
        return [
            (draft, item)
            for draft in self.drafts
            for item in draft.former
            if (item[0], item[1], draft.code) not in self.former
        ]


def parse_code(text: str) -> str:
    """An occupation code such as 6-31-01-03, in any width."""
    code = normalise_code(required(text), drop_hyphens=False)
    if not _CODE.fullmatch(code):
        raise CellError(_("“%s”不是职业编码的格式，应如 6-31-01-03。") % shortened(text))
    return code


def import_occupations(path: Path, options: ImportOptions | None = None) -> ImportReport:
    """Import a table of occupations. Work types and former codes are added, never taken away.

    A name or classification that differs from the register is refused unless ``reason`` is given; the earlier
    name then goes on answering as a former one.
    """
    options = options or ImportOptions()
    report = ImportReport(noun=_("职业"), dry_run=options.dry_run)
    drafts: dict[str, OccupationDraft] = {}
    for row in rows_of(path, COLUMNS, report, options):
        draft = read_row(row, CellReader(row, report.problems))
        if draft is None:
            continue
        if draft.code in drafts:
            report.problems.add(
                row.number, "职业编码", _("与第 %d 行重复，一个职业只写一行。") % drafts[draft.code].row
            )
            continue
        drafts[draft.code] = draft
    plan = make_plan(list(drafts.values()), options, report)
    if report.problems or options.dry_run or not (report.new or report.changed):
        return report
    with options.writing(report):
        write_plan(plan, options)
        record_import("occupations", path, report, options)
    return report


def read_row(row: Row, reader: CellReader) -> OccupationDraft | None:
    """The draft of a row, or None after noting what is wrong with it."""
    code = reader.read("职业编码", parse_code)
    draft = OccupationDraft(row.number, code or "")
    for column, attribute in TEXTS:
        length = 9 if attribute == "minor_code" else 80
        draft.values[attribute] = reader.read(column, lambda text, n=length: limited(required(text), n)) or ""  # type: ignore[misc]
    if code and draft.values["minor_code"] and not code.startswith(draft.values["minor_code"]):
        reader.refuse("小类编码", _("职业编码 %s 不在这个小类之下，请核对。") % code)
    draft.work_types = [
        name
        for part in split_list(row["工种"])
        if (name := reader.parse("工种", part, lambda text: limited(text, 80)))
    ]
    draft.former = _former_codes(row, reader)
    return draft if reader.ok else None


def _former_codes(row: Row, reader: CellReader) -> list[tuple[str, str, str]]:
    columns = ("原编码", "原名称", "原编码来源")
    if not any(row[column] for column in columns):
        return []
    lists = [split_parallel(row[column]) for column in columns]
    if not row[columns[2]]:
        lists[2] = [_("导入")] * len(lists[0])
    if len({len(values) for values in lists}) > 1:
        reader.refuse(columns[0], _("原编码、原名称、来源用“；”隔开，个数应相同。"))
        return []
    result = []
    for code, name, source in zip(*lists, strict=True):
        parsed = reader.parse(columns[0], code, parse_code)
        name = reader.parse(columns[1], name, lambda text: limited(required(text), 80)) or ""
        source = reader.parse(columns[2], source, lambda text: limited(text, 80)) or ""
        result.append((parsed or "", name, source))
    return result


def make_plan(drafts: list[OccupationDraft], options: ImportOptions, report: ImportReport) -> Plan:
    """Compare the drafts with the register: three queries."""
    existing = {row.code: row for row in Occupation.objects.all()}
    plan = Plan(
        drafts=drafts,
        work_types=set(WorkType.objects.values_list("occupation__code", "name")),
        former=set(OccupationFormerCode.objects.values_list("code", "name", "occupation__code")),
    )
    touched = {code for code, _name in plan.missing_work_types()}
    touched |= {draft.code for draft, _item in plan.missing_former()}
    for draft in drafts:
        row = existing.get(draft.code)
        if row is None:
            plan.new.append(Occupation(code=draft.code, **draft.values))
            report.changes.append(
                _("新增职业 %(code)s %(name)s") % {"code": draft.code, "name": draft.values["name"]}
            )
        elif _differs(row, draft, options, report):
            plan.changed.append(row)
        elif draft.code in touched:
            report.changes.append(_("%s 补充工种或原编码") % draft.code)
    report.new = len(plan.new)
    new = {row.code for row in plan.new}
    report.changed = len(({row.code for row in plan.changed} | touched) - new)
    report.unchanged = len(drafts) - report.new - report.changed
    return plan


def _differs(row: Occupation, draft: OccupationDraft, options: ImportOptions, report: ImportReport) -> bool:
    differs = False
    for column, attribute in TEXTS:
        registered, written = getattr(row, attribute), draft.values[attribute]
        if registered == written:
            continue
        differs = True
        if not options.reason:
            report.problems.add(
                draft.row,
                column,
                _("登记库中为“%(old)s”，文件中为“%(new)s”；确需更改的，%(remedy)s。")
                % {"old": registered, "new": written, "remedy": options.how_to_correct},
            )
            continue
        report.changes.append(f"{row.code} {column}：{registered} → {written}")
        if attribute == "name":
            draft.former.append((row.code, registered, shortened(options.reason, 79)))
        setattr(row, attribute, written)
    return differs


def write_plan(plan: Plan, options: ImportOptions) -> None:
    """Write everything; the caller holds the transaction."""
    Occupation.objects.bulk_create(plan.new, batch_size=BATCH)
    Occupation.objects.bulk_update(
        plan.changed, [attribute for _column, attribute in TEXTS], batch_size=BATCH
    )
    keys = dict(Occupation.objects.values_list("code", "pk"))
    WorkType.objects.bulk_create(
        [WorkType(occupation_id=keys[code], name=name) for code, name in plan.missing_work_types()],
        batch_size=BATCH,
    )
    OccupationFormerCode.objects.bulk_create(
        [
            OccupationFormerCode(code=code, name=name, occupation_id=keys[draft.code], source=source)
            for draft, (code, name, source) in plan.missing_former()
        ],
        batch_size=BATCH,
    )
    touched = {keys[draft.code] for draft in plan.drafts}
    # Names and former codes stand in the search entries of the filings that assess them.
    announce(
        "institution",
        Filing.objects.filter(scope_items__occupation__in=touched).distinct().values_list("pk", flat=True),
    )
