"""Public addresses of the log."""

from django.urls import path

from portal.audit.views import audit_heads

urlpatterns = [path("open-data/audit-heads.json", audit_heads, name="audit_heads")]
