"""Sessions that end: half an hour after the last use, eight hours after the login, whatever the cookie says."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore

STARTED, SEEN = "_started_at", "_seen_at"
#: Seconds between two notes of use: a request must not cost a write.
NOTED_EVERY = 60
IDLE, TOO_OLD = "idle", "old"


class SessionStore(DatabaseSessionStore):
    """A session in the database that answers as empty once it has ended; ``ended`` says why."""

    ended = ""

    def load(self) -> dict[str, Any]:
        """The content; nothing when the session has ended, whose row goes with it."""
        data: dict[str, Any] = super().load()
        self.ended = why_ended(data)
        if not self.ended:
            return data
        self.delete(self.session_key)
        self._session_key = None
        return {}

    def start_clock(self) -> None:
        """Start both limits: somebody has logged in."""
        self[STARTED] = self[SEEN] = int(time.time())

    def note_use(self) -> None:
        """Start the shorter limit anew; writes at most once a minute."""
        now = int(time.time())
        if STARTED not in self:
            self.start_clock()
        elif now - self.get(SEEN, 0) >= NOTED_EVERY:
            self[SEEN] = now

    def seconds_left(self) -> int:
        """Seconds until the session ends by itself if nothing is done."""
        now = time.time()
        idle = self.get(SEEN, now) + settings.SESSION_IDLE_AGE - now
        whole = self.get(STARTED, now) + settings.SESSION_COOKIE_AGE - now
        return max(0, int(min(idle, whole)))


def why_ended(data: dict[str, Any]) -> str:
    """Why the session of somebody who logged in is over, or an empty text."""
    if SESSION_KEY not in data or STARTED not in data:
        return ""
    now = time.time()
    if now - data[STARTED] >= settings.SESSION_COOKIE_AGE:
        return TOO_OLD
    if now - data.get(SEEN, 0) >= settings.SESSION_IDLE_AGE + NOTED_EVERY:
        return IDLE
    return ""
