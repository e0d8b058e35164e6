"""Demo notices that name no institution."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from portal.notices.demo.draft import Draft, attachments, heading, table, text
from portal.notices.models.notice import Genre, Validity
from portal.notices.models.sections import Section

DAY = dt.timedelta(days=1)
ISSUED = dt.date(2020, 12, 31)


def general_drafts(today: dt.date, form_key: int) -> Iterator[Draft]:
    """Policy, fees and general notices; ``form_key`` is the key of the form that one of them attaches."""
    yield from _policy(today)
    yield from _fees(today, form_key)
    yield from _general(today)


def _policy(today: dt.date) -> Iterator[Draft]:
    yield Draft(
        section=Section.POLICY,
        title="关于印发《重庆市职业技能等级评价机构管理办法》的通知",
        day=ISSUED,
        genre=Genre.NOTICE,
        document_number="渝人社发〔2020〕128号",
        summary="《重庆市职业技能等级评价机构管理办法》共五章三十三条，自印发之日起施行。",
        body=[
            text(
                '全文及本平台的落实情况见<a href="/regulation/">管理办法</a>，可以逐条查看。',
                "本办法自印发之日起施行。",
            )
        ],
    )
    yield Draft(
        section=Section.POLICY,
        title="关于规范评价机构变更备案材料的通知（演示）",
        day=today - 75 * DAY,
        genre=Genre.NOTICE,
        summary="变更名称或联系方式只审核材料；变更场地、职业、等级、地域按原条件评估。",
        body=[
            heading("哪些变更要申请"),
            text("依据第十三条，备案信息拟变更的，向原备案管理机构提出申请，按规定的条件和程序审查评估。"),
            table(
                "变更事项与办理方式",
                [
                    ["变更事项", "办理方式"],
                    ["名称、联系方式", "审核材料"],
                    ["场地、职业（工种）、等级、地域", "审核材料并技术评估"],
                ],
            ),
        ],
    )
    yield Draft(
        section=Section.POLICY,
        title="关于评价档案保管的工作提示（演示）",
        day=today - 320 * DAY,
        genre=Genre.OPINION,
        validity=Validity.AMENDED,
        validity_note="部分内容以后来的通知为准。",
        body=[text("依据第十九条，评价活动全过程资料应妥善保管：纸质资料不少于3年，电子资料不少于5年。")],
    )
    yield Draft(
        section=Section.POLICY,
        title="关于试行备案材料清单的通知（演示）",
        day=today - 900 * DAY,
        genre=Genre.NOTICE,
        validity=Validity.REPEALED,
        validity_note="试行期满，不再执行。",
        body=[text("试行备案材料清单，试行期一年。")],
    )


def _fees(today: dt.date, form_key: int) -> Iterator[Draft]:
    yield Draft(
        section=Section.FEES,
        title="关于报送评价收费标准和收费依据的通知（演示）",
        day=today - 12 * DAY,
        genre=Genre.NOTICE,
        summary="评价机构应当在醒目位置公示收费标准和收费依据（第十八条）。",
        body=[
            text(
                "请各评价机构按附件格式报送收费标准，写明各组成部分、合计、收费依据和执行日期。",
                "评价收费不包括培训费。没有报送的，本平台显示“尚未公布”。",
            ),
            attachments([form_key]),
        ],
    )
    yield Draft(
        section=Section.FEES,
        title="关于清理评价活动中不合理收费的公告（演示）",
        day=today - 140 * DAY,
        body=[text("不得将培训费、资料费并入评价收费，不得以报名参加培训作为评价的条件。")],
    )
    yield Draft(
        section=Section.FEES,
        title="评价收费公示情况说明（演示）",
        day=today - 230 * DAY,
        body=[text('已公布的收费可在<a href="/fees/">比收费</a>中按职业、等级和区县查询。')],
    )


def _general(today: dt.date) -> Iterator[Draft]:
    yield Draft(
        section=Section.GENERAL,
        title="关于开通评价机构公共门户的通知（演示）",
        day=today,
        genre=Genre.NOTICE,
        summary="可以查备案、比收费、看公告，办法三十三条逐条说明。",
        body=[
            text(
                "公众可以查询评价机构是否备案、能评什么、有效期到哪天和收费标准，订阅公告，核对过去某一天的备案情况。"
            )
        ],
    )
    yield Draft(
        section=Section.GENERAL,
        title="关于系统维护的通知（演示）",
        day=today - 3 * DAY,
        genre=Genre.NOTICE,
        body=[text("本周日零时至六时进行系统维护，期间查询可能短时中断。")],
    )
    yield Draft(
        section=Section.GENERAL,
        title="关于举办考评人员业务培训的通知（演示）",
        day=today - 45 * DAY,
        genre=Genre.NOTICE,
        body=[text("依据第十七条，评价机构应当定期组织工作人员培训，考评人员应当取得相应的考评资格。")],
    )
    yield Draft(
        section=Section.GENERAL,
        title="关于调整来访接待时间的通知（演示）",
        day=today - 60 * DAY,
        genre=Genre.NOTICE,
        body=[text("来访接待时间调整为工作日上午九时至十二时、下午二时至五时。")],
        withdrawn="接待时间又有调整，以备案管理机构公布的为准。",
    )
