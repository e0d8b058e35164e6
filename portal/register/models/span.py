"""Rows that hold for a span of days."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Span(models.Model):
    """Something that holds from ``first_day`` to ``last_day``; both days count, ``last_day`` is empty while open."""

    first_day = models.DateField(_("首日"))
    last_day = models.DateField(_("末日"), null=True, blank=True)

    class Meta:
        abstract = True

    def holds_on(self, day: dt.date) -> bool:
        """Whether the day lies in the span."""
        return self.first_day <= day and (self.last_day is None or day <= self.last_day)


def days_in_order(name: str) -> models.CheckConstraint:
    """The constraint of every span: it ends after it begins. The name says whose."""
    return models.CheckConstraint(
        condition=Q(last_day__isnull=True) | Q(first_day__lte=F("last_day")), name=name
    )
