"""Large files are tried out and applied by the worker, so that no web process is held up by them."""

from __future__ import annotations

import logging

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.audit.record import record
from portal.contracts.background import BackgroundTask, register_background
from portal.register.models import ImportRun
from portal.register.services.import_applying import ImportRefused, apply_now
from portal.register.services.import_powers import may_import_for
from portal.register.services.import_runs import check_run

logger = logging.getLogger(__name__)
Status = ImportRun.Status
#: Seconds between two looks.
EVERY = 1.0


def work_off() -> int:
    """Do the oldest file that waits; returns how many were done (none or one).

    Killed in between it leaves the run as it was, and the next look begins anew: a trial writes nothing and an
    application is one transaction.
    """
    run = (
        ImportRun.objects.filter(status__in=sorted(ImportRun.UNDER_WAY))
        .select_related("office", "uploaded_by", "applied_by")
        .order_by("pk")
        .first()
    )
    if run is None:
        return 0
    try:
        if run.status == Status.WAITING:
            check_run(run, show_progress=True)
        else:
            _apply(run)
    except Exception:
        logger.exception("import %s failed", run.pk)
        _set_back(
            run, Status.FAILED, _("处理时出错，没有写入任何内容；请重新上传，仍然出错的请联系系统管理员。")
        )
    return 1


def _apply(run: ImportRun) -> None:
    actor = run.applied_by
    if actor is None or not actor.is_active or not may_import_for(actor, run):
        _set_back(run, Status.CHECKED, _("申请应用的人员已无此权限，没有写入任何内容。"))
        return
    try:
        apply_now(run, actor=actor, reason=run.reason, expected=Status.APPLYING)
    except ImportRefused as refusal:
        # A new outcome has set the run back already; otherwise it may be applied once more.
        _set_back(run, Status.CHECKED, str(refusal))


def _set_back(run: ImportRun, status: Status, note: str) -> None:
    with transaction.atomic():
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        if locked.status not in ImportRun.UNDER_WAY:
            return
        actor: User | None = locked.applied_by
        locked.status, locked.note, locked.applied_by = status, note[:300], None
        locked.save(update_fields=["status", "note", "applied_by"])
        step = "failed" if status == Status.FAILED else "set_back"
        record(f"register.import.run.{step}", locked, actor=actor, office=locked.office.code, reason=note)


def register_task() -> None:
    """Let the worker do this beside its other tasks (called from the app's ``ready``)."""
    register_background(BackgroundTask("work off imports", work_off, every=EVERY, aside=True))
