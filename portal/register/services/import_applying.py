"""Applying a checked import: exactly the checked bytes, with exactly the checked outcome, in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.audit.record import record
from portal.register.models import ImportRun
from portal.register.services.import_files import RunFiles
from portal.register.services.import_trial import IMPORTERS, options_for, outcome_of, store_report
from portal.register.services.importing import ImportReport
from portal.register.services.register_mark import changed_since, hold_register, register_mark
from portal.register.tabular.table import sha256_of
from portal.templatetags.portal_format import zh_moment

logger = logging.getLogger(__name__)

Status = ImportRun.Status
ATTEMPTS = 3


class ImportRefused(Exception):
    """The import cannot be done so; the message is Chinese and says what to do."""


class ImportConflict(ImportRefused):
    """Somebody else was quicker, or the register has gone on; the message says which."""


class _RegisterMoved(Exception):
    """The register was changed while the file was read: read it again."""


class _OutcomeDiffers(Exception):
    """What would be written is not what was checked."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self.report = report


def conflict_of(run: ImportRun) -> ImportConflict:
    """What to tell somebody who comes too late."""
    if run.status == Status.APPLIED:
        return ImportConflict(
            _("这次导入已由%(who)s于%(when)s应用，没有重复写入。")
            % {"who": run.applied_by, "when": zh_moment(run.applied_at)}
        )
    if run.status == Status.CHECKED:
        return ImportConflict(_("检查结果已经更新，请核对下面的最新结果后再应用。"))
    return ImportConflict(
        _("这次导入现在的状态是“%s”，不能这样处理；请看下面的最新情况。") % run.get_status_display()
    )


def apply_now(run: ImportRun, *, actor: User, reason: str, expected: Status) -> None:
    """Apply the file of a run that is in the state ``expected``.

    Raises :class:`ImportConflict` when another has applied it, and when the outcome would be another than the one
    checked: the new outcome then stands in the run, with what is different, and nothing has been written.
    Raises :class:`ImportRefused` when the file is not the checked one, or the register is too busy.
    """
    table = RunFiles.of(run).table
    if not table.is_file() or sha256_of(table) != run.sha256:
        _fail(run, actor)
        raise ImportRefused(_("保存的文件与检查时不一致，没有写入任何内容；请重新上传。"))
    run.reason = reason
    for _attempt in range(ATTEMPTS):
        applying = _Applying(run, actor, reason, expected, register_mark())
        try:
            report = IMPORTERS[run.kind](table, options_for(run, actor, writing=applying.writing))
        except _RegisterMoved:
            continue
        except _OutcomeDiffers as differing:
            report = differing.report
        except DatabaseError as error:
            # Another writer has what we need, or wrote the same: look again.
            logger.warning("import %s is tried again: %r", run.pk, error)
            continue
        if applying.done:
            return
        _note_difference(run, report, expected)
    raise ImportRefused(_("登记库正忙，没有写入任何内容，请稍后再应用。"))


@dataclass
class _Applying:
    run: ImportRun
    actor: User
    reason: str
    expected: Status
    mark: int
    done: bool = False

    @contextmanager
    def writing(self, report: ImportReport) -> Iterator[None]:
        """The transaction of the write: refused unless run, bytes, outcome and register are as checked."""
        with transaction.atomic():
            hold_register(self.run.kind)
            locked = ImportRun.objects.select_for_update().get(pk=self.run.pk)
            if locked.status != self.expected:
                raise conflict_of(locked)
            if outcome_of(report) != locked.outcome:
                raise _OutcomeDiffers(report)
            if changed_since(self.mark):
                raise _RegisterMoved
            yield
            locked.status, locked.reason = Status.APPLIED, self.reason
            locked.applied_by, locked.applied_at = self.actor, timezone.now()
            locked.done_rows, locked.note = locked.rows, ""
            locked.save()
            self._record(locked, report)
        self.done = True

    def _record(self, run: ImportRun, report: ImportReport) -> None:
        record(
            "register.import.run.applied",
            run,
            actor=self.actor,
            office=run.office.code,
            after={
                "sha256": report.sha256,
                "new": report.new,
                "changed": report.changed,
                "effective_on": run.effective_on.isoformat() if run.effective_on else "",
            },
            reason=self.reason,
        )


def _note_difference(run: ImportRun, report: ImportReport, expected: Status) -> None:
    run.refresh_from_db()
    if not store_report(run, report, expected=frozenset({expected.value}), moved=True):
        raise conflict_of(ImportRun.objects.get(pk=run.pk))
    raise ImportConflict(
        _("检查之后登记库有了变化，结果已重新计算，没有写入任何内容；请核对下面的差别后再决定。")
    )


def _fail(run: ImportRun, actor: User) -> None:
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        if locked.status in ImportRun.ENDED:
            return
        locked.status = Status.FAILED
        locked.note = _("保存的文件与检查时不一致，请重新上传。")
        locked.save(update_fields=["status", "note"])
        record("register.import.run.failed", locked, actor=actor, office=run.office.code, reason=locked.note)
