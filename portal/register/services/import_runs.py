"""Imports in the workplace: a file is received, tried out, applied exactly as tried out, or put aside."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import Authority, User
from portal.audit.record import record
from portal.register.models import ImportRun
from portal.register.models.imports import new_folder
from portal.register.services.import_applying import ImportConflict, ImportRefused, apply_now, conflict_of
from portal.register.services.import_files import RunFiles, clean_name, imports_folder, store_upload
from portal.register.services.import_trial import is_large, store_report, try_out
from portal.register.tabular.problems import TableError

Status = ImportRun.Status
MIN_REASON = 4


def receive_file(
    kind: str,
    office: Authority,
    upload: UploadedFile[Any],
    *,
    actor: User,
    effective_on: dt.date | None = None,
    reason: str = "",
    corrects: ImportRun | None = None,
) -> ImportRun:
    """Keep a file and try it out, at once or by the worker; ``corrects`` is put aside for it.

    Raises :class:`ImportRefused` for what is no table.
    """
    folder = new_folder()
    files = RunFiles(imports_folder() / folder)
    try:
        sha256, size = store_upload(upload, files)
    except TableError as error:
        raise ImportRefused(str(error.problem)) from error
    try:
        with transaction.atomic():
            run = ImportRun.objects.create(
                office=office,
                kind=kind,
                file_name=clean_name(upload.name or ""),
                folder=folder,
                sha256=sha256,
                size=size,
                effective_on=effective_on,
                reason=reason,
                uploaded_by=actor,
                uploaded_at=timezone.now(),
                corrects=corrects,
            )
            _record("uploaded", run, actor, after={"sha256": sha256, "size": size})
            if corrects is not None:
                _put_aside(corrects, actor, _("由更正后的文件代替"))
    except BaseException:
        files.remove()
        raise
    check_unless_large(run)
    return run


def check_unless_large(run: ImportRun) -> None:
    """Try the file out at once, unless it is the worker's."""
    if not is_large(run):
        check_run(run)


def check_run(run: ImportRun, *, show_progress: bool = False) -> None:
    """Try the file out and note what would happen."""
    report = try_out(run, run.uploaded_by, show_progress=show_progress)
    store_report(run, report, expected=frozenset({Status.WAITING.value}))


def check_again(run: ImportRun, *, actor: User, effective_on: dt.date | None, reason: str) -> None:
    """Try the same bytes out with other choices. Raises :class:`ImportConflict` when the run has gone on."""
    with transaction.atomic():
        locked = _lock(run)
        if locked.status not in (Status.CHECKED, Status.WITH_ERRORS):
            raise conflict_of(locked)
        before = {"effective_on": _day(locked.effective_on), "reason": locked.reason}
        locked.status, locked.effective_on, locked.reason = Status.WAITING, effective_on, reason
        locked.done_rows, locked.moved = 0, False
        locked.save()
        _record(
            "checked", locked, actor, before=before, after={"effective_on": _day(effective_on)}, reason=reason
        )
    run.refresh_from_db()
    check_unless_large(run)


def apply_run(run: ImportRun, *, actor: User, outcome: str, reason: str) -> ImportRun:
    """Apply a checked file, at once or by the worker. ``outcome`` is what the person who applies has seen.

    Raises :class:`ImportConflict` when somebody was quicker or the outcome is another by now, and
    :class:`ImportRefused` without a reason.
    """
    if len(reason.strip()) < MIN_REASON:
        raise ImportRefused(_("请写明导入的理由或依据，至少 %d 个字。") % MIN_REASON)
    run.refresh_from_db()
    if not run.may_be_applied:
        raise conflict_of(run)
    if run.outcome != outcome:
        raise ImportConflict(_("检查结果已经更新，请核对下面的最新结果后再应用。"))
    reason = reason.strip()
    if is_large(run):
        with transaction.atomic():
            locked = _lock(run)
            if not locked.may_be_applied or locked.outcome != outcome:
                raise conflict_of(locked)
            locked.status, locked.applied_by, locked.done_rows = Status.APPLYING, actor, 0
            locked.reason = reason
            locked.save()
            _record("requested", locked, actor, after={"outcome": outcome}, reason=reason)
    else:
        apply_now(run, actor=actor, reason=reason, expected=Status.CHECKED)
    run.refresh_from_db()
    return run


def discard_run(run: ImportRun, *, actor: User) -> None:
    """Put a run aside. Raises :class:`ImportConflict` when it has gone on."""
    with transaction.atomic():
        if not _put_aside(run, actor, _("由 %s 放弃") % actor):
            raise conflict_of(_lock(run))


def _put_aside(run: ImportRun, actor: User, note: str) -> bool:
    locked = _lock(run)
    if locked.status not in (Status.CHECKED, Status.WITH_ERRORS):
        return False
    locked.status, locked.note = Status.DISCARDED, note
    locked.save(update_fields=["status", "note"])
    _record("discarded", locked, actor, reason=note)
    return True


def _lock(run: ImportRun) -> ImportRun:
    return ImportRun.objects.select_for_update().get(pk=run.pk)


def _day(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def _record(step: str, run: ImportRun, actor: User, **values: Any) -> None:
    record(f"register.import.run.{step}", run, actor=actor, office=run.office.code, **values)
