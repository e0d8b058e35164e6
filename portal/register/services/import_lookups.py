"""What a cell names: districts, offices, levels, occupations, work types, standards, read once for a whole file."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from portal.accounts.models import Authority, District
from portal.register.models import Occupation, OccupationFormerCode, SkillLevel, Standard, WorkType
from portal.register.tabular.cells import CellError, required, shortened
from portal.regulation.codes import normalise_code
from portal.regulation.wording import chinese_date


@dataclass(slots=True)
class Lookups:
    """Everything that cells may name, by every writing that is accepted. Loading takes seven queries."""

    today: dt.date
    districts: dict[str, District]
    authorities: dict[str, Authority]
    levels: dict[str, str]
    occupations: dict[str, str]
    occupation_codes: dict[str, str]
    former: dict[str, list[tuple[str, str, str]]]
    work_types: dict[str, set[str]]
    standards: dict[str, dict[str, set[str]]] = field(default_factory=dict)

    @classmethod
    def load(cls, today: dt.date) -> Lookups:
        """Read all of it."""
        districts: dict[str, District] = {}
        for district in District.objects.select_related("successor"):
            for text in (district.short_name, district.name, district.code):
                districts[text] = district
        authorities: dict[str, Authority] = {}
        for authority in Authority.objects.select_related("successor", "district"):
            for text in (authority.short_name, authority.name, authority.code):
                authorities[text] = authority
        levels: dict[str, str] = {}
        for level in SkillLevel.objects.all():
            levels |= dict.fromkeys((level.code, level.name, *level.name.split("/")), level.code)
        occupations = dict(Occupation.objects.values_list("code", "name"))
        former: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        for code, name, now, source in OccupationFormerCode.objects.values_list(
            "code", "name", "occupation__code", "source"
        ):
            former[code].append((name, now, source))
        work_types: dict[str, set[str]] = defaultdict(set)
        for code, name in WorkType.objects.values_list("occupation__code", "name"):
            work_types[code].add(name)
        standards: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for code, title, edition in Standard.objects.values_list("occupation__code", "title", "edition"):
            standards[code][title].add(edition)
        return cls(
            today=today,
            districts=districts,
            authorities=authorities,
            levels=levels,
            occupations=occupations,
            occupation_codes={name: code for code, name in occupations.items()},
            former=former,
            work_types=work_types,
            standards=standards,
        )

    def district(self, text: str, day: dt.date) -> District:
        """The district by code, name or short name; it must exist on ``day`` or today.

        A name of its time is right: 江北区 on a day in 2024. Later it is answered with the successor.
        """
        district = self.districts.get(required(text))
        if district is None:
            raise CellError(_("没有名为“%s”的区县，请填写区县全称，例如“渝中区”。") % shortened(text))
        if not district.exists_on(day) and not district.exists_on(self.today):
            raise CellError(self._not_on_that_day(district.name, district, district.successor, day))
        return district

    def authority(self, text: str, day: dt.date) -> Authority:
        """The office by code or name; it must exist on ``day``."""
        authority = self.authorities.get(required(text))
        if authority is None or authority.kind == Authority.Kind.OTHER:
            raise CellError(
                _("没有名为“%s”的备案管理机构，请填写机构全称，例如“渝中区人力资源和社会保障局”。")
                % shortened(text)
            )
        if not authority.exists_on(day):
            raise CellError(self._not_on_that_day(authority.name, authority, authority.successor, day))
        return authority

    @staticmethod
    def _not_on_that_day(
        name: str, thing: District | Authority, successor: District | Authority | None, day: dt.date
    ) -> str:
        values = {"name": name, "day": chinese_date(day)}
        if thing.valid_to is not None and day >= thing.valid_to:
            values["end"] = chinese_date(thing.valid_to)
            if successor is None:
                return _("“%(name)s”已于%(end)s撤销，在%(day)s已不存在，请核对。") % values
            values["now"] = successor.name
            return _("“%(name)s”已于%(end)s撤销，由“%(now)s”承继；%(day)s的事项请填写“%(now)s”。") % values
        return _("“%(name)s”在%(day)s尚未设立，请填写当时的名称。") % values

    def level(self, text: str) -> str:
        """The level's code by code, name or either half of the name."""
        code = self.levels.get(text)
        if code is None:
            raise CellError(
                _("没有等级“%s”，请填写例如“五级、四级、三级”，多个用“、”隔开。") % shortened(text)
            )
        return code

    def occupation(self, text: str, name: str) -> str:
        """The occupation's code; a former code or name is answered with its successor."""
        code = normalise_code(required(text), drop_hyphens=False)
        if code in self.occupations and (not name or self.occupations[code] == name):
            return code
        for old_name, now, source in self.former.get(code, ()):
            if not name or name == old_name:
                raise CellError(
                    _(
                        "%(code)s 是“%(old)s”的原编码（%(source)s），现为 %(now)s %(current)s，请改用现行编码和名称。"
                    )
                    % {
                        "code": code,
                        "old": old_name,
                        "source": source,
                        "now": now,
                        "current": self.occupations[now],
                    }
                )
        raise CellError(self._which_occupation(code, name))

    def _which_occupation(self, code: str, name: str) -> str:
        values = {"code": shortened(code), "name": shortened(name), "known": self.occupations.get(code, "")}
        if name in self.occupation_codes:
            values["now"] = self.occupation_codes[name]
            if code in self.occupations:
                return _("%(code)s 是“%(known)s”，不是“%(name)s”；“%(name)s”的编码是 %(now)s。") % values
            return _("没有职业编码 %(code)s；“%(name)s”的编码是 %(now)s，请改正。") % values
        if code in self.occupations:
            return _("%(code)s 是“%(known)s”，不是“%(name)s”，请核对编码和名称。") % values
        return _("没有职业编码 %(code)s，请按现行《国家职业分类大典》填写。") % values

    def work_type(self, occupation: str, name: str) -> str:
        """The work type of that occupation, or "" for the whole occupation."""
        if name and name not in self.work_types.get(occupation, ()):
            known = "、".join(sorted(self.work_types.get(occupation, ()))[:10]) or _("（无）")
            raise CellError(
                _(
                    "职业 %(code)s 下没有工种“%(name)s”，已收录：%(known)s；新工种请先补充到职业目录（导入职业，或由市级负责人增加）。"
                )
                % {"code": occupation, "name": shortened(name), "known": known}
            )
        return name

    def standard(self, occupation: str, title: str, edition: str) -> tuple[str, str]:
        """Title and edition of a recorded standard; the title may be left out when the edition decides."""
        if not title and not edition:
            return "", ""
        known = self.standards.get(occupation, {})
        if not title:
            titles = [name for name, editions in known.items() if edition in editions]
            title = titles[0] if len(titles) == 1 else ""
        if title in known and edition in known[title]:
            return title, edition
        offered = "、".join(
            f"{name}（{'、'.join(sorted(editions))}年版）" for name, editions in sorted(known.items())[:6]
        )
        raise CellError(
            _(
                "没有收录“%(title)s”%(edition)s年版；该职业已收录：%(offered)s。行业企业评价规范请填在“评价规范”列。"
            )
            % {
                "title": shortened(title),
                "edition": shortened(edition) or "？",
                "offered": offered or _("（无）"),
            }
        )
