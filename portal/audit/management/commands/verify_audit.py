"""``manage.py verify_audit [--from-head DATE] [--json]``: is the log as it was written?"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from portal.audit.examination import examine
from portal.audit.heads import signature_holds
from portal.audit.models import AuditHead
from portal.audit.verify import LINKED_WITHIN, Verification

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Command(BaseCommand):
    """Ends with status 1 when anything is wrong, naming the first broken link first."""

    help = _("重新计算全部审计事件和链，指出第一个断开之处。")

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--from-head", metavar="DATE", help=_("从该日签署的链头之后查起，写成 2026-11-22 的样子")
        )
        parser.add_argument("--json", action="store_true", help=_("以 JSON 输出"))
        parser.add_argument("--no-record", action="store_true", help=_("结果不写入审计日志"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, say what was found; raises CommandError (status 1) when the log is not sound."""
        head = _head_of(options["from_head"]) if options["from_head"] else None
        patience = LINKED_WITHIN.total_seconds()
        found = examine(from_head=head, patience=patience, keep=not options["no_record"])
        if options["json"]:
            self.stdout.write(json.dumps(found.as_dict(), ensure_ascii=False, indent=2))
        else:
            self.stdout.write(_summary(found))
            for each in found.breaks:
                self.stderr.write(f"✗ {each.text}")
        if not found.is_sound:
            raise CommandError(
                _("审计日志有 %d 处问题，第一处：%s") % (len(found.breaks), found.breaks[0].text)
            )


def _summary(found: Verification) -> str:
    speed = found.checked / found.seconds if found.seconds else 0
    line = _(
        "已核对 %(checked)s 个事件（第 %(first)s 至第 %(last)s 位），用时 %(seconds).1f 秒，每秒 %(speed).0f 个。"
    ) % {
        "checked": found.checked,
        "first": found.start.position + 1,
        "last": found.start.position + found.checked,
        "seconds": found.seconds,
        "speed": speed,
    }
    if found.last_head is not None:
        line += _("链头 %(heads)s 个，最近一个签署于 %(day)s。") % {
            "heads": found.heads,
            "day": found.last_head.day.isoformat(),
        }
    else:
        line += _("尚无有效的链头。")
    return line + (_("日志完整。") if found.is_sound else "")


def _head_of(text: str) -> AuditHead:
    """The signed head of a day; CommandError when there is none, or when it is not to be trusted."""
    try:
        if not _ISO_DATE.fullmatch(text):
            raise ValueError(text)
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise CommandError(_("--from-head “%s”不是日期，请写成 2026-11-22 的样子。") % text[:40]) from None
    head = AuditHead.objects.filter(day=day).first()
    if head is None:
        near = AuditHead.objects.filter(day__lt=day).order_by("-day").first() or AuditHead.objects.last()
        hint = _("最近的链头签署于 %s。") % near.day.isoformat() if near else _("还没有签署过链头。")
        raise CommandError(_("--from-head：%s 没有链头。") % text + hint)
    if not signature_holds(head):
        raise CommandError(_("--from-head：%s 的链头签名无效，不能从它查起；请从头核对。") % text)
    return head
