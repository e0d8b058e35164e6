"""What the demo looks up: offices, districts, occupations and standards, read once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.accounts.models import Authority, District
from portal.register.models import Occupation, Standard


class ReferenceMissing(LookupError):
    """The reference data has not been loaded."""


@dataclass(slots=True)
class DemoReference:
    """Rows by what names them."""

    districts: dict[str, District]
    offices: dict[str, Authority]
    occupations: dict[str, str]
    standards: dict[tuple[str, str], list[tuple[str, str]]]

    @classmethod
    def load(cls) -> DemoReference:
        """Read them; raises :class:`ReferenceMissing` on a database without reference data."""
        districts = {district.code: district for district in District.objects.all()}
        offices: dict[str, Authority] = {}
        for office in Authority.objects.select_related("district"):
            offices[office.district.code if office.district else office.kind] = office
        if "centre" not in offices or "bureau" not in offices or not districts:
            raise ReferenceMissing(_("尚未载入基础数据，请先运行 manage.py load_reference。"))
        standards: dict[tuple[str, str], list[tuple[str, str]]] = {}
        rows = Standard.objects.order_by("edition").values_list(
            "occupation__code", "work_type__name", "title", "edition"
        )
        for code, work_type, title, edition in rows:
            standards.setdefault((code, work_type or ""), []).append((title, edition))
        occupations = dict(Occupation.objects.values_list("name", "code"))
        return cls(districts, offices, occupations, standards)

    def item(self, name: str, level: str, day: dt.date, work_type: str = "") -> dict[str, str] | None:
        """A scope item under the newest standard of that day, or None when there was none yet."""
        code = self.occupations.get(name)
        if code is None:
            return None
        known = [pair for pair in self.standards.get((code, work_type), []) if int(pair[1]) <= day.year]
        if not known:
            return None
        title, edition = known[-1]
        item = {"occupation": code, "level": level, "standard": title, "edition": edition}
        return item | ({"work_type": work_type} if work_type else {})

    def older_item(self, name: str, level: str, day: dt.date) -> dict[str, str] | None:
        """A scope item under the edition before the newest of that day, or None."""
        code = self.occupations.get(name, "")
        known = [pair for pair in self.standards.get((code, ""), []) if int(pair[1]) <= day.year]
        if len(known) < 2:
            return None
        title, edition = known[-2]
        return {"occupation": code, "level": level, "standard": title, "edition": edition}
