"""What staff have to do about filings: renewals, expiries, orders to correct, fees, notes (Art. 11, 14, 15, 18, 30)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _, gettext_lazy

from portal.accounts.powers import Action
from portal.accounts.scoping import visible
from portal.contracts.duties import Consequence, Duties, Duty, DutySource, register_source
from portal.register.calendar import current_calendar
from portal.register.models import FeeSchedule, FileNote, Filing, FilingSpan
from portal.register.status_sql import covers, standing_as
from portal.regulation.deadlines import renewal_decision_deadline
from portal.regulation.rules import SHIPPED_RULES
from portal.regulation.status import FilingStatus
from portal.regulation.validity import renewal_last_day
from portal.regulation.wording import chinese_date

#: From how many days before the expiry a filing without a request shows (ours: twice the 30 days of Art. 14).
EXPIRY_NOTICE = dt.timedelta(days=60)
_STANDING = (FilingStatus.ACTIVE, FilingStatus.RECTIFICATION)


def register_sources() -> None:
    """Name the sources (from the app's ``ready``)."""
    for name, label, find in (
        ("register.renewals", gettext_lazy("待决定的延续申请"), find_renewals),
        ("register.expiring", gettext_lazy("即将届满的备案"), find_expiring),
        ("register.rectification", gettext_lazy("整改中的备案"), find_rectifications),
        ("register.notes", gettext_lazy("待阅知的批注"), find_notes),
        ("register.fees", gettext_lazy("未公布收费的备案"), find_missing_fees),
    ):
        register_source(DutySource(name, str(label), find))


def own_filings(user: Any) -> QuerySet[Filing]:
    """The filings that the account works on: those of its own office."""
    return visible(user, Action.EDIT, Filing.objects.all())


def filing_url(pk: int) -> str:
    """The page of a filing in the workplace."""
    return reverse("register_filings:page", args=[pk])


def _list_url(**parameters: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in parameters.items())
    return f"{reverse('register_filings:index')}?{query}"


def _last_days() -> Subquery:
    """The last day of the filing's latest term."""
    terms = FilingSpan.objects.filter(filing=OuterRef("filing"), track="term").order_by("-first_day")
    return Subquery(terms.values("last_day")[:1])


def _open_spans(user: Any, track: str, day: dt.date, **conditions: str) -> QuerySet[FilingSpan]:
    return FilingSpan.objects.filter(
        covers(day), track=track, filing__in=own_filings(user).values("pk"), **conditions
    ).select_related("filing__institution", "filing__handled_by")


def find_renewals(user: Any, day: dt.date, limit: int) -> Duties:
    """Requests nobody has decided: by acceptance + 90 days or the last valid day, whichever is earlier."""
    calendar = current_calendar()
    found = []
    for span in _open_spans(user, "renewal", day).annotate(expiry=_last_days()):
        expiry: dt.date = span.expiry or span.first_day
        limit_day = renewal_decision_deadline(span.first_day, expiry, calendar).due
        late = limit_day < day
        why = _("有效期%(day)s届满，届满后暂停评价（第十四条）。") % {"day": chinese_date(expiry)}
        if expiry < day:
            why = _("有效期已于%(day)s届满，现已暂停评价（第十四条）。") % {"day": chinese_date(expiry)}
        found.append(
            Duty(
                key=f"register.renewal.{span.event_id}",
                what=_("%s 申请延续备案") % span.filing,
                consequence=Consequence.OVERDUE if late else Consequence.TAKES_EFFECT,
                action=_("作出决定"),
                url=filing_url(span.filing_id),
                why=why,
                due=limit_day,
                office=span.filing.handled_by.short_name,
            )
        )
    found.sort(key=lambda duty: (duty.consequence, duty.due or day))
    return Duties(found[:limit], len(found), _list_url(renewal="open"))


def _without_request(user: Any, day: dt.date) -> QuerySet[FilingSpan]:
    """Latest terms of standing filings for which nobody has asked for a renewal."""
    later = FilingSpan.objects.filter(
        filing=OuterRef("filing"), track="term", first_day__gt=OuterRef("first_day")
    )
    asked = FilingSpan.objects.filter(covers(day), filing=OuterRef("filing"), track="renewal")
    spans = _open_spans(user, "term", day).filter(standing_as(_STANDING, day, "filing__"))
    return spans.filter(~Exists(later), ~Exists(asked))


def find_expiring(user: Any, day: dt.date, limit: int) -> Duties:
    """Filings that end within 60 days and whose institution has not asked for a renewal."""
    waiting = _without_request(user, day).order_by("last_day", "filing__code")
    near = waiting.filter(last_day__lte=day + EXPIRY_NOTICE)
    duties = [_expiring(span, day) for span in near[:limit]]
    total = near.count() if len(duties) == limit else len(duties)
    following = None
    if not duties:
        following = waiting.values_list("last_day", flat=True).first()
    until = (day + EXPIRY_NOTICE).isoformat()
    return Duties(
        duties,
        total,
        _list_url(expiry_from=day.isoformat(), expiry_to=until, renewal="none"),
        following - EXPIRY_NOTICE if following else None,
    )


def _expiring(span: FilingSpan, day: dt.date) -> Duty:
    expiry = span.last_day or day
    last = renewal_last_day(expiry)
    days = SHIPPED_RULES.value("renewal_notice_days", expiry)
    values = {"expiry": chinese_date(expiry), "last": chinese_date(last), "days": days}
    why = _("有效期%(expiry)s届满；届满%(days)d日前即%(last)s前可申请延续（第十四条），尚未申请。") % values
    if last < day:
        why = _("有效期%(expiry)s届满；应在%(last)s前申请延续（第十四条），已过；届满后备案到期。") % values
    return Duty(
        key=f"register.expiring.{span.filing_id}.{expiry}",
        what=_("%s 即将届满") % span.filing,
        consequence=Consequence.DUE,
        action=_("提醒机构"),
        url=filing_url(span.filing_id),
        why=why,
        due=last if last >= day else expiry,
        office=span.filing.handled_by.short_name,
    )


def find_rectifications(user: Any, day: dt.date, limit: int) -> Duties:
    """Orders to correct that are open: the institution may not assess until somebody decides (Art. 30)."""
    spans = _open_spans(user, "status", day, value="rectification").order_by("first_day", "filing__code")
    found = [
        Duty(
            key=f"register.rectification.{span.event_id}",
            what=_("%s 整改中") % span.filing,
            consequence=Consequence.WAITING,
            action=_("核查整改情况"),
            url=filing_url(span.filing_id),
            why=_("自%(day)s起责令改正，已%(count)d天；期间不得评价，须决定恢复或注销（第三十条）。")
            % {"day": chinese_date(span.first_day), "count": (day - span.first_day).days},
            office=span.filing.handled_by.short_name,
        )
        for span in spans[:limit]
    ]
    total = spans.count() if len(found) == limit else len(found)
    return Duties(found, total, _list_url(status="rectification"))


def find_missing_fees(user: Any, day: dt.date, limit: int) -> Duties:
    """Filings in force that have published no fees (Art. 18)."""
    posted = FeeSchedule.objects.filter(covers(day)).values("filing")
    rows = own_filings(user).filter(standing_as((FilingStatus.ACTIVE,), day)).exclude(pk__in=posted)
    shown = rows.select_related("institution", "handled_by").order_by("filed_on", "code")[:limit]
    found = [
        Duty(
            key=f"register.fees.{filing.pk}",
            what=_("%s 尚未公布收费标准") % filing,
            consequence=Consequence.WAITING,
            action=_("督促公示"),
            url=filing_url(filing.pk),
            why=_("评价机构应当在醒目位置公示收费标准和收费依据（第十八条）。"),
            office=filing.handled_by.short_name,
        )
        for filing in shown
    ]
    total = rows.count() if len(found) == limit else len(found)
    return Duties(found, total, _list_url(fees="missing"))


def find_notes(user: Any, day: dt.date, limit: int) -> Duties:
    """Guidance and reports of host districts that nobody at the filing's office has taken note of (Art. 3, 15)."""
    rows = waiting_notes(user).select_related("filing__institution", "filing__handled_by", "office")
    found = [
        Duty(
            key=f"register.note.{note.pk}",
            what=_("%(filing)s：%(office)s的%(kind)s")
            % {
                "filing": note.filing,
                "office": note.office.short_name,
                "kind": note.get_kind_display(),
            },
            consequence=Consequence.WAITING,
            action=_("阅知"),
            url=f"{filing_url(note.filing_id)}#notes",
            why=_("%s送交，尚无人阅知。") % chinese_date(timezone.localtime(note.sent_at).date()),
            office=note.filing.handled_by.short_name,
        )
        for note in rows.order_by("sent_at")[:limit]
    ]
    total = rows.count() if len(found) == limit else len(found)
    return Duties(found, total, f"{reverse('register_notes:index')}?waiting=yes")


def waiting_notes(user: Any) -> QuerySet[FileNote]:
    """Notes sent to the account's own office that nobody has read."""
    return FileNote.objects.filter(
        sent_at__isnull=False, read_at__isnull=True, filing__in=own_filings(user).values("pk")
    )
