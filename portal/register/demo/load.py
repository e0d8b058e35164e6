"""Load the demo: institutions with their filings in one transaction, contacts of offices, fees, accounts."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import Authority
from portal.audit.record import record
from portal.contracts.setup import Stage, register_step
from portal.register.demo.accounts import load_accounts
from portal.register.demo.fees import load_fees
from portal.register.demo.plan import Planner
from portal.register.demo.reference import DemoReference
from portal.register.models import Filing, Institution
from portal.register.services.filing_events import EventInput, record_filing_event, record_filings_in_bulk


def load_institutions() -> str:
    """The invented institutions, once; deterministic for a given day. A second run changes nothing."""
    present = Institution.objects.filter(is_demo=True).count()
    if present:
        return _("已载入 %d 家，未变") % present
    today = timezone.localdate()
    new = list(Planner(today, DemoReference.load()).filings())
    institutions = {item.filing.institution.social_credit_code: item.filing.institution for item in new}
    with transaction.atomic():
        Institution.objects.bulk_create(institutions.values(), batch_size=500)
        for item in new:
            item.filing.institution = institutions[item.filing.institution.social_credit_code]
        record_filings_in_bulk(new, reason="演示数据")
        _take_something_back(today)
    return _("新增机构 %(institutions)d 家，备案 %(filings)d 项") % {
        "institutions": len(institutions),
        "filings": len(new),
    }


def _take_something_back(today: dt.date) -> None:
    """One order to correct was recorded against the wrong filing and is annulled: both stay visible."""
    filing = (
        Filing.objects.filter(institution__is_demo=True, filed_on__lte=today - dt.timedelta(days=120))
        .exclude(events__kind__in=("rectification_ordered", "deregistered", "renewal_requested"))
        .filter(filed_on__gte=today - dt.timedelta(days=900))
        .order_by("code")
        .first()
    )
    if filing is None:
        return
    day = today - dt.timedelta(days=30)
    wrong = EventInput("rectification_ordered", day, 30, ground="演示：登记对象有误", reason="演示数据")
    mistaken = record_filing_event(filing, wrong)
    annulled = EventInput("annulled", day, 30, ground="演示：撤回误登记的责令改正", reason="演示数据")
    record_filing_event(filing, annulled, corrects=mistaken)


def load_contacts() -> str:
    """Invented telephone numbers and addresses for offices that have none, marked 演示."""
    offices = list(Authority.objects.filter(phone="", address="").order_by("code"))
    if not offices:
        return _("未变")
    for number, office in enumerate(offices, start=1):
        office.phone = f"023-0000 {9000 + number:04d}（演示）"
        office.address = f"演示大道{number}号（演示地址）"
    with transaction.atomic():
        Authority.objects.bulk_update(offices, ["phone", "address"])
        record(
            "accounts.authority.demo_contacts",
            ("accounts.authority", "*", "备案管理机构"),
            after={"offices": len(offices)},
            reason="演示数据",
        )
    return _("补充 %d 个机构的演示联系方式") % len(offices)


def register_steps() -> None:
    """Add the register's steps of the demo (called from the app's ``ready``)."""
    register_step(Stage.DEMO, 1, "演示联系方式", load_contacts)
    register_step(Stage.DEMO, 2, "演示机构", load_institutions)
    register_step(Stage.DEMO, 3, "演示收费", load_fees)
    register_step(Stage.DEMO, 4, "演示账号", load_accounts)
