"""Bare lists over the register's own tables: Wagtail's viewset with nothing of ours but its columns' names."""

from __future__ import annotations

from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import BlanketPermissionPolicy
from wagtail.permissions import register_permission_policy

from portal.audit.models import AuditEvent
from portal.register.models import Filing, FilingEvent, Institution, ScopeItem, Site


class BareFilings(ModelViewSet):
    """Filings, unscoped and unfiltered."""

    model = Filing
    form_fields = ("code",)
    list_display = ("code", "institution__name", "kind", "authority__short_name", "filed_on")


class BareScope(ModelViewSet):
    """Scope items, unscoped and unfiltered, in the order of their keys."""

    model = ScopeItem
    form_fields = ("edition",)
    list_display = (
        "filing__code",
        "filing__institution__name",
        "occupation__code",
        "level__name",
        "first_day",
        "last_day",
    )
    ordering = "-pk"


class BareInstitutions(ModelViewSet):
    """Institutions, unscoped and unfiltered."""

    model = Institution
    form_fields = ("name",)
    list_display = ("name", "social_credit_code", "ownership", "district__name")


class BareSites(ModelViewSet):
    """Sites, unscoped and unfiltered."""

    model = Site
    form_fields = ("name",)
    list_display = ("filing__code", "filing__institution__name", "name", "address", "district__name")
    ordering = "-pk"


class BareEvents(ModelViewSet):
    """Events, unscoped and unfiltered."""

    model = FilingEvent
    form_fields = ("ground",)
    list_display = ("filing__code", "filing__institution__name", "kind", "effective_on", "document_number")
    ordering = "-pk"


register_permission_policy(AuditEvent, BlanketPermissionPolicy(AuditEvent))


class BareAuditEvents(ModelViewSet):
    """The log, unscoped and unfiltered; for everybody, as an auditor holds no permission of Django's."""

    model = AuditEvent
    form_fields = ("reason",)
    list_display = ("at", "action", "object_label", "actor_name", "office", "reason")
    ordering = "-pk"


bare_viewsets = (
    BareAuditEvents("bare_audit"),
    BareFilings("bare_filings"),
    BareScope("bare_scope"),
    BareInstitutions("bare_institutions"),
    BareSites("bare_sites"),
    BareEvents("bare_events"),
)
