"""Demo notices about invented institutions: every statement is read from the register."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from portal.notices.demo.draft import Draft, chinese_day, institutions, matters, table, text
from portal.notices.models.notice import Genre, Validity
from portal.notices.models.sections import Section
from portal.register.models import Filing, FilingEvent
from portal.register.status_sql import with_public_status
from portal.regulation.wording import article_label

MOST_DEREGISTRATIONS = 9
SELECTED = 4
INSPECTED = 8
ASSESSED = 6
DAY = dt.timedelta(days=1)


def drafts_from(filings: Sequence[Filing], today: dt.date) -> Iterator[Draft]:
    """Deregistrations, selections, inspections and credit results of these filings."""
    keys = [filing.pk for filing in filings]
    yield from _deregistrations(keys, today)
    yield from _selections(keys, today)
    yield from _inspections(keys, today)
    yield from _credit(keys, today)


def _deregistrations(keys: list[int], today: dt.date) -> Iterator[Draft]:
    """One for each filing that is really deregistered, with the same day, article and ground."""
    events = (
        FilingEvent.objects.filter(
            filing__in=keys, kind=FilingEvent.Kind.DEREGISTERED, corrected_by=None, effective_on__lte=today
        )
        .select_related("filing__institution", "filing__issued_in_name_of")
        .order_by("-effective_on", "-pk")
    )
    for event in events[:MOST_DEREGISTRATIONS]:
        name, day = event.filing.institution.name, event.effective_on
        ground = event.ground.removeprefix("演示：")
        yield Draft(
            section=Section.DEREGISTRATION,
            title=f"关于注销{name}备案信息的公告",
            day=min(today, day + DAY),
            written_on=day,
            issuer=event.filing.issued_in_name_of,
            summary=f"自{chinese_day(day)}起注销备案信息，依据《管理办法》{article_label(event.article)}。",
            body=[
                text(
                    f"{name}（备案编码{event.filing.code}）因{ground or '规定情形'}，依据《重庆市职业技能等级评价机构管理办法》"
                    f"{article_label(event.article)}，自{chinese_day(day)}起注销备案信息。",
                    "自注销之日起，该机构不得再开展职业技能等级认定。此前依法颁发的职业技能等级证书继续有效。",
                    "本公告为演示，机构与事实均为虚构。",
                ),
                matters([(event.filing_id, "deregistered")], "注销备案的机构"),
            ],
        )


def _selections(keys: list[int], today: dt.date) -> Iterator[Draft]:
    """Third parties that were filed later, as the notice of the selection before (Art. 11)."""
    filings = Filing.objects.filter(pk__in=keys, kind="third_party").select_related(
        "institution", "authority"
    )
    newest = list(filings.filter(filed_on__lt=today - 30 * DAY).order_by("-filed_on", "pk")[: 3 * SELECTED])
    for start in range(0, len(newest), SELECTED):
        group = newest[start : start + SELECTED]
        day = min(filing.filed_on for filing in group) - 15 * DAY
        rows = [["机构名称", "备案机关", "遴选结果"]]
        rows += [[filing.institution.name, filing.authority.name, "拟入选"] for filing in group]
        yield Draft(
            section=Section.SELECTION,
            title=f"社会培训评价组织择优遴选结果公示（{day.year}年{day.month}月，演示）",
            day=day,
            genre=Genre.PUBLICITY,
            validity=Validity.LAPSED,
            validity_note="公示期已结束。",
            summary=f"拟入选社会培训评价组织{len(group)}家，公示期为5个工作日。",
            body=[
                text(
                    "依据《重庆市职业技能等级评价机构管理办法》第十一条，结合地域分布和市场需求，现将择优遴选结果向社会公示。"
                    "公示期为自发布之日起5个工作日，有异议的请向备案机关书面反映。",
                ),
                table("择优遴选结果", rows),
                institutions([filing.pk for filing in group], "公示机构现在的备案情况"),
            ],
        )


def _inspections(keys: list[int], today: dt.date) -> Iterator[Draft]:
    """Random checks: an order to correct is named only where the register has one."""
    days = [today - 6 * DAY, today - 100 * DAY, today - 190 * DAY, today - 280 * DAY]
    for index, day in enumerate(days):
        present = with_public_status(
            Filing.objects.filter(pk__in=keys, filed_on__lt=day - 60 * DAY), day - DAY
        ).filter(public_status__in=("active", "rectification"))
        # Those under an order to correct first: an order always follows from an inspection.
        ordered_first = present.select_related("institution").order_by("-public_status", "code")
        chosen = list(ordered_first[index::4][:INSPECTED])
        if not chosen:
            continue
        ordered = sum(filing.public_status == "rectification" for filing in chosen)
        rows = [["机构名称", "备案编码", "检查结果"]]
        rows += [
            [
                filing.institution.name,
                filing.code,
                "责令改正" if filing.public_status == "rectification" else "未发现问题",
            ]
            for filing in chosen
        ]
        corrections = (
            [(day + 2 * DAY, "表中一处备案编码录入有误，已改正。", "核对登记库时发现")] if index == 1 else []
        )
        yield Draft(
            section=Section.INSPECTIONS,
            title=f"“双随机、一公开”抽查结果（{day.year}年{day.month}月，演示）",
            day=day,
            genre=Genre.CIRCULAR,
            summary=f"抽查{len(chosen)}家，未发现问题{len(chosen) - ordered}家，责令改正{ordered}家。",
            corrections=corrections,
            body=[
                text(
                    "依据《重庆市职业技能等级评价机构管理办法》第二十五条，随机抽取检查人员和检查对象，"
                    "以调阅资料和现场检查的方式进行抽查，结果如下。"
                ),
                table("抽查结果", rows),
                text("整改期内不得开展评价活动（第三十条）。"),
                institutions([filing.pk for filing in chosen], "抽查机构今天的状态"),
            ],
        )


def _credit(keys: list[int], today: dt.date) -> Iterator[Draft]:
    """Credit results (Art. 29); invented institutions, none rated badly."""
    for offset, day in ((0, today - 20 * DAY), (3, today - 200 * DAY)):
        present = with_public_status(Filing.objects.filter(pk__in=keys), day).filter(public_status="active")
        chosen = list(present.select_related("institution").order_by("code")[offset::7][:ASSESSED])
        if not chosen:
            continue
        rows = [["机构名称", "备案编码", "评估等级"]]
        rows += [
            [item.institution.name, item.code, "A" if place % 2 else "B"] for place, item in enumerate(chosen)
        ]
        yield Draft(
            section=Section.CREDIT,
            title=f"评价机构信用评估结果（{day.year}年{day.month}月，演示）",
            day=day,
            summary=f"对{len(chosen)}家评价机构动态评估，现予公布。",
            body=[
                text(
                    "依据《重庆市职业技能等级评价机构管理办法》第二十九条，对评价机构实施动态评估，结果如下。"
                ),
                table("信用评估结果", rows),
                institutions([item.pk for item in chosen]),
            ],
        )
