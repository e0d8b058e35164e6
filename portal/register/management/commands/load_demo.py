"""``manage.py load_demo``: invented institutions, notices and accounts, marked 演示."""

from __future__ import annotations

from portal.contracts.setup import Stage
from portal.register.management.setup_command import SetupCommand


class Command(SetupCommand):
    """Loads invented content. Running it again changes nothing."""

    help = "载入演示内容：虚构的评价机构（名称均含“演示”）、公告与演示账号；可重复执行。"
    stage = Stage.DEMO
