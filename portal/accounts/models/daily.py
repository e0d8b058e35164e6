"""What has been done on which day, so that a restart repeats nothing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class DailyRun(models.Model):
    """One step of the daily run on one day. The row is written before the step starts: who writes it, runs it.

    ``claimed_at`` is when somebody last started the step; a claim that nobody finished is free again after
    a while (:data:`portal.daily.LEASE`). ``line`` is what the step said, or why it failed.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("待运行")
        RUNNING = "running", _("运行中")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")

    step = models.CharField(_("步骤"), max_length=60)
    day = models.DateField(_("日期"))
    outcome = models.CharField(_("结果"), max_length=8, choices=Outcome, default=Outcome.WAITING)
    tries = models.PositiveSmallIntegerField(_("次数"), default=0)
    claimed_at = models.DateTimeField(_("开始时间"), null=True)
    finished_at = models.DateTimeField(_("结束时间"), null=True)
    line = models.CharField(_("说明"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("每日运行")
        verbose_name_plural = _("每日运行")
        ordering = ("-day", "step")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["step", "day"], name="a_step_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.step} {self.get_outcome_display()}"
