"""Write, send and take note of notes on a filing (Art. 3, 15). Words once written are never changed."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.accounts.models import Authority, Role, User
from portal.accounts.powers import Action, Reach
from portal.accounts.scoping import get_visible_or_404, visible
from portal.accounts.standing import Post, standing_of
from portal.audit.record import record
from portal.register.models import FileNote, Filing
from portal.register.scopes import rules_through

#: Roles that write notes, as the rows 批注 of the table of powers say.
WRITERS = (Role.CASE_OFFICER, Role.HEAD)
MIN_TEXT = 2
MAX_TEXT = 2000


class NoteRefused(ValueError):
    """A note cannot be kept; ``field`` names the field, the text the remedy."""

    def __init__(self, message: str, field: str = "text") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Writable:
    """A kind of note that somebody may write on a filing, and at which office."""

    kind: FileNote.Kind
    office_id: int

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.kind.value}:{self.office_id}"


def writable_kinds(user: User, filing: Filing) -> list[Writable]:
    """What the account may write on this filing: three small queries, nothing for who may not even open it."""
    if not visible(user, Action.OPEN, Filing.objects.filter(pk=filing.pk)).exists():
        return []
    found: dict[tuple[str, int], Writable] = {}
    for post in standing_of(user).posts:
        if post.role in WRITERS:
            for kind in _kinds_at(user, post, filing):
                found.setdefault((kind.value, post.office_id), Writable(kind, post.office_id))
    order = [FileNote.Kind.GUIDANCE, FileNote.Kind.HOST, FileNote.Kind.INTERNAL]
    return sorted(found.values(), key=lambda one: (order.index(one.kind), one.office_id))


def _kinds_at(user: User, post: Post, filing: Filing) -> list[FileNote.Kind]:
    """Guidance goes down to districts, what a host saw goes up to the city, one's own notes stay."""
    standing = standing_of(user)
    offices = frozenset({post.office_id})
    rules = rules_through("")

    def reached(reach: Reach) -> bool:
        return Filing.objects.filter(rules[reach](offices, standing), pk=filing.pk).exists()

    if reached(Reach.OWN):
        return [FileNote.Kind.INTERNAL]
    if post.office_kind in (Authority.Kind.BUREAU, Authority.Kind.CENTRE):
        if reached(Reach.DISTRICTS):
            return [FileNote.Kind.GUIDANCE, FileNote.Kind.INTERNAL]
        return [FileNote.Kind.INTERNAL] if reached(Reach.SIGNED) else []
    if post.office_kind == Authority.Kind.DISTRICT and reached(Reach.HOSTED):
        return [FileNote.Kind.HOST, FileNote.Kind.INTERNAL]
    return []


def write_note(user: User, filing: Filing, what: Writable, text: str, *, send: bool = False) -> FileNote:
    """Keep a note. Guidance is sent at once, what a host district saw when ``send`` says so.

    Raises :class:`NoteRefused` for a text that is missing or too long, ``PermissionDenied`` for a kind that this
    account may not write here.
    """
    text = text.strip()
    if len(text) < MIN_TEXT:
        raise NoteRefused(_("请写明批注内容。"))
    if len(text) > MAX_TEXT:
        raise NoteRefused(_("批注最多%(limit)d字，现有%(found)d字，请精简或分条填写。") % _sizes(text))
    with transaction.atomic():
        locked = Filing.objects.select_for_update(of=("self",)).get(pk=filing.pk)
        if what not in writable_kinds(user, locked):
            raise PermissionDenied
        sent = what.kind is FileNote.Kind.GUIDANCE or (send and what.kind is FileNote.Kind.HOST)
        note = FileNote.objects.create(
            filing=locked,
            office_id=what.office_id,
            author=user,
            kind=what.kind,
            text=text,
            sent_at=timezone.now() if sent else None,
        )
        _audit("written", note, user, {"kind": note.kind, "sent": sent, "length": len(text)})
    return note


def send_note(user: User, note_pk: int) -> FileNote:
    """Send what a host district saw to the filing's authority; once sent it stays sent."""
    with transaction.atomic():
        note = _locked(user, note_pk)
        if note.kind != FileNote.Kind.HOST or note.office_id not in standing_of(user).offices(*WRITERS):
            raise PermissionDenied
        if note.sent_at is None:
            note.sent_at = timezone.now()
            note.save(update_fields=["sent_at"])
            _audit("sent", note, user, {})
    return note


def mark_read(user: User, note_pk: int) -> FileNote:
    """Somebody at the filing's authority has taken note; the first one is remembered."""
    with transaction.atomic():
        note = _locked(user, note_pk)
        if note.sent_at is None or not visible(user, Action.EDIT, addressed_to_filing(note)).exists():
            raise PermissionDenied
        if note.read_at is None:
            note.read_at, note.read_by = timezone.now(), user
            note.save(update_fields=["read_at", "read_by"])
            _audit("read", note, user, {})
    return note


def addressed_to_filing(note: FileNote) -> models.QuerySet[Filing]:
    """The filing of a note, to ask whether somebody may work on it."""
    return Filing.objects.filter(pk=note.filing_id)


def _locked(user: User, note_pk: int) -> FileNote:
    rows = FileNote.objects.select_for_update(of=("self",)).select_related("filing__institution")
    return get_visible_or_404(user, Action.EDIT, rows, pk=note_pk)


def _sizes(text: str) -> dict[str, int]:
    return {"limit": MAX_TEXT, "found": len(text)}


def _audit(what: str, note: FileNote, user: User, after: dict[str, object]) -> None:
    """The words of a note stay out of the log: it is read by others than the notes are."""
    record(
        f"register.note.{what}",
        note.filing,
        actor=user,
        office=note.office.code if what != "read" else "",
        after={"note": note.pk, **after},
    )
