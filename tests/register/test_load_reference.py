"""The reference data that ships with the program."""

from __future__ import annotations

import datetime as dt
from io import StringIO

import pytest
from django.core.management import call_command
from django.db.models import F

from portal.accounts.models import Authority, District
from portal.audit.models import AuditEvent
from portal.register.models import (
    CalendarDay,
    CalendarYear,
    Occupation,
    OccupationFormerCode,
    ReferenceFee,
    SkillLevel,
    Standard,
    WorkType,
)
from portal.register.services import reference_data

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(db: None) -> None:
    for name, label, loader in reference_data.LOADERS:
        reference_data.run_loader(name, label, loader)


@pytest.mark.usefixtures("loaded")
def test_districts_and_offices_stand_in_time() -> None:
    assert District.objects.count() == 41
    today, before = dt.date(2026, 11, 22), dt.date(2025, 11, 5)
    assert District.objects.on(today).count() == 39
    assert District.objects.on(before).count() == 40
    old = District.objects.get(name="渝北区")
    assert old.successor is not None
    assert old.successor.code == "500157"
    assert Authority.objects.filter(kind="district").count() == 41
    assert Authority.objects.on(today).filter(kind="district").count() == 39
    office = Authority.objects.get(name="江北区人力资源和社会保障局")
    assert office.successor is not None
    assert (office.filing_digits, office.successor.name) == ("0105", "两江新区社会保障局")
    digits = Authority.objects.exclude(filing_digits="").values_list("filing_digits", flat=True)
    assert len(digits) == len(set(digits)) == 42
    assert not Authority.objects.exclude(phone="", address="").exists()


@pytest.mark.usefixtures("loaded")
def test_occupations_standards_and_former_codes() -> None:
    assert Occupation.objects.count() == 1671
    assert SkillLevel.objects.count() == 8
    assert Occupation.objects.filter(confirmed=True).count() == 1309
    former = OccupationFormerCode.objects.get(code="6-07-06-05")
    assert (former.name, former.occupation.name) == ("维修电工", "电工")
    work_type = WorkType.objects.get(name="烟机电工")
    assert work_type.occupation.code == "6-31-01-03"
    assert Standard.objects.get(title="电工（烟机电工）").work_type == work_type
    assert not WorkType.objects.filter(name__in=["粮油", "试行"]).exists()
    assert Standard.objects.get(title="（粮油）仓储管理员").occupation.name == "仓储管理员"
    assert not Standard.objects.filter(edition="").exists()


@pytest.mark.usefixtures("loaded")
def test_reference_fees_keep_their_sums_and_sources() -> None:
    assert ReferenceFee.objects.count() == 77
    fee = ReferenceFee.objects.get(publisher="重庆电子科技职业大学", occupation__name="车工", level="3")
    assert (fee.total_fen, fee.published_on) == (46500, dt.date(2025, 8, 28))
    assert fee.source_url.startswith("https://jxjy.cquet.edu.cn/")
    whole = ReferenceFee.objects.filter(undivided_fen__gt=0)
    assert whole.count() == 12
    assert not whole.exclude(total_fen=F("undivided_fen")).exists()


@pytest.mark.usefixtures("loaded")
def test_the_calendar_is_loaded_and_staff_entries_are_kept() -> None:
    assert set(CalendarYear.objects.values_list("year", flat=True)) == set(range(2018, 2027))
    day = CalendarDay.objects.get(date=dt.date(2026, 2, 14))
    assert day.kind == "work"
    CalendarDay.objects.filter(pk=day.pk).update(name="更正")
    assert str(reference_data.load_calendar()).startswith("新增 0，更新 0")
    assert CalendarDay.objects.get(date=day.date).name == "更正"


@pytest.mark.usefixtures("loaded")
def test_loading_again_changes_nothing_and_keeps_what_offices_entered() -> None:
    Authority.objects.filter(code="CQ-JDZX").update(phone="023-12345678")
    events = AuditEvent.objects.count()
    for name, label, loader in reference_data.LOADERS:
        assert reference_data.run_loader(name, label, loader).startswith("新增 0，更新 0")
    assert AuditEvent.objects.count() == events
    assert Authority.objects.get(code="CQ-JDZX").phone == "023-12345678"


@pytest.mark.usefixtures("loaded")
def test_a_row_that_was_spoilt_is_mended() -> None:
    District.objects.filter(code="500105").update(valid_to=None, successor=None)
    Occupation.objects.filter(code="6-18-01-03").delete()
    assert str(reference_data.load_districts()).startswith("新增 0，更新 1")
    assert District.objects.get(code="500105").successor_id is not None
    assert str(reference_data.load_occupations()).startswith("新增 1，更新 0")


def test_the_command_runs_every_step_and_says_what_each_did() -> None:
    out = StringIO()
    call_command("load_reference", stdout=out)
    text = out.getvalue()
    assert "职业：新增 1671" in text
    assert text.index("区县：") < text.index("备案管理机构：") < text.index("收费参考案例：新增 77")
