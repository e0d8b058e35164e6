"""The conditions of Art. 7 and the materials of Art. 8: the only grounds a defect may cite.

The keys are stable: files, correction notices and evaluations refer to them. The sentences are found in
the regulation's own text through ``article``, ``paragraph`` and ``item``.
"""

from __future__ import annotations

from dataclasses import dataclass

from portal.regulation.articles import article_text
from portal.regulation.kinds import FilingKind

_ALL = frozenset(FilingKind)


@dataclass(frozen=True)
class Requirement:
    """One condition or material. ``item`` counts the numbered items, 0 for a paragraph without numbers."""

    key: str
    label: str
    article: int
    paragraph: int
    item: int
    kinds: frozenset[FilingKind] = _ALL

    @property
    def citation(self) -> str:
        """第七条第一款第（二）项."""
        return article_text(self.article).citation(self.paragraph, self.item)

    @property
    def text(self) -> str:
        """The sentence of the regulation."""
        return article_text(self.article).sentence(self.paragraph, self.item)


CONDITIONS: tuple[Requirement, ...] = (
    Requirement("condition.legal_person", "依法登记的独立法人，信用良好", 7, 1, 1),
    Requirement("condition.premises", "场地、设备和视频监控", 7, 1, 2),
    Requirement("condition.staff", "专门机构和人员", 7, 1, 3),
    Requirement("condition.question_bank", "题库或试题资源", 7, 1, 4),
    Requirement("condition.management", "管理制度", 7, 1, 5),
    Requirement("condition.public_benefit", "社会效益和经费保障", 7, 1, 6),
    Requirement(
        "condition.large_employer", "规模以上企业和激励机制", 7, 2, 0, frozenset({FilingKind.EMPLOYER})
    ),
    Requirement("condition.school_body", "已设立考核鉴定机构", 7, 3, 0, frozenset({FilingKind.SCHOOL})),
    Requirement("condition.experience", "相关培训评价经历", 7, 4, 0, frozenset({FilingKind.THIRD_PARTY})),
)

MATERIALS: tuple[Requirement, ...] = (
    Requirement("material.profile", "申请备案机构基本情况", 8, 1, 1),
    Requirement("material.work_plan", "职业技能等级认定工作方案", 8, 1, 2),
    Requirement("material.assets", "场地设备设施等资产辅证材料", 8, 1, 3),
    Requirement("material.credit_report", "申请备案机构信用报告", 8, 1, 4),
    Requirement("material.experience", "培训评价经历材料", 8, 1, 5),
    Requirement("material.commitment", "申请备案材料真实性承诺书", 8, 1, 6),
)

_BY_KEY = {item.key: item for item in (*CONDITIONS, *MATERIALS)}


class UngroundedDefect(ValueError):
    """A defect that cites neither a condition of Art. 7 nor a material of Art. 8."""


def requirements_for(kind: FilingKind | str) -> tuple[Requirement, ...]:
    """The conditions and materials that bind an applicant of this kind."""
    wanted = FilingKind(kind)
    return tuple(item for item in _BY_KEY.values() if wanted in item.kinds)


def defect_ground(key: str, kind: FilingKind | str) -> Requirement:
    """What a defect cites; UngroundedDefect when it is not among Art. 7–8 or not for this kind."""
    found = _BY_KEY.get(key)
    if found is None or FilingKind(kind) not in found.kinds:
        allowed = "、".join(item.label for item in requirements_for(kind))
        raise UngroundedDefect(f"补正只能依据第七条、第八条，“{key}”不在其中，可选：{allowed}。")
    return found
