"""The signed heads of the log, for everybody: places and hashes, nothing of the events."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition, require_safe

from portal.audit import signing
from portal.audit.models import AuditHead

#: Heads in one answer: a year.
PAGE = 366


def _last_signed(request: HttpRequest) -> dt.datetime | None:
    return AuditHead.objects.order_by("-day").values_list("signed_at", flat=True).first()


def _mark(request: HttpRequest) -> str:
    signed_at = _last_signed(request)
    key = signing.key_id(signing.public_key())
    return f'"{key}-{signed_at.timestamp() if signed_at else 0}-{request.GET.get("before", "")[:10].encode().hex()}"'


@require_safe
@cache_control(public=True, max_age=600)
@condition(etag_func=_mark, last_modified_func=_last_signed)
def audit_heads(request: HttpRequest) -> HttpResponseBase:
    """``/open-data/audit-heads.json``: newest first, ``?before=DATE`` goes on with earlier ones."""
    heads = AuditHead.objects.order_by("-day")
    before = request.GET.get("before", "")
    if before:
        try:
            heads = heads.filter(day__lt=dt.date.fromisoformat(before))
        except ValueError:
            message = _("参数 before 不是日期，请写成 2026-11-22 的样子。")
            return JsonResponse({"error": message}, status=400, json_dumps_params={"ensure_ascii": False})
    rows = list(heads[: PAGE + 1])
    answer: dict[str, Any] = {
        "about": _(
            "本平台审计日志逐日签署的链头。核对方法：以 public_keys 中编号相同的 Ed25519 公钥验证 signature，"
            "被签文本为 signed_text 以该行 day、position、hash 代入后的 ASCII 文本；自行保存链头，即可在日后证明日志未被改写或截短。"
        ),
        "algorithm": "Ed25519",
        "signed_text": signing.SIGNED_TEXT,
        "public_keys": {
            name: base64.b64encode(key).decode("ascii") for name, key in signing.known_keys().items()
        },
        "heads": [
            {
                "day": head.day.isoformat(),
                "position": head.position,
                "hash": head.hash,
                "signature": head.signature,
                "key_id": head.key_id,
            }
            for head in rows[:PAGE]
        ],
        "next": None,
    }
    if len(rows) > PAGE:
        answer["next"] = f"{reverse('audit_heads')}?before={rows[PAGE - 1].day.isoformat()}"
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False, "indent": 1})
