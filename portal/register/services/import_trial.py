"""Trying out a file: the importers' dry run, the digest of what it found, and keeping that beside the file."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.register.models import ImportRun
from portal.register.services.import_fees import import_fees
from portal.register.services.import_files import RunFiles, read_lines, write_lines
from portal.register.services.import_institutions import import_institutions
from portal.register.services.import_occupations import import_occupations
from portal.register.services.import_powers import limit_of
from portal.register.services.importing import ImportOptions, ImportReport, no_progress

IMPORTERS: dict[str, Callable[[Path, ImportOptions], ImportReport]] = {
    ImportRun.Kind.INSTITUTIONS.value: import_institutions,
    ImportRun.Kind.FEES.value: import_fees,
    ImportRun.Kind.OCCUPATIONS.value: import_occupations,
}
#: Larger files are left to the worker; a workbook holds ten times as much in a byte.
AT_ONCE_CSV = 400_000
AT_ONCE_XLSX = 50_000
PROGRESS_EVERY = 2000
#: So many lines of a difference are kept; more nobody reads.
MOST_MOVED = 2000


def is_large(run: ImportRun) -> bool:
    """Whether the worker does it: a web process would be busy for more than about two seconds."""
    try:
        with RunFiles.of(run).table.open("rb") as stream:
            packed = stream.read(2) == b"PK"
    except FileNotFoundError:
        return False
    return run.size > (AT_ONCE_XLSX if packed else AT_ONCE_CSV)


def options_for(run: ImportRun, user: User, **others: object) -> ImportOptions:
    """The options of an import at a desk, on behalf of ``user``."""
    return ImportOptions(
        effective_on=run.effective_on,
        reason=run.reason,
        actor=user,
        limit=limit_of(run, user),
        at_desk=True,
        file_name=run.file_name,
        **others,  # type: ignore[arg-type]
    )


def try_out(run: ImportRun, user: User, *, show_progress: bool = False) -> ImportReport:
    """What the file would do now; writes nothing to the register."""
    progress = _progress_of(run) if show_progress else no_progress
    options = options_for(run, user, dry_run=True, progress=progress)
    return IMPORTERS[run.kind](RunFiles.of(run).table, options)


def _progress_of(run: ImportRun) -> Callable[[int], None]:
    def note(row: int) -> None:
        if row % PROGRESS_EVERY == 0:
            ImportRun.objects.filter(pk=run.pk).update(done_rows=row)

    return note


def outcome_of(report: ImportReport) -> str:
    """Digest of everything that a trial found: the same bytes on the same register give the same."""
    digest = hashlib.sha256()
    counts = [report.sha256, report.rows, report.new, report.changed, report.unchanged, report.problems.total]
    for part in (counts, report.changes, [str(problem) for problem in report.problems.in_order]):
        digest.update(json.dumps(part, ensure_ascii=False).encode())
    return digest.hexdigest()


def keep_outcome(run: ImportRun, report: ImportReport) -> str:
    """Write the lists of an outcome beside the file, and how they differ from the one before; returns its digest."""
    files, outcome = RunFiles.of(run), outcome_of(report)
    before = list(read_lines(files.changes(run.outcome))) if run.outcome else []
    write_lines(files.changes(outcome), report.changes)
    write_lines(
        files.problems(outcome),
        ([problem.row, problem.column, problem.message] for problem in report.problems.in_order),
    )
    if run.outcome and run.outcome != outcome:
        write_lines(files.moved(outcome), _difference(before, report.changes))
    return outcome


def _difference(before: list[str], after: list[str]) -> list[tuple[str, str]]:
    old, new = Counter(before), Counter(after)
    gone = [("−", line) for line in (old - new).elements()]
    added = [("+", line) for line in (new - old).elements()]
    return (gone + added)[:MOST_MOVED]


def store_report(
    run: ImportRun, report: ImportReport, *, expected: frozenset[str], moved: bool = False
) -> bool:
    """Note on the run what a trial found; False when somebody else changed the run meanwhile."""
    outcome = keep_outcome(run, report)
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        if locked.status not in expected or locked.outcome != run.outcome:
            return False
        locked.status = ImportRun.Status.WITH_ERRORS if report.problems else ImportRun.Status.CHECKED
        for name in ("rows", "new", "changed", "unchanged"):
            setattr(locked, name, getattr(report, name))
        locked.problem_count, locked.change_count = report.problems.total, len(report.changes)
        locked.outcome, locked.moved = outcome, moved
        locked.done_rows, locked.note, locked.applied_by = report.rows, "", None
        locked.checked_at = timezone.now()
        locked.save()
    run.refresh_from_db()
    return True
