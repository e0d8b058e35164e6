"""Load the demo announcements."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import PortalDocument
from portal.accounts.models import Authority
from portal.audit.record import record
from portal.contracts.events import announce
from portal.notices.demo.draft import Draft
from portal.notices.demo.from_register import drafts_from
from portal.notices.demo.general import general_drafts
from portal.notices.demo.pages import new_page
from portal.notices.demo.under_way import load_under_way
from portal.notices.models import NoticePage, NoticeSectionPage, SiteIdentity
from portal.notices.services.references import sync_references
from portal.notices.services.withdrawal import leave_trace
from portal.register.models import Filing

FORM_TITLE = "收费标准报送格式（演示）"
FORM_ROWS = (
    ("职业编码", "职业名称", "工种", "等级", "理论知识考试费（元）", "技能考核费（元）", "材料费（元）", "综合评审费（元）"),
    ("6-31-01-03", "电工", "", "三级/高级工", "60.00", "180.00", "65.00", "0.00"),
)  # fmt: skip
MORNING = dt.time(9)


@transaction.atomic
def load_demo_notices(filings: Sequence[Filing]) -> int:
    """Make the demo announcements once; returns how many were made (0 when there are announcements already).

    ``filings`` are invented ones; what the notices say about them is what the register says. One notice has a
    correction, one is withdrawn, one is approved for tomorrow morning, two wait for a publisher.
    """
    if NoticePage.objects.exists():
        return 0
    today = timezone.localdate()
    drafts = [*drafts_from(filings, today), *general_drafts(today, _form())]
    drafts.sort(key=lambda draft: draft.day)
    bureau = Authority.objects.get(code=settings.BUREAU_CODE)
    parents = {page.section: page for page in NoticeSectionPage.objects.all()}
    made = [_publish(draft, number, parents, bureau) for number, draft in enumerate(drafts, start=1)]
    announce("notice", [page.pk for page in made])
    under_way = load_under_way(filings, parents, bureau)
    _identify()
    record(
        "notice.demo_loaded",
        ("notices.noticepage", "*", "演示公告"),
        after={"notices": len(made) + under_way},
        reason="演示数据",
    )
    return len(made) + under_way


def load_step() -> str:
    """The step of ``load_demo``."""
    filings = Filing.objects.filter(institution__is_demo=True).select_related("institution")
    made = load_demo_notices(list(filings))
    return _("新增公告 %d 篇") % made if made else _("未变")


def _publish(
    draft: Draft, number: int, parents: dict[str, NoticeSectionPage], bureau: Authority
) -> NoticePage:
    """A notice as it would stand if it had been published on its day."""
    page = new_page(draft, number, bureau)
    first = timezone.make_aware(dt.datetime.combine(draft.day, MORNING))
    last = first
    if draft.corrections:
        last = timezone.make_aware(dt.datetime.combine(draft.corrections[-1][0], MORNING))
    page.first_published_at, page.last_published_at = first, min(last, timezone.now())
    page.live = not draft.withdrawn
    parents[draft.section.value].add_child(instance=page)
    revision = page.save_revision(clean=False)
    page.live_revision = revision if page.live else None
    page.has_unpublished_changes = bool(draft.withdrawn)
    page.save(update_fields=["live_revision", "has_unpublished_changes"])
    if draft.withdrawn:
        leave_trace(page, draft.withdrawn, first + dt.timedelta(days=10))
    else:
        sync_references(page)
    return page


def _form() -> int:
    """The attachment: a form to fill in."""
    sheet = io.StringIO(newline="")
    csv.writer(sheet).writerows(FORM_ROWS)
    document = PortalDocument(title=FORM_TITLE, source="演示", issued_on=timezone.localdate())
    document.file.save("fees-form-demo.csv", ContentFile(sheet.getvalue().encode("utf-8-sig")), save=False)
    document._set_document_file_metadata()
    document.save()
    key: int = document.pk
    return key


def _identify() -> None:
    """Say on every page that the site is a demo, and fill the footer with invented particulars."""
    identity = SiteIdentity.objects.first()
    if identity is None or identity.sponsor:
        return
    identity.is_demo = True
    identity.sponsor = "（演示）市人力资源和社会保障局"
    identity.undertaker = "（演示）市职业技能鉴定指导中心"
    identity.address = "演示大道1号（演示地址）"
    identity.phone = "023-0000 0000（演示）"
    identity.press_contact = "023-0000 0001（演示）"
    identity.site_code = "0000000000"
    identity.icp_number = "渝ICP备00000000号（演示）"
    identity.police_number = "渝公网安备00000000000000号（演示）"
    identity.save()
