"""Groups and the publishing workflow (DESIGN, Powers): who may do what in the editors' workplace."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from portal.accounts.groups import ensure_groups
from portal.accounts.models import Role
from portal.notices.models import HomePage, NoticeIndexPage, SecondPersonApprovalTask

EDITORS = str(Role.EDITOR.label)
PUBLISHERS = str(Role.PUBLISHER.label)
ADMINISTRATORS = str(Role.SYSADMIN.label)
WORKFLOW = "公告审核"
TASK = "他人审核后发布"

#: Permissions of the database that Wagtail itself asks for, as ``app.codename``. Everything about offices stands
#: in the table of powers.
EVERYBODY = ("wagtailadmin.access_admin",)
MODEL_PERMISSIONS: dict[str, tuple[str, ...]] = {
    PUBLISHERS: ("notices.withdraw_noticepage",),
    ADMINISTRATORS: (
        "notices.change_siteidentity",
        "wagtailredirects.add_redirect",
        "wagtailredirects.change_redirect",
        "wagtailredirects.delete_redirect",
        "wagtailredirects.view_redirect",
    ),
}
#: Permissions over pages below the home page. Nobody holds “publish”: a finished workflow publishes.
PAGE_PERMISSIONS: dict[str, tuple[str, ...]] = {
    EDITORS: ("change_page",),
    PUBLISHERS: ("lock_page", "unlock_page"),
}
DOCUMENT_PERMISSIONS: dict[str, tuple[str, ...]] = {
    EDITORS: ("add_document", "change_document", "choose_document"),
    PUBLISHERS: ("choose_document",),
}


@transaction.atomic
def ensure_groups_and_workflow() -> None:
    """Make a group for each role and the workflow, and bring their rights back to what is written here.

    Needs the site's tree. Accounts in the groups stay. A second run changes nothing.
    """
    home = HomePage.objects.get()
    groups = {group.name: group for group in ensure_groups().values()}
    for name, group in groups.items():
        group.permissions.set(_permissions((*EVERYBODY, *MODEL_PERMISSIONS.get(name, ()))))
        _set_page_permissions(group, home, PAGE_PERMISSIONS.get(name, ()))
        _set_document_permissions(group, DOCUMENT_PERMISSIONS.get(name, ()))
    index = NoticeIndexPage.objects.get()
    GroupPagePermission.objects.get_or_create(
        group=groups[EDITORS], page=_plain(index), permission=_page_permission("add_page")
    )
    _ensure_workflow(home, groups[PUBLISHERS])


def _permissions(names: tuple[str, ...]) -> list[Permission]:
    found = []
    for name in names:
        app, codename = name.split(".")
        found.append(Permission.objects.get(content_type__app_label=app, codename=codename))
    return found


def _page_permission(codename: str) -> Permission:
    return Permission.objects.get(
        content_type__app_label="wagtailcore", content_type__model="page", codename=codename
    )


def _plain(page: Page) -> Page:
    """The page as Wagtail's own model, which its permission rows point to."""
    plain: Page = page.page_ptr
    return plain


def _set_page_permissions(group: Group, home: HomePage, codenames: tuple[str, ...]) -> None:
    rows = GroupPagePermission.objects.filter(group=group)
    rows.exclude(permission__codename__in=(*codenames, "add_page")).delete()
    for codename in codenames:
        GroupPagePermission.objects.get_or_create(
            group=group, page=_plain(home), permission=_page_permission(codename)
        )


def _set_document_permissions(group: Group, codenames: tuple[str, ...]) -> None:
    root = Collection.get_first_root_node()
    GroupCollectionPermission.objects.filter(group=group).exclude(permission__codename__in=codenames).delete()
    for codename in codenames:
        permission = Permission.objects.get(content_type__app_label="wagtaildocs", codename=codename)
        GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)


def _ensure_workflow(home: HomePage, publishers: Group) -> None:
    """One step, for every page of the site."""
    task: Any = SecondPersonApprovalTask.objects.filter(name=TASK).first()
    if task is None:
        task = SecondPersonApprovalTask.objects.create(name=TASK, active=True)
    task.groups.set([publishers])
    workflow, _made = Workflow.objects.get_or_create(name=WORKFLOW, defaults={"active": True})
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr, defaults={"sort_order": 0})
    WorkflowPage.objects.update_or_create(page=_plain(home), defaults={"workflow": workflow})
