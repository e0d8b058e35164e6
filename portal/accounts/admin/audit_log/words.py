"""What actions, objects and fields of the log are called. A code that has no words yet is shown as it is."""

from __future__ import annotations

from functools import cache

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from portal.accounts.admin.event_words import WORDS as ACCOUNT_WORDS
from portal.accounts.models import Role

Words = str | Promise

ACTIONS: dict[str, Words] = {
    **ACCOUNT_WORDS,
    "accounts.user.exported": _("导出账号"),
    "accounts.absence.entered": _("登记外出与替代"),
    "accounts.absence.cancelled": _("取消外出与替代"),
    "accounts.authority.demo_contacts": _("写入演示联系方式"),
    "accounts.sessions.cleared": _("清除过期会话"),
    "accounts.digest.sent": _("发送待办晨报"),
    "audit.chain.verified": _("核对审计链"),
    "audit.event.read": _("查阅审计事件"),
    "audit.event.exported": _("导出审计日志"),
    "documents.document.read": _("查阅文件"),
    "notice.published": _("发布公告"),
    "notice.unpublished": _("撤下公告"),
    "notice.withdrawn": _("撤回公告"),
    "notice.approved": _("审核通过公告"),
    "notice.returned": _("退回公告"),
    "notice.schedule_refused": _("拒绝定时发布"),
    "notice.demo_loaded": _("载入演示公告"),
    "register.reference.loaded": _("载入参考数据"),
    "register.institution.edited": _("更正机构信息"),
    "register.fees.published": _("公布收费标准"),
    "register.fees.corrected": _("更正收费标准"),
    "register.fees.ended": _("终止收费标准"),
    "register.filing.recorded": _("登记备案"),
    "register.filing.filed": _("同意备案"),
    "register.filing.changed": _("变更备案"),
    "register.filing.renewal_requested": _("申请延续备案"),
    "register.filing.renewed": _("同意延续备案"),
    "register.filing.renewal_refused": _("不予延续备案"),
    "register.filing.rectification_ordered": _("责令改正"),
    "register.filing.restored": _("整改合格，恢复评价"),
    "register.filing.deregistered": _("注销备案"),
    "register.filing.renamed": _("机构更名"),
    "register.filing.annulled": _("撤回登记"),
    "register.import.institutions": _("导入评价机构"),
    "register.import.occupations": _("导入职业"),
    "register.import.fees": _("导入收费标准"),
    "register.import.run.uploaded": _("上传导入文件"),
    "register.import.run.checked": _("校验导入文件"),
    "register.import.run.requested": _("提交导入"),
    "register.import.run.applied": _("完成导入"),
    "register.import.run.failed": _("导入失败"),
    "register.import.run.discarded": _("放弃导入"),
    "register.import.file.read": _("查阅导入文件"),
    "register.fees.extended": _("延长收费标准"),
    "register.fees.annulled": _("撤销收费标准"),
    "register.calendar.published": _("公布节假日安排"),
    "register.calendar.changed": _("更正节假日安排"),
    "register.reference.added": _("新增参考数据"),
    "register.reference.changed": _("更正参考数据"),
    "register.reference.abolished": _("撤销参考数据"),
}
#: For codes that are made of parts: how each begins, and how it ends.
FAMILIES: dict[str, Words] = {
    "register.note.": _("批注"),
    "register.import.": _("导入"),
    "register.filing.": _("备案"),
    "register.filings.": _("备案"),
    "register.filings_without_fees.": _("未公布收费的备案"),
    "register.institution_list.": _("评价机构"),
    "register.scope.": _("备案范围"),
    "register.sites.": _("评价场地"),
    "register.events.": _("备案事项"),
    "register.fees.": _("收费标准"),
    "register.fee_schedules.": _("收费标准"),
    "register.calendar.": _("节假日"),
    "register.districts.": _("区县"),
    "register.authorities.": _("备案管理机构"),
    "register.occupation_list.": _("职业"),
    "register.standards.": _("职业标准"),
    "register.imports.": _("导入"),
    "register.": _("登记库"),
    "notice.": _("公告"),
    "documents.": _("文件"),
    "accounts.": _("账号"),
    "audit.": _("审计"),
}
ENDINGS: dict[str, Words] = {
    "added": _("新增"),
    "created": _("建立"),
    "changed": _("更改"),
    "corrected": _("更正"),
    "edited": _("更正"),
    "withdrawn": _("撤回"),
    "annulled": _("撤销"),
    "ended": _("终止"),
    "published": _("公布"),
    "forwarded": _("转送"),
    "answered": _("答复"),
    "written": _("填写"),
    "sent": _("发送"),
    "read": _("查阅"),
    "exported": _("导出"),
}
OBJECTS: dict[str, Words] = {
    "audit.chain": _("审计链"),
    "audit.log": _("审计日志"),
    "accounts.sessions": _("会话"),
    "accounts.groups": _("用户组"),
    "accounts.digest": _("待办晨报"),
    "register.reference": _("参考数据"),
    "register.import": _("导入"),
    "register.export": _("导出"),
    "notice": _("公告"),
}
FIELDS: dict[str, Words] = {
    "day": _("日期"), "demo": _("演示"), "rows": _("行数"), "format": _("格式"), "user": _("账号"), "role": _("角色"),
    "office": _("机关"), "first_day": _("首日"), "last_day": _("末日"), "left_on": _("离任日期"), "sound": _("完整"),
    "checked": _("核对事件数"), "from_position": _("起始位置"), "position": _("链上位置"), "breaks": _("问题数"),
    "first": _("第一处问题"), "filters": _("筛选条件"), "title": _("标题"), "name": _("名称"), "status": _("状态"),
    "kind": _("类别"), "file": _("文件"), "reason": _("理由"), "url": _("网址"), "count": _("数量"), "payload": _("内容"),
    "effective_on": _("生效日"), "recorded_at": _("登记时间"), "article": _("条款"), "code": _("编码"), "term": _("有效期"),
    "scope": _("备案范围"), "sites": _("评价场地"), "areas": _("评价区域"), "audiences": _("面向"), "districts": _("区县"),
}  # fmt: skip
#: Values that are codes.
VALUES: dict[str, Words] = {role.value: role.label for role in Role}


def word_of_action(code: str) -> str:
    """What an action is called."""
    if code in ACTIONS:
        return str(ACTIONS[code])
    family = next((str(words) for start, words in FAMILIES.items() if code.startswith(start)), "")
    ending = str(ENDINGS.get(code.rpartition(".")[2], _("事项")))
    return f"{family}{ending}" if family else code


def word_of_object(code: str) -> str:
    """What a kind of object is called: a model by its own name."""
    if code in OBJECTS:
        return str(OBJECTS[code])
    return str(_models().get(code, code))


def word_of_field(key: str, object_type: str) -> str:
    """What a field of ``before`` and ``after`` is called: as on the model, if it has it."""
    label, dot, name = object_type.partition(".")
    if dot and object_type in _models():
        try:
            found = apps.get_model(label, name)._meta.get_field(key)
        except (LookupError, FieldDoesNotExist):
            pass
        else:
            return str(getattr(found, "verbose_name", key))
    return str(FIELDS.get(key, key))


def known_objects() -> list[tuple[str, str]]:
    """Kinds of objects to choose from, by their words."""
    known = {code: word_of_object(code) for code in (*OBJECTS, *_models())}
    return sorted(known.items(), key=lambda pair: pair[1])


def known_actions() -> list[tuple[str, str]]:
    """Actions to choose from, by their codes, so that what belongs together stands together."""
    return [(code, str(words)) for code, words in sorted(ACTIONS.items())]


def readable(value: object) -> str:
    """A JSON value in words."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, list):
        return "、".join(readable(item) for item in value) or "—"
    if isinstance(value, dict):
        return "；".join(f"{FIELDS.get(key, key)}：{readable(item)}" for key, item in value.items()) or "—"
    return str(VALUES.get(value, value)) if isinstance(value, str) else str(value)


@cache
def _models() -> dict[str, Words]:
    """Names of the project's own models."""
    own = ("portal.", "documents", "search")
    return {
        model._meta.label_lower: model._meta.verbose_name or ""
        for config in apps.get_app_configs()
        if config.name.startswith(own)
        for model in config.get_models()
    }
