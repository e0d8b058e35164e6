"""The group “基础数据” of the menu."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSetGroup

from portal.register.admin.reference.calendar import CalendarViewSet
from portal.register.admin.reference.occupations import OccupationViewSet
from portal.register.admin.reference.offices import AuthorityViewSet, DistrictViewSet
from portal.register.admin.reference.standards import StandardViewSet


class ReferenceGroup(ModelViewSetGroup):
    """基础数据: what everything else names."""

    menu_label = _("基础数据")
    menu_icon = "folder-open-1"
    menu_order = 160
    items = (OccupationViewSet, StandardViewSet, DistrictViewSet, AuthorityViewSet, CalendarViewSet)
