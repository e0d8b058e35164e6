"""The steps that this app adds to ``load_reference`` and ``load_demo``."""

from __future__ import annotations

from django.utils.translation import gettext as _
from wagtail.models import Page

from portal.notices.services.powers import ensure_groups_and_workflow
from portal.notices.services.site_tree import ensure_site_tree


def load_pages() -> str:
    """Make what is missing of the site's tree, the groups and the workflow."""
    before = Page.objects.count()
    ensure_site_tree()
    ensure_groups_and_workflow()
    made = Page.objects.count() - before
    return _("新增页面 %d 个") % made if made > 0 else _("未变")
