"""What the columns of each kind of table hold: shown beside the upload, and the header of the template file."""

from __future__ import annotations

from dataclasses import dataclass

from portal.register.models import ImportRun
from portal.register.services import import_fees, import_occupations, institution_rows
from portal.register.services.export_rows import FEE_COLUMNS, OCCUPATION_COLUMNS

#: Column → what is written there.
EXAMPLES = {
    "机构名称": "演示职业培训学校",
    "统一社会信用代码": "18 位，全角和小写会自动改正",
    "机构性质": "社会培训评价组织、民营企业、市属企业、技工院校……",
    "注册地区县": "渝中区",
    "注册地址": "演示路 1 号",
    "联系电话": "023-12345678",
    "网站": "https://example.org/",
    "备案编码": "S010350000123",
    "备案类型": "用人单位、技工院校、社会培训评价组织",
    "面向": "本单位职工、本校学生、社会人员；不填则按备案类型",
    "备案管理机构": "渝中区人力资源和社会保障局",
    "备案日期": "2026-03-02",
    "本期有效期自": "延续过的备案填写本期首日",
    "有效期至": "2029-03-01（三年，第十四条）",
    "评价区域": "渝中区、江北区；市级备案可填“全市”",
    "场地名称": "第一考场；第二考场（多个用“；”隔开）",
    "场地地址": "演示路 1 号；演示路 2 号",
    "场地区县": "渝中区；江北区",
    "回执所列": "是；否",
    "状态": "不填；整改、注销等须另行登记",
    "职业编码": "6-31-01-03",
    "职业名称": "电工",
    "工种": "该职业下的工种；不填为整个职业",
    "等级": "五级、四级、三级",
    "标准": "国家职业标准的标题；版本能确定时可不填",
    "版本": "2018",
    "评价规范": "没有国家标准时的行业企业评价规范",
    "公布日期": "2026-03-02",
    "执行日期": "2026-04-01",
    "执行截止": "不填为长期，直到下一份标准",
    "收费依据": "文件名称和文号",
    "公示网址": "https://example.org/fees",
    "理论": "45.00（元）",
    "技能": "260.00（元）",
    "材料": "120.00（元）",
    "综合评审": "0 或不填",
    "合计": "各项之和；只有一个总价时只填这一列",
    "小类编码": "6-31-01",
    "小类": "机械设备修理人员",
    "中类": "生产辅助人员",
    "大类": "生产制造及有关人员",
    "原编码": "6-07-06-05；……（多个用“；”隔开）",
    "原名称": "维修电工；……",
    "原编码来源": "2015年版大典；……",
}


@dataclass(frozen=True, slots=True)
class Guide:
    """The columns of one kind of table, in their order."""

    kind: str
    label: str
    columns: tuple[tuple[str, bool, str], ...]

    @property
    def names(self) -> list[str]:
        """The header of the template."""
        return [name for name, _required, _example in self.columns]


def _guide(kind: ImportRun.Kind, order: tuple[str, ...], optional: frozenset[str]) -> Guide:
    columns = tuple((name, name not in optional, EXAMPLES.get(name, "")) for name in order)
    return Guide(kind.value, str(kind.label), columns)


def guides() -> dict[str, Guide]:
    """All guides by kind."""
    found = (
        _guide(ImportRun.Kind.INSTITUTIONS, institution_rows.ALL_COLUMNS, institution_rows.OPTIONAL),
        _guide(ImportRun.Kind.FEES, FEE_COLUMNS, frozenset(import_fees.OPTIONAL)),
        _guide(
            ImportRun.Kind.OCCUPATIONS, OCCUPATION_COLUMNS, frozenset(import_occupations.COLUMNS.optional)
        ),
    )
    return {guide.kind: guide for guide in found}
