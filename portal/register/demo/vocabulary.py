"""Words from which invented institutions are made, and the occupations they assess."""

from __future__ import annotations

from dataclasses import dataclass

FANCY = (
    "星河 晨帆 禾木 青岚 云栖 朝暮 竹影 松石 沐光 听涛 远岫 知行 乐业 匠心 启航 梧桐 银杏 海棠 锦程 川流 "
    "拾光 向阳 映山 麦田 白鹭 飞燕 磐石 清泉 长风 北辰"
).split()


@dataclass(frozen=True, slots=True)
class Trade:
    """A field of work: who is in it, and the occupations that go together."""

    employer: str
    occupations: tuple[str, ...]


TRADES = (
    Trade("机械制造有限公司", ("电工", "焊工", "车工", "装配钳工", "机床装调维修工", "模具工")),
    Trade("汽车服务有限公司", ("汽车维修工", "电工", "焊工")),
    Trade("养老服务有限公司", ("养老护理员", "家政服务员", "保健按摩师")),
    Trade("幼教服务有限公司", ("保育师", "婴幼儿发展引导员", "家政服务员")),
    Trade("餐饮管理有限公司", ("中式烹调师", "中式面点师", "西式面点师", "茶艺师", "餐厅服务员")),
    Trade("美业发展有限公司", ("美发师", "保健按摩师", "茶艺师")),
    Trade("物流有限公司", ("物流服务师", "快递员", "起重装卸机械操作工")),
    Trade("数字科技有限公司", ("电子商务师", "计算机程序设计员", "网络与信息安全管理员", "无人机驾驶员")),
    Trade("能源有限公司", ("电工", "电力电缆安装运维工", "变配电运行值班员", "锅炉操作工")),
    Trade("建筑工程有限公司", ("电工", "焊工", "混凝土工", "砌筑工", "桥隧工")),
    Trade("化工有限公司", ("化工总控工", "化学检验员", "工业废水处理工", "药物制剂工")),
    Trade(
        "物业服务有限公司",
        ("保安员", "消防设施操作员", "智能楼宇管理员", "电梯安装维修工", "制冷空调系统安装维修工"),
    ),
)
#: Occupation, work type: scope that is filed for one work type only.
WORK_TYPES = (
    ("中式烹调师", "火锅料理师"),
    ("美容师", "皮肤管理师"),
    ("起重装卸机械操作工", "汽车吊司机"),
    ("企业人力资源管理师", "薪税师"),
    ("轨道交通列车司机", "城市轨道交通列车司机"),
)
LEVEL_RANGES = (
    ("5", "4", "3"),
    ("5", "4"),
    ("4", "3"),
    ("5", "4", "3", "2"),
    ("3", "2", "1"),
    ("5", "4", "3", "2", "1"),
)

TRAINING_ENDINGS = ("职业培训学校", "职业技能培训中心", "人力资源服务有限公司", "教育咨询有限公司")
SCHOOL_ENDINGS = ("技工学校", "技师学院", "高级技工学校")
STREETS = ("演示大道", "示例路", "样例街", "演示一支路", "范例巷")
SITE_NAMES = ("第一考核点", "第二考核点", "实训楼", "综合考场", "技能鉴定站")
