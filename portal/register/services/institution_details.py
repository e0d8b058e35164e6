"""Edit what is no part of the receipt: address, telephone, website of an institution. With reason, on record."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from portal.accounts.models import District, User
from portal.accounts.powers import Action
from portal.accounts.scoping import get_visible_or_404
from portal.audit.record import record
from portal.contracts.events import announce
from portal.register.models import Institution
from portal.register.services.filing_events import SEARCH_KIND

MIN_REASON = 2


class DetailsRefused(ValueError):
    """The details cannot be kept; ``field`` names the field, the text the remedy."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Details:
    """What may be edited in place. A name is no such thing: it is a dated event (Art. 13)."""

    district: District
    registered_address: str
    phone: str
    website: str

    @classmethod
    def of(cls, institution: Institution) -> Details:
        """As the register holds them."""
        return cls(
            institution.district, institution.registered_address, institution.phone, institution.website
        )

    def plain(self) -> dict[str, str]:
        """For the audit log, and to tell whether somebody else has changed them meanwhile."""
        return {
            "district": self.district.code,
            "registered_address": self.registered_address,
            "phone": self.phone,
            "website": self.website,
        }


def edit_details(
    user: User, institution: Institution, details: Details, *, seen: dict[str, str], reason: str
) -> Institution:
    """Write the details. ``seen`` is what the person was shown (:meth:`Details.plain`).

    Raises ``Http404`` or ``PermissionDenied`` without the power, :class:`DetailsRefused` without a reason, without
    a change, or when somebody else changed them meanwhile.
    """
    if len(reason.strip()) < MIN_REASON:
        raise DetailsRefused(_("请写明修改理由，例如依据的变更申请。"), "reason")
    with transaction.atomic():
        rows = Institution.objects.select_for_update(of=("self",)).select_related("district")
        locked = get_visible_or_404(user, Action.EDIT, rows, pk=institution.pk)
        before, after = Details.of(locked).plain(), details.plain()
        if before != seen:
            raise DetailsRefused(
                _("在您填写期间，他人已修改了这些信息。请核对现在的内容后再保存；您填写的内容都还在。")
            )
        if before == after:
            raise DetailsRefused(_("没有改动任何内容，无需保存。"))
        locked.district = details.district
        locked.registered_address = details.registered_address
        locked.phone = details.phone
        locked.website = details.website
        locked.save(update_fields=["district", "registered_address", "phone", "website"])
        changed = [name for name in after if before[name] != after[name]]
        record(
            "register.institution.edited",
            locked,
            actor=user,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
            reason=reason,
        )
        announce(SEARCH_KIND, sorted(locked.filings.values_list("pk", flat=True)))
    return locked
