"""A published notice changes only with a correction that says what and why."""

from __future__ import annotations

from django.utils.translation import gettext as _
from wagtail.models import Page

from portal.notices.models import NoticePage
from portal.notices.services.corrections import live_version, public_changes


def check(version: Page) -> list[str]:
    """Refuse a changed notice without a new correction."""
    if not isinstance(version, NoticePage):
        return []
    live = live_version(version)
    if live is None:
        return []
    changed = public_changes(live, version)
    entries = {(item.corrected_on, item.what, item.why) for item in version.corrections.all()}
    known = {(item.corrected_on, item.what, item.why) for item in live.corrections.all()}
    if not changed or entries - known:
        return []
    return [
        _("已发布的公告改动了%(fields)s，但没有更正说明。请退回修改，补充“更正”后再提交。")
        % {"fields": "、".join(changed)}
    ]
