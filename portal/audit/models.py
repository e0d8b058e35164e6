"""Events, their chain and its signed heads. Rows are only ever added; triggers refuse anything else."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.audit.canonical import CanonicalEncoder


class CanonicalJSONField(models.JSONField):
    """Written in the canonical way, so that SQLite gives back the very text that the digest was made of.

    For migrations it is a plain ``JSONField``: altering the column would take the triggers away.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.encoder = CanonicalEncoder

    def deconstruct(self) -> Any:
        """The plain field."""
        name, _path, args, kwargs = super().deconstruct()
        kwargs.pop("encoder", None)
        return name, "django.db.models.JSONField", args, kwargs


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
    before = CanonicalJSONField(_("之前"), null=True)
    after = CanonicalJSONField(_("之后"), null=True)
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
            models.Index(fields=["at", "id"], name="audit_events_in_time"),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.at):%Y-%m-%d %H:%M:%S} {self.action} {self.object_label}"


class AuditLink(models.Model):
    """One link of the chain: an event's place in it, and the hash that binds it to everything before.

    ``position`` counts from 1 without gaps. ``hash`` is the SHA-256 over position, number of the event, hash of the
    link before and digest of the event (:func:`portal.audit.chain.link_hash`).
    """

    position = models.BigIntegerField(_("链上位置"), primary_key=True)
    event = models.OneToOneField(AuditEvent, models.PROTECT, related_name="link", verbose_name=_("审计事件"))
    previous = models.CharField(_("前一环哈希"), max_length=64)
    hash = models.CharField(_("本环哈希"), max_length=64)

    class Meta:
        verbose_name = _("审计链环")
        verbose_name_plural = _("审计链环")
        ordering = ("position",)
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(position__gte=1), name="audit_positions_count_from_one")
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.hash[:12]}"


class AuditHead(models.Model):
    """The end of the chain as it was when it was signed; published, so that nobody can shorten or rewrite the chain.

    ``count`` is the number of events since the head before; ``key_id`` names the key that ``signature`` is made with
    (:mod:`portal.audit.signing`).
    """

    day = models.DateField(_("签署日"), unique=True)
    position = models.BigIntegerField(_("链上位置"))
    hash = models.CharField(_("链头哈希"), max_length=64)
    count = models.BigIntegerField(_("新增事件数"))
    signed_at = models.DateTimeField(_("签署时间"))
    signature = models.CharField(_("签名"), max_length=128)
    key_id = models.CharField(_("密钥编号"), max_length=16)

    class Meta:
        verbose_name = _("审计链头")
        verbose_name_plural = _("审计链头")
        ordering = ("-day",)

    def __str__(self) -> str:
        return f"{self.day} {self.position}"
