"""The register in the workplace of the staff: groups of the menu, each in a module of its own."""

from __future__ import annotations

from wagtail import hooks

from portal.register.admin.imports.viewset import ImportViewSet
from portal.register.admin.reference.viewset import ReferenceGroup
from portal.register.admin.viewsets import RegisterGroup


@hooks.register("register_admin_viewset")
def register_the_register() -> RegisterGroup:
    """登记库."""
    return RegisterGroup()


@hooks.register("register_admin_viewset")
def register_imports() -> ImportViewSet:
    """导入."""
    return ImportViewSet()


@hooks.register("register_admin_viewset")
def register_reference_data() -> ReferenceGroup:
    """基础数据."""
    return ReferenceGroup()
