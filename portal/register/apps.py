"""App configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RegisterConfig(AppConfig):
    """The register of filed institutions."""

    name = "portal.register"
    label = "register"
    verbose_name = _("登记库")

    def ready(self) -> None:
        """Declare whose its objects are and what is searchable; offer the directory, set-up steps and tasks."""
        from portal.contracts.directory import register_engine
        from portal.register import duties, scopes, searchable
        from portal.register.admin.policies import register_policies
        from portal.register.demo import load as demo
        from portal.register.services import import_worker, reference_data
        from portal.register.services.directory_sql import SqlDirectory

        scopes.declare()
        register_policies()
        duties.register_sources()
        searchable.declare_kinds()
        register_engine(SqlDirectory, preference=0)
        reference_data.register_steps()
        import_worker.register_task()
        demo.register_steps()
