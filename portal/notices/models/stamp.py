"""The stamp of the public content: it changes whenever anything that the public sees may have changed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ContentStamp(models.Model):
    """One row for each change, added inside the change's own transaction.

    The stamp is the pair (highest id, number of rows). Rows are added, never updated: an updated counter
    would be one row that every writer locks until its commit, and writers that take it in different orders
    deadlock. The pair never comes back to an earlier value, even when a low id commits after a higher one
    (see :mod:`portal.notices.services.stamps`).
    """

    at = models.DateTimeField(_("时间"), auto_now_add=True)

    class Meta:
        verbose_name = _("内容变动标记")
        verbose_name_plural = _("内容变动标记")

    def __str__(self) -> str:
        return str(self.pk)
