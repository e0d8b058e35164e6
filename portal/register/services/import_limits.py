"""Whose filings a file may speak of: an office imports its own only (Art. 4), and learns nothing of others' from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from portal.accounts.models import Authority
from portal.register.models import Filing


@dataclass(frozen=True, slots=True)
class OfficeLimit:
    """The offices whose filings a file may hold: an office and the abolished ones whose work it continues."""

    offices: frozenset[int]

    def condition(self, prefix: str = "") -> Q:
        """Filings of these offices, or handled by them (the centre handles what is filed with the city, Art. 3)."""
        return Q(**{f"{prefix}authority__in": self.offices}) | Q(**{f"{prefix}handled_by__in": self.offices})

    def may_file(self, authority: Authority, centre: int | None) -> bool:
        """Whether a new filing of this authority would be one of these offices'."""
        city = authority.kind in (Authority.Kind.BUREAU, Authority.Kind.CENTRE)
        return authority.pk in self.offices or (city and centre in self.offices)

    def foreign_codes(self, codes: Iterable[str]) -> set[str]:
        """Those of the codes that belong to filings of others."""
        strange = Filing.objects.filter(code__in=list(codes)).exclude(self.condition())
        return set(strange.values_list("code", flat=True))

    def known_institutions(self, codes: Iterable[str]) -> set[str]:
        """Social credit codes, out of these, of institutions that have a filing with one of these offices."""
        own = Filing.objects.filter(self.condition(), institution__social_credit_code__in=list(codes))
        return set(own.values_list("institution__social_credit_code", flat=True))


def centre_key() -> int | None:
    """Key of the centre, which handles what is filed with the city."""
    return Authority.objects.filter(code=settings.CENTRE_CODE).values_list("pk", flat=True).first()
