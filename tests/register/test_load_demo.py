"""The invented content that a fresh portal shows."""

from __future__ import annotations

import datetime as dt
import json
import stat
import time
from collections import Counter
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.management import call_command
from django.utils import timezone

from portal.accounts.models import Authority, District, User
from portal.register.demo import accounts, fees, load
from portal.register.demo.plan import Planner
from portal.register.demo.reference import DemoReference, ReferenceMissing
from portal.register.models import FeeSchedule, Filing, FilingEvent, Institution, ScopeItem
from portal.register.services import reference_data
from portal.register.snapshots import newest_editions, superseded_from
from portal.register.status_sql import with_public_status
from portal.regulation.codes import InstitutionCode, parse_social_credit_code

pytestmark = pytest.mark.django_db


@pytest.fixture
def reference(db: None) -> None:
    for name, label, loader in reference_data.LOADERS:
        reference_data.run_loader(name, label, loader)


@pytest.fixture
def demo(reference: None) -> None:
    load.load_contacts()
    load.load_institutions()
    fees.load_fees()


@pytest.mark.usefixtures("demo")
def test_every_state_kind_and_district_is_shown_and_everything_is_marked() -> None:
    today = timezone.localdate()
    filings = with_public_status(Filing.objects.all(), today)
    statuses = Counter(filings.values_list("public_status", flat=True))
    assert set(statuses) == {"active", "rectification", "renewal_pending", "expired", "deregistered"}
    assert statuses["active"] > 70
    assert statuses["renewal_pending"] >= 4
    assert set(filings.values_list("kind", flat=True)) == {"employer", "school", "third_party"}
    assert set(Institution.objects.values_list("ownership", flat=True)) == {
        "city_owned",
        "central_branch",
        "district_owned",
        "private",
        "foreign",
        "technical_school",
        "training_body",
    }
    assert Institution.objects.count() == 120
    assert not Institution.objects.exclude(name__contains="演示").exists()
    assert not Institution.objects.exclude(is_demo=True).exists()
    assert not Institution.objects.exclude(phone__startswith="023-0000 ").exists()
    with_site = set(District.objects.filter(sites__isnull=False).values_list("code", flat=True))
    assert {"500105", "500112"} <= with_site
    assert len(with_site) >= 40
    assert Authority.objects.filter(phone__contains="演示").count() == Authority.objects.count()


@pytest.mark.usefixtures("demo")
def test_codes_are_valid_and_histories_are_varied() -> None:
    for institution in Institution.objects.all():
        assert parse_social_credit_code(institution.social_credit_code) == institution.social_credit_code
    for filing in Filing.objects.select_related("authority"):
        code = InstitutionCode.parse(filing.code)
        assert code.authority_digits == filing.authority.filing_digits
        assert code.open_to_society == (filing.kind == "third_party")
    kinds = Counter(FilingEvent.objects.values_list("kind", flat=True))
    assert set(kinds) == set(FilingEvent.Kind.values)
    grounds = set(FilingEvent.objects.filter(kind="deregistered").values_list("payload__ground", flat=True))
    assert grounds == {"failed_rectification", "serious", "voluntary", "entity_ended"}
    assert Institution.objects.filter(names__isnull=False, names__last_day__isnull=False).exists()
    assert Filing.objects.count() > Institution.objects.count()
    assert ScopeItem.objects.filter(work_type__isnull=False).exists()
    assert ScopeItem.objects.exclude(norm="").exists()
    assert not ScopeItem.objects.filter(standard__isnull=True, norm="").exists()
    items = ScopeItem.objects.select_related("standard")
    newest = newest_editions({item.occupation_id for item in items})
    assert any(superseded_from(item, newest) for item in items)


@pytest.mark.usefixtures("demo")
def test_about_seven_in_ten_have_fees_whose_parts_make_the_total() -> None:
    share = FeeSchedule.objects.values("filing").distinct().count() / Filing.objects.count()
    assert 0.55 < share < 0.85
    for schedule in FeeSchedule.objects.prefetch_related("items"):
        assert schedule.first_day <= timezone.localdate()
        assert "演示" in schedule.basis
        for item in schedule.items.all():
            parts = item.knowledge_fen + item.skill_fen + item.material_fen + item.review_fen
            assert item.total_fen == parts > 0
            assert item.total_fen % 500 == 0


@pytest.mark.usefixtures("demo")
def test_loading_again_changes_nothing() -> None:
    events, schedules = FilingEvent.objects.count(), FeeSchedule.objects.count()
    assert "未变" in load.load_institutions()
    assert "未变" in load.load_contacts()
    assert "未变" in fees.load_fees()
    assert (FilingEvent.objects.count(), FeeSchedule.objects.count()) == (events, schedules)


@pytest.mark.usefixtures("reference")
@pytest.mark.parametrize("today", [dt.date(2026, 11, 22), dt.date(2027, 2, 28), dt.date(2028, 2, 29)])
def test_the_plan_is_the_same_for_a_day_and_works_on_any(today: dt.date) -> None:
    reference = DemoReference.load()

    def plan() -> list[object]:
        return [
            (item.filing.code, item.filing.institution.name, item.events)
            for item in Planner(today, reference).filings()
        ]

    first = plan()
    assert first == plan()
    for item in Planner(today, reference).filings():
        assert all(event.effective_on <= today for event in item.events if event.kind != "renewed")


def test_without_reference_data_it_says_what_to_do() -> None:
    with pytest.raises(ReferenceMissing, match="load_reference"):
        load.load_institutions()


def test_accounts_are_made_once_with_passwords_that_only_the_owner_reads(
    tmp_path: Path, settings: Any
) -> None:
    settings.DATA_DIR = tmp_path
    call_command("load_reference", stdout=StringIO())
    assert "editor、publisher、sysadmin" in accounts.load_accounts()
    path = tmp_path / "demo-logins.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    logins = json.loads(path.read_text(encoding="utf-8"))
    assert {row["user"]: row["role"] for row in logins} == {
        "editor": "市人力社保局 编辑",
        "publisher": "市人力社保局 发布",
        "sysadmin": "市人力社保局 系统管理员",
        "officer": "市职业技能鉴定指导中心 经办人",
        "head": "市职业技能鉴定指导中心 负责人",
        "district-officer": "渝中区人力社保局 经办人",
        "district-head": "渝中区人力社保局 负责人",
        "archivist": "市职业技能鉴定指导中心 档案员",
        "auditor": "市人力社保局 审计员",
    }
    for row in logins:
        user = authenticate(username=row["user"], password=row["password"])
        assert isinstance(user, User)
        assert row["role"].endswith(" ".join(user.groups.values_list("name", flat=True)))
    text = path.read_text(encoding="utf-8")
    assert accounts.load_accounts() == "未变"
    assert path.read_text(encoding="utf-8") == text
    publisher = User.objects.get(username="publisher")
    publisher.grants.all().delete()
    publisher.delete()
    accounts.load_accounts()
    again = {row["user"]: row["password"] for row in json.loads(path.read_text(encoding="utf-8"))}
    before = {row["user"]: row["password"] for row in logins}
    assert again["editor"] == before["editor"]
    assert again["publisher"] != before["publisher"]


def test_the_command_names_its_steps_and_is_quick(tmp_path: Path, settings: Any) -> None:
    settings.DATA_DIR = tmp_path
    call_command("load_reference", stdout=StringIO())
    out = StringIO()
    started = time.monotonic()
    call_command("load_demo", stdout=out)
    assert time.monotonic() - started < 60
    assert "演示机构：新增机构 120 家" in out.getvalue()
    assert "演示账号：新建账号" in out.getvalue()
