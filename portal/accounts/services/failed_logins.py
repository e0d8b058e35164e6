"""Lock-outs that grow: after a few wrong tries each further one costs a longer wait.

Three counters run side by side: the account at the address (a person who forgot the password), the account from
anywhere (guessing from many places), the address for any account (one password tried on everybody). They answer
the same for accounts that exist and for those that do not.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from portal.accounts.models import FailedLogins, User
from portal.audit.record import record

Scope = FailedLogins.Scope


@dataclass(frozen=True, slots=True)
class BackOff:
    """``free`` wrong tries cost nothing; then the wait starts at ``first`` and doubles up to ``longest``."""

    free: int
    first: dt.timedelta
    longest: dt.timedelta

    def wait_after(self, failures: int) -> dt.timedelta:
        """How long nobody may try again after so many failures in a row."""
        if failures < self.free:
            return dt.timedelta(0)
        return min(self.first * (1 << min(failures - self.free, 16)), self.longest)


BACK_OFF = {
    Scope.ACCOUNT_AT_ADDRESS: BackOff(5, dt.timedelta(seconds=30), dt.timedelta(hours=1)),
    Scope.ACCOUNT: BackOff(20, dt.timedelta(seconds=30), dt.timedelta(minutes=15)),
    Scope.ADDRESS: BackOff(100, dt.timedelta(minutes=1), dt.timedelta(minutes=15)),
}
#: Without a failure for so long, everything is forgotten.
FORGOTTEN_AFTER = dt.timedelta(days=1)


def client_address(request: HttpRequest) -> str:
    """Where a request comes from: the header that the front server sets, when one is named, or the peer."""
    header = settings.CLIENT_ADDRESS_HEADER
    named = request.headers.get(header, "").split(",")[-1].strip() if header else ""
    return (named or str(request.META.get("REMOTE_ADDR", "")))[:64]


def waiting_until(name: str, address: str) -> dt.datetime | None:
    """Until when nobody may try to log in under this name from this address; None when one may."""
    now = timezone.now()
    rows = FailedLogins.objects.filter(key__in=_keys(name, address).values())
    ends = [row.last_at + BACK_OFF[Scope(row.scope)].wait_after(row.failures) for row in rows]
    latest = max(ends, default=now)
    return latest if latest > now else None


@transaction.atomic
def note_failure(name: str, address: str, *, step: str) -> None:
    """Count a failed try and write it to the audit log. ``step`` says what was wrong: password or second factor."""
    now = timezone.now()
    FailedLogins.objects.filter(last_at__lt=now - FORGOTTEN_AFTER).delete()
    for scope, key in _keys(name, address).items():
        FailedLogins.objects.get_or_create(
            key=key,
            defaults={
                "scope": scope,
                "account": "" if scope == Scope.ADDRESS else _account_digest(name),
                "last_at": now,
            },
        )
        FailedLogins.objects.filter(key=key).update(failures=F("failures") + 1, last_at=now)
    until = waiting_until(name, address)
    user = User.objects.filter(username=name).first()
    # A name that nobody has may be a mistyped password: it is written down nowhere.
    target = user if user is not None else ("accounts.user", "", str(_("未知账号")))
    record("accounts.login.failed", target, after={"step": step, "address": address})
    if until is not None:
        after = {"until": timezone.localtime(until).isoformat(timespec="seconds"), "address": address}
        record("accounts.login.locked", target, after=after)


def forget_failures(name: str, address: str | None = None) -> int:
    """Forget the failures of an account after a login; from every address when none is given."""
    rows = FailedLogins.objects.filter(account=_account_digest(name))
    if address is not None:
        rows = rows.filter(key__in=_keys(name, address).values())
    return int(rows.delete()[0])


def locked_until(user: User) -> dt.datetime | None:
    """The latest end of the waits that stand against an account, from any address."""
    now = timezone.now()
    rows = FailedLogins.objects.filter(account=_account_digest(user.username))
    ends = [row.last_at + BACK_OFF[Scope(row.scope)].wait_after(row.failures) for row in rows]
    latest = max(ends, default=now)
    return latest if latest > now else None


def _digest(*parts: str) -> str:
    return salted_hmac("portal.accounts.failed_logins", "\0".join(parts), algorithm="sha256").hexdigest()


def _account_digest(name: str) -> str:
    return _digest("account", User.normalize_username(name).strip().lower())


def _keys(name: str, address: str) -> dict[FailedLogins.Scope, str]:
    account = _account_digest(name)
    keys = {Scope.ACCOUNT_AT_ADDRESS: _digest("both", account, address), Scope.ACCOUNT: account}
    # Behind a front server that does not name the visitor, every visitor has the same address.
    if settings.CLIENT_ADDRESS_HEADER or settings.ROLE != "production":
        keys[Scope.ADDRESS] = _digest("address", address)
    return keys
