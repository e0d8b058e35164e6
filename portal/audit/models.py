"""The event table. Rows are only ever added; triggers refuse anything else on both databases."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEvent(models.Model):
    """One thing done by somebody to something.

    People and offices are kept as plain values, not as foreign keys: an account may go, its history stays.
    ``before`` and ``after`` never hold identities of complainants or other restricted text.
    ``digest`` is the SHA-256 of the event's canonical text (:func:`portal.audit.record.canonical_text`).
    """

    at = models.DateTimeField(_("时间"))
    actor_id = models.BigIntegerField(_("操作人编号"), null=True)
    actor_name = models.CharField(_("操作人"), max_length=150)
    office = models.CharField(_("机关"), max_length=20, blank=True)
    action = models.CharField(_("操作"), max_length=60)
    object_type = models.CharField(_("对象类型"), max_length=60)
    object_id = models.CharField(_("对象编号"), max_length=64)
    object_label = models.CharField(_("对象"), max_length=255, blank=True)
    before = models.JSONField(_("之前"), null=True)
    after = models.JSONField(_("之后"), null=True)
    reason = models.TextField(_("理由"), blank=True)
    request_id = models.CharField(_("请求编号"), max_length=36, blank=True)
    digest = models.CharField(_("摘要"), max_length=64)

    class Meta:
        verbose_name = _("审计事件")
        verbose_name_plural = _("审计事件")
        ordering = ("-id",)
        indexes: ClassVar = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_history_of_object"),
            models.Index(fields=["office", "id"], name="audit_events_of_office"),
            models.Index(fields=["action", "id"], name="audit_events_by_action"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.object_label}"
