"""Import fee standards (Art. 18): one schedule for a filing and a first day, its items row by row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from portal.register.models import FeeSchedule, Filing, ScopeItem
from portal.register.services.current_facts import CHUNK
from portal.register.services.export_rows import FEE_COLUMNS
from portal.register.services.fee_writing import Amounts, FeePlan, ItemKey, ScheduleDraft, write_plan
from portal.register.services.import_lookups import Lookups
from portal.register.services.importing import CellReader, ImportOptions, ImportReport, record_import, rows_of
from portal.register.services.institution_rows import parse_website
from portal.register.tabular.cells import (
    format_fen,
    limited,
    parse_day,
    parse_fen,
    required,
    shortened,
)
from portal.register.tabular.problems import Problems
from portal.register.tabular.table import Columns, Row
from portal.register.timeline import ONE_DAY
from portal.regulation.codes import InstitutionCode

OPTIONAL = ("执行截止", "公示网址", "职业名称", "工种", "理论", "技能", "材料", "综合评审", "合计")
COLUMNS = Columns(
    required=[name for name in FEE_COLUMNS if name not in OPTIONAL],
    optional=OPTIONAL,
    aliases={
        "理论知识考试费": "理论",
        "技能考核费": "技能",
        "材料费": "材料",
        "综合评审费": "综合评审",
        "收费依据文件": "收费依据",
    },
)
SCHEDULE_COLUMNS = ("公布日期", "执行截止", "收费依据", "公示网址")
PARTS = ("理论", "技能", "材料", "综合评审")


class ScheduleBook:
    """Gathers rows into schedules."""

    def __init__(self, lookups: Lookups, problems: Problems) -> None:
        self.lookups = lookups
        self.problems = problems
        self.drafts: dict[tuple[str, dt.date], ScheduleDraft] = {}

    def add(self, row: Row) -> None:
        """Take a row into its schedule."""
        reader = CellReader(row, self.problems)
        code = reader.read("备案编码", lambda text: str(InstitutionCode.parse(text)))
        first_day = reader.read("执行日期", parse_day)
        if code is None or first_day is None:
            return
        draft = self.drafts.get((code, first_day))
        if draft is None:
            cells = {name: row[name] for name in SCHEDULE_COLUMNS}
            draft = self.drafts[code, first_day] = ScheduleDraft(row.number, code, first_day, cells)
            self._read_schedule(draft, reader)
        else:
            for column, first in draft.cells.items():
                if row[column] and row[column] != first:
                    values = {"row": draft.row, "first": shortened(first), "text": shortened(row[column])}
                    reader.refuse(
                        column,
                        _("与第 %(row)d 行的同一收费标准不一致：“%(first)s”与“%(text)s”，请改为一致。")
                        % values,
                    )
        self._read_item(draft, reader)
        draft.ok = draft.ok and reader.ok

    def _read_schedule(self, draft: ScheduleDraft, reader: CellReader) -> None:
        draft.published_on = reader.read("公布日期", parse_day) or dt.date.min
        draft.last_day = reader.read("执行截止", lambda text: parse_day(text) if text else None)
        draft.basis = reader.read("收费依据", lambda text: limited(required(text), 200)) or ""
        draft.source_url = reader.read("公示网址", parse_website) or ""
        if draft.last_day is not None and draft.last_day < draft.first_day:
            reader.refuse("执行截止", _("早于执行日期，请核对。"))
        if draft.published_on > self.lookups.today:
            reader.refuse("公布日期", _("晚于今天，尚未公布的收费标准不能导入。"))

    def _read_item(self, draft: ScheduleDraft, reader: CellReader) -> None:
        lookups, row = self.lookups, reader.row
        occupation = reader.read("职业编码", lambda text: lookups.occupation(text, row["职业名称"]))
        level = reader.read("等级", lambda text: lookups.level(required(text)))
        amounts = read_amounts(reader)
        if occupation is None or level is None or amounts is None:
            return
        work_type = reader.read("工种", lambda text: lookups.work_type(occupation, text))
        key = (occupation, work_type or "", level)
        if key in draft.items:
            reader.refuse("等级", _("与第 %d 行重复：同一职业、工种、等级只写一次。") % draft.items[key][0])
            return
        draft.items[key] = (row.number, amounts)


def read_amounts(reader: CellReader) -> Amounts | None:
    """The components and the amount without components, in fen; the total is checked against their sum."""
    parts = [reader.read(column, parse_fen) for column in PARTS]
    total = reader.read("合计", parse_fen)
    if not reader.ok:
        return None
    given = [part for part in parts if part is not None]
    if not given:
        if total is None:
            reader.refuse("合计", _("没有填写任何金额；尚未公布收费标准的，请删去这一行，不要填 0。"))
            return None
        return (0, 0, 0, 0, total)
    if total is not None and total != sum(given):
        reader.refuse(
            "合计",
            _("各项之和为 %(sum)s 元，合计写的是 %(total)s 元，请核对。")
            % {"sum": format_fen(sum(given)), "total": format_fen(total)},
        )
        return None
    knowledge, skill, material, review = (part or 0 for part in parts)
    return (knowledge, skill, material, review, 0)


def import_fees(path: Path, options: ImportOptions | None = None) -> ImportReport:
    """Import a table of fees. A schedule that the register holds already must say the same, or a ``reason`` is given.

    A later schedule ends the one before it on the day before its own first day.
    """
    options = options or ImportOptions()
    report = ImportReport(noun=_("收费标准"), dry_run=options.dry_run)
    book = ScheduleBook(Lookups.load(timezone.localdate()), report.problems)
    for row in rows_of(path, COLUMNS, report, options):
        book.add(row)
    plan = make_plan([draft for draft in book.drafts.values() if draft.ok], options, report)
    if report.problems or options.dry_run or not (report.new or report.changed):
        return report
    with options.writing(report):
        write_plan(plan, actor=options.actor, reason=options.reason)
        record_import("fees", path, report, options)
    return report


def make_plan(drafts: list[ScheduleDraft], options: ImportOptions, report: ImportReport) -> FeePlan:
    """Compare with the register: filings, their scope and their schedules, a few queries for each 5,000 filings."""
    codes = list(dict.fromkeys(draft.code for draft in drafts))
    plan = FeePlan({})
    schedules: dict[tuple[str, dt.date], FeeSchedule] = {}
    scope: set[tuple[str, str, str]] = set()
    for start in range(0, len(codes), CHUNK):
        part = codes[start : start + CHUNK]
        filings = Filing.objects.filter(code__in=part)
        if options.limit is not None:
            filings = filings.filter(options.limit.condition())
        plan.filings |= dict(filings.values_list("code", "pk"))
        scope |= set(
            ScopeItem.objects.filter(filing__in=filings.values("pk")).values_list(
                "filing__code", "occupation__code", "level_id"
            )
        )
        found = (
            FeeSchedule.objects.filter(filing__in=filings.values("pk"))
            .select_related("filing")
            .prefetch_related("items__occupation", "items__work_type")
        )
        schedules |= {(schedule.filing.code, schedule.first_day): schedule for schedule in found}
    _set_ends(drafts, schedules)
    for draft in drafts:
        if not _check_filing(draft, plan, options, report.problems):
            continue
        _check_scope(draft, scope, report.problems)
        schedule = schedules.get((draft.code, draft.first_day))
        if schedule is None:
            plan.new.append(draft)
            report.changes.append(_("新增收费标准 %s，自 %s 起") % (draft.code, draft.first_day))
        elif lines := differences(schedule, draft):
            _note_differences(lines, draft, options, report)
            plan.replaced.append((schedule, draft))
    plan.ended = _ended_by(plan.new, schedules)
    report.new, report.changed = len(plan.new), len(plan.replaced)
    report.unchanged = len(drafts) - report.new - report.changed
    return plan


def _set_ends(drafts: Iterable[ScheduleDraft], schedules: dict[tuple[str, dt.date], FeeSchedule]) -> None:
    """A schedule without a last day ends the day before the next one of its filing begins."""
    drafts = list(drafts)
    days: dict[str, set[dt.date]] = {}
    for code, first_day in [*schedules, *((draft.code, draft.first_day) for draft in drafts)]:
        days.setdefault(code, set()).add(first_day)
    for draft in drafts:
        later = [day for day in days[draft.code] if day > draft.first_day]
        if draft.last_day is None and later:
            draft.last_day = min(later) - ONE_DAY


def _check_filing(draft: ScheduleDraft, plan: FeePlan, options: ImportOptions, problems: Problems) -> bool:
    """Whether the filing is there, and the office's own: of others' filings not even that is told."""
    if draft.code in plan.filings:
        return True
    if options.limit is not None:
        message = _("本机关没有备案 %s，只能导入本机关备案的机构的收费标准，请核对编码。")
    else:
        message = _("登记库中没有备案 %s，请核对编码，或先导入该机构。")
    problems.add(draft.row, "备案编码", message % draft.code)
    return False


def _check_scope(draft: ScheduleDraft, scope: set[tuple[str, str, str]], problems: Problems) -> None:
    for (occupation, _work_type, level), (row, _amounts) in draft.items.items():
        if (draft.code, occupation, level) not in scope:
            problems.add(
                row,
                "职业编码",
                _("备案 %(code)s 的范围不含 %(occupation)s 的这一等级，请核对职业和等级。")
                % {"code": draft.code, "occupation": occupation},
            )


def _ended_by(
    new: Iterable[ScheduleDraft], schedules: dict[tuple[str, dt.date], FeeSchedule]
) -> list[tuple[FeeSchedule, dt.date]]:
    """Open schedules of the register that a new one ends, with the day before the new one begins."""
    ended = []
    first_days: dict[str, list[dt.date]] = {}
    for draft in new:
        first_days.setdefault(draft.code, []).append(draft.first_day)
    for (code, first_day), schedule in schedules.items():
        later = [day for day in first_days.get(code, ()) if day > first_day]
        if later and (schedule.last_day is None or schedule.last_day >= min(later)):
            ended.append((schedule, min(later) - ONE_DAY))
    return ended


def differences(schedule: FeeSchedule, draft: ScheduleDraft) -> list[tuple[int, str, str, str]]:
    """Row, column, registered and written value of everything in which the two differ."""
    pairs = (
        ("公布日期", str(schedule.published_on), str(draft.published_on)),
        ("执行截止", str(schedule.last_day or ""), str(draft.last_day or "")),
        ("收费依据", schedule.basis, draft.basis),
        ("公示网址", schedule.source_url, draft.source_url),
    )
    found = [(draft.row, column, old, new) for column, old, new in pairs if old != new]
    registered: dict[ItemKey, Amounts] = {}
    for item in schedule.items.all():
        key = (item.occupation.code, item.work_type.name if item.work_type else "", item.level_id)
        amounts = (item.knowledge_fen, item.skill_fen, item.material_fen, item.review_fen, item.undivided_fen)
        registered[key] = amounts
    for key, (row, written) in draft.items.items():
        if registered.get(key) != written:
            found.append((row, "合计", _words(registered.get(key)), _words(written)))
    for key in registered.keys() - draft.items.keys():
        found.append((draft.row, "职业编码", " ".join(part for part in key if part), ""))
    return found


def _words(amounts: Amounts | None) -> str:
    if amounts is None:
        return ""
    parts = "+".join(format_fen(fen) for fen in amounts if fen)
    return _("%(total)s 元（%(parts)s）") % {"total": format_fen(sum(amounts)), "parts": parts}


def _note_differences(
    lines: list[tuple[int, str, str, str]], draft: ScheduleDraft, options: ImportOptions, report: ImportReport
) -> None:
    for row, column, old, new in lines:
        values = {"old": shortened(old, 60) or _("（空）"), "new": shortened(new, 60) or _("（空）")}
        if options.reason:
            report.changes.append(f"{draft.code} {column}：{values['old']} → {values['new']}")
        else:
            report.problems.add(
                row,
                column,
                _(
                    "登记库中为“%(old)s”，文件中为“%(new)s”；调整收费应使用新的执行日期，更正错误的%(remedy)s。"
                )
                % {**values, "remedy": options.how_to_correct},
            )
