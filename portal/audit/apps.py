"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    """The audit log."""

    name = "portal.audit"
    label = "audit"
    verbose_name = _("审计日志")

    def ready(self) -> None:
        """Register the checks that the log is protected, the linking of new events, and the steps of the day."""
        from portal.audit import checks  # noqa: F401
        from portal.audit.chain import Linker
        from portal.audit.examination import examine_daily
        from portal.audit.heads import sign_head_of_the_day
        from portal.audit.server_logs import delete_old_logs_daily
        from portal.contracts.background import BackgroundTask, register_background
        from portal.contracts.daily import DailyStep, register_daily

        register_background(BackgroundTask("audit links", Linker().run, every=0.5))
        register_daily(DailyStep("sign the head of the audit chain", sign_head_of_the_day, order=10))
        register_daily(DailyStep("verify the audit log", examine_daily, order=20))
        register_daily(DailyStep("delete old server logs", delete_old_logs_daily, order=90))
