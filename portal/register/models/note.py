"""Notes of offices on a filing (批注): guidance, what a host district saw, and an office's own memory."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Authority
from portal.register.models.filing import Filing


class FileNote(models.Model):
    """A note on a filing. Its words are never changed; a second note says what the first one should have said.

    - ``guidance``: the bureau or the centre to the district that filed (Art. 3, 15: 指导)
    - ``host``: a district about a city-filed body on its territory (Art. 3: 配合管理和服务)
    - ``internal``: what the office wrote for itself, which no other office ever sees

    ``sent_at``: when it was sent to the filing's authority; empty while it stays in the office that wrote it.
    ``read_at``, ``read_by``: who at that authority took note of it first.
    """

    class Kind(models.TextChoices):
        GUIDANCE = "guidance", _("指导意见")
        HOST = "host", _("属地情况")
        INTERNAL = "internal", _("内部记录")

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="notes", verbose_name=_("备案"))
    office = models.ForeignKey(
        Authority, models.PROTECT, related_name="file_notes", verbose_name=_("批注机关")
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="file_notes", verbose_name=_("批注人")
    )
    kind = models.CharField(_("类别"), max_length=10, choices=Kind)
    text = models.TextField(_("内容"), max_length=2000)
    created_at = models.DateTimeField(_("批注时间"), auto_now_add=True)
    sent_at = models.DateTimeField(_("送交时间"), null=True, blank=True)
    read_at = models.DateTimeField(_("阅知时间"), null=True, blank=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("阅知人"),
    )

    class Meta:
        verbose_name = _("批注")
        verbose_name_plural = _("批注")
        ordering = ("-created_at", "-id")
        indexes: ClassVar = [
            models.Index(fields=["filing", "-created_at"], name="notes_on_a_filing"),
            models.Index(
                fields=["filing"],
                condition=Q(sent_at__isnull=False, read_at__isnull=True),
                name="notes_that_wait",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(kind="internal") | Q(sent_at__isnull=True), name="internal_notes_stay"
            ),
            models.CheckConstraint(
                condition=~Q(kind="guidance") | Q(sent_at__isnull=False), name="guidance_is_sent"
            ),
            models.CheckConstraint(
                condition=Q(read_at__isnull=True, read_by__isnull=True)
                | Q(read_at__isnull=False, read_by__isnull=False, sent_at__isnull=False),
                name="only_sent_notes_are_read",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="note_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.filing}"

    @property
    def waits(self) -> bool:
        """Whether the filing's authority still has to take note of it."""
        return self.sent_at is not None and self.read_at is None
