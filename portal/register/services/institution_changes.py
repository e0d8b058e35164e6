"""Compare a draft with the register: what never changes, what becomes a dated event, what is edited in place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal.register.models import Institution
from portal.register.models.filing import Audience, FilingKind
from portal.register.models.institution import Ownership
from portal.register.services.current_facts import FilingFacts
from portal.register.services.importing import ImportOptions
from portal.register.services.institution_rows import CITY_WORD, FilingDraft
from portal.register.tabular.cells import shortened
from portal.register.tabular.problems import Problems
from portal.register.timeline import CITY_WIDE, Item, Place, describe

#: Attributes of an institution that an import may edit, with their columns.
EDITABLE = (
    ("registered_address", "address", "注册地址"),
    ("phone", "phone", "联系电话"),
    ("website", "website", "网站"),
    ("district_id", "district_pk", "注册地区县"),
)


@dataclass(slots=True)
class Difference:
    """One thing in which file and register differ, in words."""

    row: int
    column: str
    registered: str
    written: str
    never: bool = False

    def message(self, remedy: str) -> str:
        """Both values and what to do."""
        text = _("登记库中为“%(registered)s”，文件中为“%(written)s”。") % {
            "registered": shortened(self.registered, 80) or _("（空）"),
            "written": shortened(self.written, 80) or _("（空）"),
        }
        if self.never:
            return text + _("导入不能更改这一项，请核对；确需更改的应另行办理。")
        return text + _("请核对；确已依法变更的，%s。") % remedy


@dataclass(slots=True)
class Change:
    """What has to be recorded for one filing: a payload for ``changed``, or nothing when it is empty."""

    facts: FilingFacts
    draft: FilingDraft
    payload: dict[str, Any] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)


def compare_filing(facts: FilingFacts, draft: FilingDraft, district_names: dict[str, str]) -> Change:
    """What differs between a filing and its draft."""
    change = Change(facts, draft)
    filing = facts.filing
    fixed = (
        ("统一社会信用代码", filing.institution.social_credit_code, draft.social_credit_code),
        ("备案类型", str(FilingKind(filing.kind).label), str(FilingKind(draft.kind).label)),
        ("备案管理机构", filing.authority.name, draft.office.name),
        ("备案日期", filing.filed_on.isoformat(), draft.filed_on.isoformat()),
        ("本期有效期自", facts.term_from.isoformat(), draft.term_from.isoformat()),
        ("有效期至", facts.term_to.isoformat(), draft.term_to.isoformat()),
    )
    for column, registered, written in fixed:
        if registered != written:
            change.differences.append(Difference(draft.row, column, registered, written, never=True))
    _compare_scope(change)
    _compare_sites(change)
    if facts.areas != set(draft.areas):
        change.payload["areas"] = list(draft.areas)
        registered, written = (_area_words(areas, district_names) for areas in (facts.areas, draft.areas))
        change.differences.append(Difference(draft.row, "评价区域", registered, written))
    if draft.audiences is not None and facts.audiences != set(draft.audiences):
        change.payload["audiences"] = list(draft.audiences)
        registered, written = (
            "、".join(str(Audience(value).label) for value in sorted(values))
            for values in (facts.audiences, draft.audiences)
        )
        change.differences.append(Difference(draft.row, "面向", registered, written))
    return change


def _area_words(areas: Iterable[str], district_names: dict[str, str]) -> str:
    return "、".join(
        CITY_WORD if code == CITY_WIDE else district_names.get(code, code) for code in sorted(areas)
    )


def _compare_scope(change: Change) -> None:
    added = [item for item in change.draft.items if item not in change.facts.items]
    ended = [item for item in change.facts.items if item not in change.draft.items]
    if added:
        change.payload["scope_added"] = [item.to_payload() for item in added]
    if ended:
        change.payload["scope_ended"] = [item.to_payload() for item in sorted(ended, key=item_order)]
    for item in added:
        row = change.draft.items[item]
        change.differences.append(Difference(row, "职业编码", "", item_words(item)))
    for item in sorted(ended, key=item_order):
        change.differences.append(Difference(change.draft.row, "职业编码", item_words(item), ""))


def _compare_sites(change: Change) -> None:
    written = set(change.draft.sites)
    added = [place for place in change.draft.sites if place not in change.facts.sites]
    ended = sorted(
        (place for place in change.facts.sites if place not in written), key=lambda place: place.name
    )
    if added:
        change.payload["sites_added"] = [place.to_payload() for place in added]
    if ended:
        change.payload["sites_ended"] = [place.to_payload() for place in ended]
    if added or ended:
        registered, now = (_place_words(places) for places in (ended, added))
        change.differences.append(Difference(change.draft.row, "场地名称", registered, now))


def _place_words(places: Iterable[Place]) -> str:
    return "；".join(describe(place) for place in places)


def item_order(item: Item) -> tuple[str, ...]:
    """Order of scope items in messages."""
    return (item.occupation, item.work_type, item.level, item.standard, item.edition, item.norm)


def item_words(item: Item) -> str:
    """A scope item in words, with its standard."""
    basis = " ".join(part for part in (item.standard, item.edition, item.norm) if part)
    return f"{describe(item)}（{basis}）" if basis else describe(item)


@dataclass(slots=True)
class InstitutionChange:
    """What has to be recorded for one institution."""

    institution: Institution
    row: int
    name: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)


def compare_institution(
    institution: Institution, draft: FilingDraft, district_names: dict[int, str]
) -> InstitutionChange:
    """What differs between an institution and what its draft says."""
    change = InstitutionChange(institution, draft.row)
    if institution.ownership != draft.ownership:
        labels = [str(Ownership(value).label) for value in (institution.ownership, draft.ownership)]
        change.differences.append(Difference(draft.row, "机构性质", labels[0], labels[1], never=True))
    if institution.name != draft.name:
        change.name = draft.name
        change.differences.append(Difference(draft.row, "机构名称", institution.name, draft.name))
    for attribute, stated, column in EDITABLE:
        registered, written = getattr(institution, attribute), getattr(draft, stated)
        if written is None or registered == written:
            continue
        change.values[attribute] = written
        if attribute == "district_id":
            registered, written = (district_names.get(key, "") for key in (registered, written))
        change.differences.append(Difference(draft.row, column, str(registered), str(written)))
    return change


def refuse_differences(differences: Iterable[Difference], problems: Problems, options: ImportOptions) -> bool:
    """Note the differences that may not become events; return whether there were any."""
    refused = [difference for difference in differences if difference.never or not options.may_change]
    for difference in refused:
        problems.add(difference.row, difference.column, difference.message(options.how_to_change))
    return bool(refused)
