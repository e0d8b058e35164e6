"""``manage.py load_reference``: districts, offices, occupations, levels, calendar, the regulation, the site tree."""

from __future__ import annotations

from portal.contracts.setup import Stage
from portal.register.management.setup_command import SetupCommand


class Command(SetupCommand):
    """Loads what every portal needs. Running it again changes nothing."""

    help = "载入基础数据：区县、备案管理机构、职业、等级、标准、工作日历、法规与站点结构；可重复执行。"
    stage = Stage.REFERENCE
