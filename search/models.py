"""The outbox: what has changed and is not yet in the index."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class SearchOutbox(models.Model):
    """One object whose public face changed, written in the transaction of the change.

    A row leaves the table only after the index has committed what it announces; doing it twice does no harm.
    A row that fails waits until ``due_at`` (the pause grows), apart from the others, and keeps its ``error``.
    ``held`` rows are in the index already and wait for a rebuild that was running meanwhile.
    """

    kind = models.CharField(_("种类"), max_length=32)
    object_pk = models.BigIntegerField(_("对象"))
    created_at = models.DateTimeField(_("登记时间"), default=timezone.now)
    due_at = models.DateTimeField(_("处理时间"), default=timezone.now)
    attempts = models.PositiveIntegerField(_("失败次数"), default=0)
    error = models.TextField(_("错误"), blank=True)
    held = models.BooleanField(_("等待重建"), default=False)

    class Meta:
        verbose_name = _("待编入索引")
        verbose_name_plural = _("待编入索引")
        ordering = ("id",)
        indexes: ClassVar = [
            models.Index(fields=["held", "due_at", "id"], name="outbox_due"),
            models.Index(fields=["kind", "held", "created_at"], name="outbox_age_of_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.object_pk}"
