"""The plan of the demo: which invented institutions there are and what happens to them. Same day, same plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from portal.accounts.models import Authority, District
from portal.register.demo import vocabulary as words
from portal.register.demo.reference import DemoReference
from portal.register.demo.scenarios import SCENARIOS, History, active, event, morning, term
from portal.register.models import Filing, Institution
from portal.register.services.filing_events import EventInput, NewFiling
from portal.register.timeline import CITY_WIDE
from portal.regulation.codes import format_institution_code, social_credit_check_character
from portal.regulation.kinds import code_is_open_to_society, default_audiences

COUNT = 120
#: Institutions with a second filing.
DOUBLE = 6
#: Serial numbers of invented filing codes begin here.
FIRST_SERIAL = 900_001
SEED = "zhiping demo"


@dataclass(slots=True)
class Sort:
    """Kind of filing, ownership, and whether the city files it (Art. 6)."""

    kind: str
    ownership: str
    city: bool


SORTS = (
    Sort("third_party", "training_body", city=False),
    Sort("third_party", "training_body", city=False),
    Sort("third_party", "training_body", city=True),
    Sort("employer", "district_owned", city=False),
    Sort("employer", "private", city=False),
    Sort("school", "technical_school", city=True),
    Sort("employer", "city_owned", city=True),
    Sort("employer", "foreign", city=False),
    Sort("third_party", "training_body", city=False),
    Sort("employer", "central_branch", city=True),
)


class Planner:
    """Makes institutions and filings, one after the other, from one seed."""

    def __init__(self, today: dt.date, reference: DemoReference) -> None:
        self.today = today
        self.reference = reference
        # The same every time on purpose: nothing here is secret.
        self.random = Random(SEED)  # noqa: S311
        self.serials: dict[str, int] = {}
        self.names: set[str] = set()
        present = [district for district in reference.districts.values() if district.exists_on(today)]
        self.present = sorted(present, key=lambda district: district.code)
        abolished = [
            d for d in reference.districts.values() if d.valid_to is not None and d.valid_to <= today
        ]
        self.abolished = sorted(abolished, key=lambda district: district.code)

    def filings(self) -> Iterator[NewFiling]:
        """Every filing of the demo, its institution unsaved."""
        scenarios = [scenario for scenario, number in SCENARIOS for _index in range(number)]
        scenarios += [active] * (COUNT - len(scenarios))
        self.random.shuffle(scenarios)
        for number, scenario in enumerate(scenarios):
            sort = SORTS[number % len(SORTS)]
            history = scenario(self.today, self.random)
            district = self._district(number, history.filed_on)
            trade = words.TRADES[number % len(words.TRADES)]
            institution = self._institution(number, sort, district, trade)
            yield self._filing(institution, sort, district, trade, history, number)
            if history.wants is not None:
                continue
            if number < DOUBLE and sort.kind == "third_party" and not sort.city:
                wider = Sort("third_party", "training_body", city=True)
                other = words.TRADES[(number + 4) % len(words.TRADES)]
                later = active(self.today, self.random)
                yield self._filing(institution, wider, district, other, later, number)
            elif number < 2 * DOUBLE and sort.kind == "employer":
                outward = Sort("third_party", sort.ownership, city=True)
                later = active(self.today, self.random)
                yield self._filing(institution, outward, district, trade, later, number)

    def _district(self, number: int, day: dt.date) -> District:
        """Goes round through all districts; every seventh early filing lies in a district abolished since."""
        early = [district for district in self.abolished if district.exists_on(day)]
        if early and number % 7 == 3:
            return early[number % len(early)]
        standing = [district for district in self.present if district.exists_on(day)]
        return standing[(number * 11) % len(standing)]

    def _institution(self, number: int, sort: Sort, district: District, trade: words.Trade) -> Institution:
        if sort.kind == "employer":
            ending, prefix = trade.employer, "91"
        elif sort.kind == "school":
            ending, prefix = words.SCHOOL_ENDINGS[number % len(words.SCHOOL_ENDINGS)], "12"
        else:
            ending, prefix = words.TRAINING_ENDINGS[number % len(words.TRAINING_ENDINGS)], "52"
        name = self._name(ending, district)
        region = district.code if district.code.isdigit() else "500000"
        first17 = f"{prefix}{region}{990_000_000 + number:09d}"
        return Institution(
            name=name,
            social_credit_code=first17 + social_credit_check_character(first17),
            ownership=sort.ownership,
            district=district,
            registered_address=f"{district.name}{words.STREETS[number % len(words.STREETS)]}{number + 1}号",
            phone=f"023-0000 {1000 + number:04d}",
            is_demo=True,
        )

    def _name(self, ending: str, district: District) -> str:
        while True:
            fancy = self.random.choice(words.FANCY)
            name = f"重庆演示{fancy}{ending}"
            if name in self.names:
                name = f"{district.short_name}演示{fancy}{ending}"
            if name not in self.names:
                self.names.add(name)
                return name

    def _code(self, kind: str, authority: Authority) -> str:
        open_to_society = code_is_open_to_society(kind)
        key = f"{open_to_society}{authority.filing_digits}"
        serial = self.serials[key] = self.serials.get(key, FIRST_SERIAL - 1) + 1
        return format_institution_code(
            open_to_society=open_to_society, serial=serial, authority_digits=authority.filing_digits
        )

    def _filing(
        self,
        institution: Institution,
        sort: Sort,
        district: District,
        trade: words.Trade,
        history: History,
        number: int,
    ) -> NewFiling:
        centre, bureau = self.reference.offices["centre"], self.reference.offices["bureau"]
        authority = centre if sort.city else self.reference.offices[district.code]
        filing = Filing(
            code=self._code(sort.kind, authority),
            institution=institution,
            kind=sort.kind,
            authority=authority,
            handled_by=authority,
            issued_in_name_of=bureau if sort.city else authority,
            filed_on=history.filed_on,
        )
        scope = self._scope(sort, trade, history.filed_on, number)
        sites = self._sites(institution, sort, district, history.filed_on, number)
        audiences = {value.value for value in default_audiences(sort.kind)}
        if sort.kind != "third_party" and number % 9 == 5:
            audiences.add("public")
        payload: dict[str, Any] = {
            "name": institution.name,
            "term": term(history.filed_on),
            "audiences": sorted(audiences),
            "areas": self._areas(sort, district, sites, number),
            "scope": scope,
            "sites": sites,
        }
        filed = event("filed", history.filed_on, 12, **payload)
        events = [filed, *history.events]
        if history.wants is not None:
            events.append(self._change(*history.wants, payload, institution, district))
        return NewFiling(filing, [self._numbered(item, number) for item in events])

    def _numbered(self, item: EventInput, number: int) -> EventInput:
        """Documents bear invented numbers; now and then something is recorded some days after it took effect."""
        late = 12 if item.kind in ("rectification_ordered", "changed") and number % 5 == 0 else 0
        recorded = min(item.effective_on + dt.timedelta(days=late), self.today)
        return EventInput(
            item.kind,
            item.effective_on,
            item.article,
            item.payload,
            ground=item.ground,
            document_number=f"演示〔{item.effective_on.year}〕{number + 1}号",
            reason=item.reason,
            recorded_at=morning(recorded),
        )

    def _scope(self, sort: Sort, trade: words.Trade, day: dt.date, number: int) -> list[dict[str, str]]:
        count = min(len(trade.occupations), 1 + number % 4)
        first = number % len(trade.occupations)
        names = [trade.occupations[(first + offset) % len(trade.occupations)] for offset in range(count)]
        levels = words.LEVEL_RANGES[number % len(words.LEVEL_RANGES)]
        items: list[dict[str, str] | None] = []
        if number % 8 == 6:
            name, work_type = words.WORK_TYPES[(number // 8) % len(words.WORK_TYPES)]
            items += [self.reference.item(name, level, day, work_type) for level in ("4", "3")]
        if number % 10 == 4:
            items += [self.reference.older_item("电工", level, day) for level in levels]
            names = [name for name in names if name != "电工"]
        items += [self.reference.item(name, level, day) for name in names for level in levels]
        if sort.kind == "employer" and number % 6 == 3:
            code = self.reference.occupations["装配钳工"]
            norm = {"occupation": code, "norm": "演示企业评价规范：设备装配", "edition": "2020"}
            items += [norm | {"level": level} for level in ("T", "S")]
        found = [item for item in items if item is not None]
        return found or [
            item for level in levels if (item := self.reference.item("焊工", level, day)) is not None
        ]

    def _sites(
        self, institution: Institution, sort: Sort, district: District, day: dt.date, number: int
    ) -> list[dict[str, Any]]:
        sites = [
            {
                "name": words.SITE_NAMES[number % len(words.SITE_NAMES)],
                "address": institution.registered_address,
                "district": district.code,
                "on_receipt": True,
            }
        ]
        if sort.city and number % 3 == 0:
            standing = [other for other in self.present if other.exists_on(day) and other != district]
            for other in self.random.sample(standing, 1 + number % 3):
                street = words.STREETS[(number + 1) % len(words.STREETS)]
                address = f"{other.name}{street}{number + 10}号"
                name = f"{other.short_name}考核点"
                sites.append({"name": name, "address": address, "district": other.code, "on_receipt": False})
        elif number % 11 == 5:
            address = f"{district.name}样例街{number + 30}号"
            sites.append(
                {"name": "第三考核点", "address": address, "district": district.code, "on_receipt": False}
            )
        return sites

    def _areas(self, sort: Sort, district: District, sites: list[dict[str, Any]], number: int) -> list[str]:
        if not sort.city:
            return [district.code]
        if sort.kind == "third_party" and number % 4 == 2:
            return sorted({str(site["district"]) for site in sites})
        return [CITY_WIDE]

    def _change(
        self, what: str, day: dt.date, filed: dict[str, Any], institution: Institution, district: District
    ) -> EventInput:
        day = min(day, self.today)
        if what == "name":
            old = institution.name
            new = old.replace("演示", "演示新", 1)
            institution.name = new
            filed["name"] = old
            return event("renamed", day, 13, name=new)
        if what == "sites":
            new_site = {
                "name": "迁址后考核点",
                "address": f"{district.name}演示大道{self.random.randint(200, 400)}号",
                "district": district.code,
                "on_receipt": True,
            }
            return event("changed", day, 13, sites_ended=[filed["sites"][0]], sites_added=[new_site])
        if what == "area" and filed["areas"] != [CITY_WIDE]:
            wider = {*filed["areas"], self.present[0].code}
            return event("changed", day, 13, areas=sorted(wider))
        held = {(item["occupation"], item["level"], item.get("work_type", "")) for item in filed["scope"]}
        added = [
            item
            for name in ("养老护理员", "茶艺师", "焊工")
            if (item := self.reference.item(name, "4", day)) is not None
            and (item["occupation"], item["level"], "") not in held
        ][:2]
        payload: dict[str, Any] = {"scope_added": added}
        if len(filed["scope"]) > 2:
            payload["scope_ended"] = [filed["scope"][-1]]
        return event("changed", day, 13, **payload)
