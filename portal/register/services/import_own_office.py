"""What an office's file of institutions may say: only its own filings, and nothing is told of those of others."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from portal.register.services.current_facts import CHUNK
from portal.register.services.import_limits import OfficeLimit, centre_key
from portal.register.services.institution_changes import Difference
from portal.register.services.institution_rows import FilingDraft
from portal.register.tabular.problems import Problems


def of_own_office(
    drafts: dict[str, FilingDraft], limit: OfficeLimit, problems: Problems
) -> dict[str, FilingDraft]:
    """The drafts of the office's own filings; every other one becomes a problem and is compared with nothing."""
    centre = centre_key()
    codes = list(drafts)
    foreign: set[str] = set()
    for start in range(0, len(codes), CHUNK):
        foreign |= limit.foreign_codes(codes[start : start + CHUNK])
    own: dict[str, FilingDraft] = {}
    for code, draft in drafts.items():
        if not limit.may_file(draft.office, centre):
            problems.add(
                draft.row,
                "备案管理机构",
                _("只能导入本机关备案的机构，这一行写的是“%s”，请删去，由该机关自行导入。")
                % draft.office.name,
            )
        elif code in foreign:
            problems.add(
                draft.row,
                "备案编码",
                _("只能导入本机关备案的机构，%s 不是本机关的备案，请核对编码。") % code,
            )
        else:
            own[code] = draft
    return own


def strange_institutions(codes: Iterable[str], limit: OfficeLimit) -> set[str]:
    """Social credit codes of institutions that have no filing with the office."""
    codes = list(codes)
    known: set[str] = set()
    for start in range(0, len(codes), CHUNK):
        known |= limit.known_institutions(codes[start : start + CHUNK])
    return set(codes) - known


def refuse_blindly(differences: Iterable[Difference], problems: Problems) -> None:
    """Note that something differs from what another office registered, without saying what."""
    for difference in differences:
        problems.add(
            difference.row,
            difference.column,
            _(
                "与登记库中同一统一社会信用代码的机构不一致；该机构由其他机关备案，所登内容不在此显示，请与其核对后改为一致。"
            ),
        )
