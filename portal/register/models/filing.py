"""Filings (备案), the dated events that make them, and the spans of days derived from the events."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import Authority
from portal.register.models.institution import Institution
from portal.register.models.span import Span, days_in_order


class FilingKind(models.TextChoices):
    """Kinds of filing (Art. 6)."""

    EMPLOYER = "employer", _("用人单位")
    SCHOOL = "school", _("技工院校")
    THIRD_PARTY = "third_party", _("社会培训评价组织")


class Audience(models.TextChoices):
    """Who may be assessed under a filing; the default follows the kind, wider only by receipt."""

    OWN_STAFF = "own_staff", _("本单位职工")
    OWN_STUDENTS = "own_students", _("本校学生")
    PUBLIC = "public", _("社会人员")


class Filing(models.Model):
    """One filing of an institution with one authority; it keeps its code through renewals and changes.

    ``authority`` filed it and supervises it (Art. 4); ``handled_by`` does the work (for the city the centre,
    by delegation, Art. 3); orders, credit results and deregistrations go out in ``issued_in_name_of``.
    Scope, sites, terms and status on any day come from the events; ``filed_on`` repeats the first one's day.
    """

    code = models.CharField(_("备案编码"), max_length=16, unique=True)
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="filings", verbose_name=_("评价机构")
    )
    kind = models.CharField(_("备案类型"), max_length=12, choices=FilingKind)
    authority = models.ForeignKey(
        Authority, models.PROTECT, related_name="filings", verbose_name=_("备案管理机构")
    )
    handled_by = models.ForeignKey(
        Authority, models.PROTECT, related_name="handled_filings", verbose_name=_("承办机构")
    )
    issued_in_name_of = models.ForeignKey(
        Authority, models.PROTECT, related_name="issued_filings", verbose_name=_("决定署名机关")
    )
    filed_on = models.DateField(_("备案日期"), db_index=True)

    class Meta:
        verbose_name = _("备案")
        verbose_name_plural = _("备案")
        ordering = ("code",)
        indexes: ClassVar = [
            # Whose an institution is: asked for every row of the staff's list of institutions.
            models.Index(fields=["institution", "authority", "handled_by"], name="offices_of_institution")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.institution.name}"

    def get_absolute_url(self) -> str:
        """Path of the public page."""
        return reverse("register:institution", args=[self.code])


class FilingEvent(models.Model):
    """Something that happened to a filing, with the day it takes effect and the moment it was recorded.

    Events are never changed: a mistake is mended by a later event that ``corrects`` the earlier one and takes its
    place (kind ``annulled`` takes it away); both stay visible. ``payload`` is what the kind needs; its form is
    defined and read in :mod:`portal.register.timeline`.
    """

    class Kind(models.TextChoices):
        FILED = "filed", _("同意备案")
        CHANGED = "changed", _("变更备案")
        RENEWAL_REQUESTED = "renewal_requested", _("申请延续备案")
        RENEWED = "renewed", _("同意延续备案")
        RENEWAL_REFUSED = "renewal_refused", _("不予延续备案")
        RECTIFICATION_ORDERED = "rectification_ordered", _("责令改正")
        RESTORED = "restored", _("整改合格，恢复评价")
        DEREGISTERED = "deregistered", _("注销备案")
        RENAMED = "renamed", _("机构更名")
        ANNULLED = "annulled", _("撤回登记")

    filing = models.ForeignKey(Filing, models.PROTECT, related_name="events", verbose_name=_("备案"))
    kind = models.CharField(_("事项"), max_length=24, choices=Kind)
    effective_on = models.DateField(_("生效日期"))
    recorded_at = models.DateTimeField(_("登记时间"))
    article = models.PositiveSmallIntegerField(_("依据条款"), help_text=_("《管理办法》第几条。"))
    ground = models.CharField(_("事由"), max_length=200, blank=True)
    document_number = models.CharField(_("文号"), max_length=60, blank=True)
    payload = models.JSONField(_("内容"), default=dict)
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        verbose_name=_("更正的事项"),
    )
    reason = models.CharField(_("登记理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("备案事项")
        verbose_name_plural = _("备案事项")
        ordering = ("filing", "effective_on", "id")
        indexes: ClassVar = [
            models.Index(fields=["filing", "effective_on", "id"], name="events_of_filing_in_time"),
            models.Index(fields=["recorded_at", "id"], name="events_since"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(article__gte=1, article__lte=33), name="event_article_exists"),
            models.CheckConstraint(
                condition=~Q(kind="annulled") | Q(corrects__isnull=False), name="annulment_names_an_event"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filing_id} {self.get_kind_display()} {self.effective_on}"


class FilingSpan(Span):
    """Days on which something held for a filing, derived from its events in the same transaction.

    Tracks: ``term`` (validity), ``status`` (values active,
    rectification, deregistered), ``renewal`` (a request is being decided), ``audience``, ``area`` (a district code,
    or ``*`` for the whole city).
    """

    class Track(models.TextChoices):
        TERM = "term", _("有效期")
        STATUS = "status", _("状态")
        RENEWAL = "renewal", _("延续审查")
        AUDIENCE = "audience", _("面向")
        AREA = "area", _("评价区域")

    filing = models.ForeignKey(Filing, models.CASCADE, related_name="spans", verbose_name=_("备案"))
    track = models.CharField(_("轨道"), max_length=8, choices=Track)
    value = models.CharField(_("值"), max_length=16, blank=True)
    event = models.ForeignKey(FilingEvent, models.PROTECT, related_name="+", verbose_name=_("来源事项"))

    class Meta:
        verbose_name = _("备案时段")
        verbose_name_plural = _("备案时段")
        ordering = ("filing", "track", "first_day")
        indexes: ClassVar = [
            models.Index(
                fields=["filing", "track", "first_day", "last_day"], name="spans_of_filing_on_a_day"
            ),
            models.Index(fields=["track", "value", "first_day"], name="filings_with_a_value"),
        ]
        constraints: ClassVar = [days_in_order("span_days_in_order")]

    def __str__(self) -> str:
        return f"{self.track} {self.value} {self.first_day}–{self.last_day or ''}"
