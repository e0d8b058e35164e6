"""The morning digest (待办晨报): one plain mail a person and working day, instead of one for every event.

It carries the titles of duties and links to this portal, nothing else: a mail passes through many hands.
"""

from __future__ import annotations

import datetime as dt
import logging
import smtplib
from urllib.parse import urljoin, urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from portal.accounts.models import Absence, DigestPreference, MorningDigest, User
from portal.accounts.services.agenda import Agenda, agenda_of, list_url, stand_in_sentences, stand_ins
from portal.accounts.standing import grants_on, in_force
from portal.audit.record import record
from portal.contracts.duties import Consequence
from portal.regulation.wording import chinese_date

logger = logging.getLogger(__name__)

#: Duties of one source that are counted, and those of one consequence that are written out.
PER_SOURCE = 200
WRITTEN_OUT = 10
#: Refusals by the mail server after which a person's digest of the day is given up.
MOST_TRIES = 5
#: A message whose sending nobody finished within this counts as unclear.
LEASE = dt.timedelta(minutes=10)


class DigestsNotSent(RuntimeError):
    """Some digests could not be sent; they are tried again with the next run of the step."""


def send_digests(day: dt.date) -> str:
    """Send today's digests that are not sent yet; returns a line for the log.

    May be called again and by several processes: a row for each person and day is written first, and claimed by
    one conditional UPDATE before its message is handed over. Raises :class:`DigestsNotSent` when the mail server
    is away or refuses, so that the step is run again.
    """
    if day != timezone.localdate():
        return _("只发当天的晨报")
    _plan(day)
    states = MorningDigest.State
    MorningDigest.objects.filter(state=states.SENDING, claimed_at__lte=timezone.now() - LEASE).update(
        state=states.UNCLEAR
    )
    counts, problem = _send_all(list(_sendable(day).select_related("user")))
    if counts[states.SENT]:
        with transaction.atomic():
            record(
                "accounts.digest.sent",
                ("accounts.digest", day.isoformat(), str(_("待办晨报"))),
                after={"sent": counts[states.SENT]},
            )
    line = _("发出 %(sent)s 封，%(nothing)s 人没有待办") % {
        "sent": counts[states.SENT],
        "nothing": counts[states.NOTHING],
    }
    if problem or counts[states.FAILED]:
        raise DigestsNotSent(
            "；".join(filter(None, [line, _("%s 封未发出") % counts[states.FAILED], problem]))
        )
    return line


def readers(day: dt.date) -> QuerySet[User]:
    """Who gets a digest: people with an address and a role on the day, who are not away."""
    away = Absence.objects.filter(in_force(day), cancelled_at__isnull=True).values("user")
    return (
        User.objects.filter(pk__in=grants_on(day).values("user"), is_active=True)
        .exclude(email="")
        .exclude(pk__in=away)
    )


def wants_only_urgent(user: User) -> bool:
    """Whether somebody hears only of what takes effect by itself or is overdue."""
    return DigestPreference.objects.filter(user=user, wish=DigestPreference.Wish.URGENT).exists()


def compose(user: User, agenda: Agenda) -> EmailMessage:
    """The mail for one person: plain text, titles and links to this portal only."""
    day = agenda.day
    context = {
        "user": user,
        "agenda": agenda,
        "day": chinese_date(day),
        "groups": [
            (
                group.words,
                len(group.rows),
                [(_one_line(row.duty.what), row, _address(row.duty.url)) for row in group.rows[:WRITTEN_OUT]],
                max(0, len(group.rows) - WRITTEN_OUT),
            )
            for group in agenda.groups
        ],
        "stand_ins": stand_in_sentences(user, stand_ins(user, day)),
        "all_duties": _address(list_url()),
        "site": settings.WAGTAIL_SITE_NAME,
    }
    mark = salted_hmac("portal.accounts.digest", f"{user.pk} {day.isoformat()}").hexdigest()[:24]
    return EmailMessage(
        subject=_subject(agenda),
        body=render_to_string("accounts/mail/digest.txt", context),
        to=[user.email],
        headers={
            "Auto-Submitted": "auto-generated",
            # The same for the same person and day: a server that gets it twice can tell.
            "Message-ID": f"<digest-{day.isoformat()}-{mark}@{urlsplit(settings.WAGTAILADMIN_BASE_URL).hostname}>",
        },
    )


def _plan(day: dt.date) -> None:
    MorningDigest.objects.bulk_create(
        [MorningDigest(user=user, day=day) for user in readers(day)], ignore_conflicts=True
    )


def _sendable(day: dt.date) -> QuerySet[MorningDigest]:
    states = MorningDigest.State
    return MorningDigest.objects.filter(
        Q(state=states.PLANNED) | Q(state=states.FAILED, tries__lt=MOST_TRIES), day=day
    )


def _send_all(rows: list[MorningDigest]) -> tuple[dict[str, int], str]:
    """How many rows came into which state, and why the round was broken off, if it was."""
    counts = dict.fromkeys(MorningDigest.State.values, 0)
    connection = get_connection()
    try:
        for row in rows:
            counts[_send_one(row, connection)] += 1
    except _MailServerAway as error:
        return counts, _("邮件服务器无法连接：%s") % error
    finally:
        connection.close()
    return counts, ""


class _MailServerAway(RuntimeError):
    """Nothing can be sent at the moment, to nobody."""


def _send_one(row: MorningDigest, connection: BaseEmailBackend) -> str:
    """Send one row's mail if there is something to say; returns the state that follows."""
    states = MorningDigest.State
    agenda = agenda_of(row.user, row.day, per_source=PER_SOURCE)
    if wants_only_urgent(row.user):
        agenda = agenda.urgent()
    if not agenda.total:
        # What cannot be read is no reason to say that there is nothing.
        if not agenda.unreadable:
            _sendable(row.day).filter(pk=row.pk).update(state=states.NOTHING)
        return states.FAILED if agenda.unreadable else states.NOTHING
    message = compose(row.user, agenda)
    # What can fail without doubt comes before the claim: a server that does not answer has taken nothing.
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        raise _MailServerAway(str(error)) from error
    claim = {"state": states.SENDING, "claimed_at": timezone.now(), "tries": F("tries") + 1}
    if not _sendable(row.day).filter(pk=row.pk).update(**claim, duties=agenda.total):
        return states.SENDING
    state = _hand_over(message, connection, row)
    MorningDigest.objects.filter(pk=row.pk, state=states.SENDING).update(state=state)
    return state


def _hand_over(message: EmailMessage, connection: BaseEmailBackend, row: MorningDigest) -> str:
    """Send; returns the state that follows. Only a clear refusal is tried again."""
    states = MorningDigest.State
    try:
        connection.send_messages([message])
    except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
        logger.warning("digest for account %s refused: %s", row.user_id, error)
        return states.GIVEN_UP if row.tries + 1 >= MOST_TRIES else states.FAILED
    except (smtplib.SMTPException, OSError) as error:
        # The connection broke under way: the server may have taken the message.
        logger.warning("digest for account %s is unclear: %s", row.user_id, error)
        connection.close()
        return states.UNCLEAR
    return states.SENT


def _subject(agenda: Agenda) -> str:
    day = _("%(month)s月%(day)s日") % {"month": agenda.day.month, "day": agenda.day.day}
    counts = {group.consequence: len(group.rows) for group in agenda.groups}
    parts = [
        text % counts[kind]
        for kind, text in (
            (Consequence.TAKES_EFFECT, _("%s项不办会自动生效")),
            (Consequence.OVERDUE, _("%s项已逾期")),
        )
        if kind in counts
    ]
    return "，".join([_("待办晨报（%(day)s）：共%(total)s项") % {"day": day, "total": agenda.total}, *parts])


def _address(url: str) -> str:
    """An address of this portal; a duty that leads elsewhere is reached through the list."""
    base = str(settings.WAGTAILADMIN_BASE_URL).rstrip("/") + "/"
    whole = urljoin(base, url)
    own = urlsplit(whole)[:2] == urlsplit(base)[:2]
    return whole if own else urljoin(base, list_url())


def _one_line(text: str) -> str:
    return " ".join(text.split())
