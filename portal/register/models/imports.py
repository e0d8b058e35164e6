"""Imports in the workplace: a file, what a trial of it found, and whether it was applied."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Authority


def new_folder() -> str:
    """Name of the folder of a run: nobody guesses it, and no two runs share it."""
    return uuid.uuid4().hex


class ImportRun(models.Model):
    """One uploaded file and its fate (导入).

    The file is checked by a trial run that writes nothing. What it would change is kept beside the file, and
    ``outcome`` is the digest of it: applying is possible only while the same bytes would still do the same.
    """

    class Kind(models.TextChoices):
        INSTITUTIONS = "institutions", _("评价机构与备案")
        FEES = "fees", _("收费标准")
        OCCUPATIONS = "occupations", _("职业")

    class Status(models.TextChoices):
        WAITING = "waiting", _("等待检查")
        WITH_ERRORS = "with_errors", _("有问题，待更正")
        CHECKED = "checked", _("检查通过，待应用")
        APPLYING = "applying", _("正在应用")
        APPLIED = "applied", _("已应用")
        DISCARDED = "discarded", _("已放弃")
        FAILED = "failed", _("未能完成")

    #: Nothing happens to these any more.
    ENDED = frozenset({Status.APPLIED, Status.DISCARDED, Status.FAILED})
    #: The worker is at them, or will be.
    UNDER_WAY = frozenset({Status.WAITING, Status.APPLYING})

    office = models.ForeignKey(
        Authority, models.PROTECT, related_name="import_runs", verbose_name=_("机关"), editable=False
    )
    kind = models.CharField(_("内容"), max_length=12, choices=Kind, editable=False)
    status = models.CharField(
        _("状态"), max_length=12, choices=Status, default=Status.WAITING, editable=False
    )
    file_name = models.CharField(_("文件名"), max_length=150, editable=False)
    folder = models.CharField(max_length=32, unique=True, default=new_folder, editable=False)
    sha256 = models.CharField("SHA-256", max_length=64, editable=False)
    size = models.PositiveIntegerField(_("大小（字节）"), editable=False)
    effective_on = models.DateField(_("更改的生效日期"), null=True, blank=True, editable=False)
    reason = models.CharField(_("理由"), max_length=200, blank=True, editable=False)
    rows = models.PositiveIntegerField(_("行数"), default=0, editable=False)
    new = models.PositiveIntegerField(_("新增"), default=0, editable=False)
    changed = models.PositiveIntegerField(_("变更"), default=0, editable=False)
    unchanged = models.PositiveIntegerField(_("未变"), default=0, editable=False)
    problem_count = models.PositiveIntegerField(_("问题"), default=0, editable=False)
    change_count = models.PositiveIntegerField(_("变化"), default=0, editable=False)
    outcome = models.CharField(max_length=64, blank=True, editable=False)
    #: The register changed between check and application; the difference stands beside the file.
    moved = models.BooleanField(default=False, editable=False)
    done_rows = models.PositiveIntegerField(default=0, editable=False)
    note = models.CharField(_("说明"), max_length=300, blank=True, editable=False)
    corrects = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        verbose_name=_("更正的导入"),
        editable=False,
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("上传人"), editable=False
    )
    uploaded_at = models.DateTimeField(_("上传时间"), editable=False)
    checked_at = models.DateTimeField(_("检查时间"), null=True, editable=False)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("应用人"),
        editable=False,
    )
    applied_at = models.DateTimeField(_("应用时间"), null=True, editable=False)

    class Meta:
        verbose_name = _("导入")
        verbose_name_plural = _("导入")
        ordering = ("-id",)
        indexes: ClassVar = [
            models.Index(fields=["office", "-id"], name="imports_of_office"),
            models.Index(
                fields=["id"], name="imports_under_way", condition=Q(status__in=["waiting", "applying"])
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(status="applied")
                | (Q(applied_at__isnull=False, applied_by__isnull=False) & ~Q(reason="")),
                name="applied_import_names_who_and_why",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.file_name}"

    @property
    def may_be_applied(self) -> bool:
        """Whether the trial found something to do and nothing wrong."""
        return self.status == self.Status.CHECKED and bool(self.new or self.changed)
