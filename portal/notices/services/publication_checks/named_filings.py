"""The filings that a notice names, with everything of the register that its text is held against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.notices.models import NoticePage
from portal.notices.services.filing_matters import events_in_force
from portal.notices.services.references import filings_in
from portal.register.models import Filing, FilingEvent
from portal.register.status_sql import with_public_status
from portal.regulation.status import FilingStatus

STATUS_WORDS = {
    FilingStatus.NOT_YET.value: _("尚未备案"),
    FilingStatus.ACTIVE.value: _("有效"),
    FilingStatus.RECTIFICATION.value: _("整改中"),
    FilingStatus.RENEWAL_PENDING.value: _("延续审查中"),
    FilingStatus.EXPIRED.value: _("已到期"),
    FilingStatus.DEREGISTERED.value: _("已注销"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """A filing with its names of all times, its status on the day of publication, and its events in force."""

    filing: Filing
    names: frozenset[str]
    status: str
    events: dict[str, FilingEvent]

    @property
    def name(self) -> str:
        """The present name."""
        return self.filing.institution.name

    @property
    def status_words(self) -> str:
        """The status in words."""
        return str(STATUS_WORDS[self.status])

    def event(self, kind: str, day: dt.date) -> FilingEvent | None:
        """The event of this kind when it has taken effect by the day."""
        found = self.events.get(kind)
        return found if found is not None and found.effective_on <= day else None

    def is_meant_in(self, text: str) -> bool:
        """Whether a text names the filing, by its code or by one of the institution's names."""
        return self.filing.code in text or any(name in text for name in self.names)


def day_of_publication(notice: NoticePage) -> dt.date:
    """The day on which the version would go out: the planned one, else today."""
    planned = notice.go_live_at
    today = timezone.localdate()
    return max(timezone.localdate(planned), today) if planned else today


def named_in(notice: NoticePage, day: dt.date) -> list[Named]:
    """The filings that the blocks name, each once, in four queries."""
    return load(filings_in(notice.body), day)


def load(filings: Iterable[Filing], day: dt.date) -> list[Named]:
    """The facts of these filings on a day."""
    keys = list(dict.fromkeys(filing.pk for filing in filings))
    if not keys:
        return []
    rows = with_public_status(Filing.objects.filter(pk__in=keys), day)
    found = {
        row.pk: row
        for row in rows.select_related("institution", "authority").prefetch_related("institution__names")
    }
    events = events_in_force(found.values())
    return [
        Named(
            filing=found[key],
            names=frozenset(
                {found[key].institution.name, *(item.name for item in found[key].institution.names.all())}
            ),
            status=found[key].public_status,
            events={kind: event for (pk, kind), event in events.items() if pk == key},
        )
        for key in keys
        if key in found
    ]
