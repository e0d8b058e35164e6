"""Reference data in the workplace: found by every name, changed by the city's heads with reasons, never deleted."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import Authority, District, Role, User
from portal.audit.models import AuditEvent
from portal.register.calendar import current_calendar
from portal.register.models import CalendarDay, CalendarYear, Occupation, OccupationFormerCode, Standard
from portal.register.services import reference_data
from portal.register.services.calendar_years import parse_days, statutory_days
from portal.register.services.versions import ChangeRefused
from tests.factories.people import make_person
from tests.factories.register import make_authority, make_centre, make_district, make_filing, make_occupation

pytestmark = pytest.mark.django_db
REASON = "渝人社发〔2026〕9号"


@pytest.fixture
def head(client: Client) -> User:
    user = make_person("fuzeren", Role.HEAD, office=make_centre())
    client.force_login(user)
    return user


def address(kind: str, name: str, *args: object) -> str:
    return reverse(f"reference_{kind}:{name}", args=args)


def version_in(page: Any) -> str:
    found = re.search(r'name="version" value="(\w*)"', page.content.decode())
    return found[1] if found else ""


def save(client: Client, url: str, **fields: str) -> Any:
    return client.post(url, {"reason": REASON, "version": version_in(client.get(url)), **fields})


def occupation_fields(**fields: str) -> dict[str, str]:
    names = {"minor_code": "6-31-01", "minor_name": "甲", "middle_name": "乙", "major_name": "丙"}
    return {"code": "6-31-01-03", "name": "电工", **names, **fields}


class TestPowers:
    KINDS = ("occupations", "standards", "districts", "authorities", "calendar")

    def test_all_read_only_the_citys_heads_change(self, client: Client) -> None:
        row = make_occupation()
        CalendarYear.objects.create(pk=2026, source="通知")
        for name, role, office, may_change in (
            ("a", Role.CASE_OFFICER, make_authority(), False),
            ("b", Role.HEAD, make_authority(), False),
            ("c", Role.CASE_OFFICER, make_centre(), False),
            ("d", Role.SYSADMIN, make_centre(), False),
            ("e", Role.HEAD, make_centre(), True),
        ):
            client.force_login(make_person(name, role, office=office))
            for kind in self.KINDS:
                listed = client.get(address(kind, "index"))
                assert listed.status_code == 200
                assert (address(kind, "add") in listed.content.decode()) is may_change
                assert client.get(address(kind, "add")).status_code == (200 if may_change else 403)
            assert client.get(address("occupations", "page", row.pk)).status_code == 200
            for method in (client.get, client.post):
                answer = method(address("occupations", "edit", row.pk))
                assert (answer.status_code == 403) is not may_change

    def test_the_auditor_exports_what_the_list_shows(self, client: Client) -> None:
        make_occupation()
        make_occupation("4-04-05-01", "=cmd")
        client.force_login(make_person("shenji", Role.AUDITOR))
        answer: Any = client.get("/admin/reference/occupations/?export=csv&q=4-04")
        rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()
        assert len(rows) == 2
        assert rows[1].startswith("4-04-05-01,'=cmd,")


class TestOccupations:
    def test_found_by_name_code_and_what_it_was_called(self, client: Client, head: User) -> None:
        make_occupation(work_types=["烟机电工"], former=[("6-07-06-05", "维修电工")])
        other = make_occupation("6-18-01-01", "车工")
        for query in ("电工", "6-31-01", "６－３１", "烟机", "维修", "6-07-06-05"):
            text = client.get("/admin/reference/occupations/", {"q": query}).content.decode()
            assert "6-31-01-03" in text, query
            assert address("occupations", "page", other.pk) not in text, query
        for query in ("?standard=no", "?major_name=生产制造及有关人员", "?major_name=无", "?code=6-18"):
            assert client.get(f"/admin/reference/occupations/{query}").status_code == 200

    def test_renamed_the_old_name_goes_on_answering(self, client: Client, head: User) -> None:
        row = make_occupation()
        make_filing()
        url = address("occupations", "edit", row.pk)
        answer = save(
            client,
            url,
            **occupation_fields(name="电气工", code="9-99-99-99", work_types="烟机电工、船舶电工"),
        )
        assert answer.status_code == 302
        row.refresh_from_db()
        assert (row.code, row.name) == ("6-31-01-03", "电气工")
        assert set(row.work_types.values_list("name", flat=True)) == {"烟机电工", "船舶电工"}
        former = OccupationFormerCode.objects.get()
        assert (former.code, former.name, former.source) == ("6-31-01-03", "电工", REASON)
        event = AuditEvent.objects.get(action="register.reference.changed")
        assert (event.actor_id, event.reason, (event.before or {})["name"]) == (head.pk, REASON, "电工")
        text = client.get(answer["Location"]).content.decode()
        assert "职业名称：电工" in text
        assert "职业名称：电气工" in text

    def test_two_people_the_second_keeps_what_was_typed(self, client: Client, head: User) -> None:
        row = make_occupation()
        url = address("occupations", "edit", row.pk)
        version = version_in(client.get(url))
        assert save(client, url, **occupation_fields(name="甲工")).status_code == 302
        late = client.post(url, {**occupation_fields(name="乙工"), "reason": REASON, "version": version})
        assert late.status_code == 409
        text = late.content.decode()
        assert "已被他人修改" in text
        assert 'value="乙工"' in text
        assert Occupation.objects.get().name == "甲工"
        again = {**occupation_fields(name="乙工"), "reason": REASON, "version": version_in(late)}
        assert client.post(url, again).status_code == 302

    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"code": "631"}, "不是职业编码的格式"),
            ({"code": "6-31-01-03"}, "已存在"),
            ({"code": "6-31-01-04", "minor_code": "6-32-01"}, "不在这个小类之下"),
            ({"code": "6-31-01-04", "name": ""}, "没有填写"),
            ({"code": "6-31-01-04", "former_code": "6-07-06-05"}, "要一起填写"),
            ({"code": "6-31-01-04", "reason": "补"}, "理由太短"),
        ],
    )
    def test_what_does_not_fit_is_refused(
        self, client: Client, head: User, fields: dict[str, str], words: str
    ) -> None:
        make_occupation()
        answer = save(client, address("occupations", "add"), **occupation_fields(**fields))
        assert answer.status_code == 422
        assert words in answer.content.decode()
        assert Occupation.objects.count() == 1

    def test_a_new_one_with_its_former_code(self, client: Client, head: User) -> None:
        fields = occupation_fields(code="6-31-01-11", former_code="6-07-06-05", former_name="维修电工")
        assert save(client, address("occupations", "add"), **fields).status_code == 302
        former = OccupationFormerCode.objects.select_related("occupation").get()
        assert (former.occupation.code, former.source) == ("6-31-01-11", REASON)


def test_standards_are_added_and_only_levels_change(client: Client, head: User) -> None:
    make_occupation(editions=["2009"])
    fields = {"code": "6-31-01-03", "title": "电工", "edition": "2018", "levels": "五级"}
    answer = save(client, address("standards", "add"), **fields)
    assert answer.status_code == 302
    new = Standard.objects.get(edition="2018")
    twice = save(client, address("standards", "add"), **fields)
    assert twice.status_code == 422
    wrong = save(client, address("standards", "add"), **{**fields, "edition": "18", "code": "6-99-99-99"})
    text = wrong.content.decode()
    assert "请填写四位数字的年份" in text
    assert "请先增加职业" in text
    old = Standard.objects.get(edition="2009")
    assert "电工（2018年版）" in client.get(address("standards", "page", old.pk)).content.decode()
    assert (
        save(client, address("standards", "edit", new.pk), levels="五级、四级", title="别的").status_code
        == 302
    )
    new.refresh_from_db()
    assert (new.title, new.levels) == ("电工", "五级、四级")


class TestOffices:
    def test_abolished_from_a_day_with_a_successor(self, client: Client, head: User) -> None:
        old, new = make_authority(), make_authority(make_district("500157", "两江新区"))
        make_filing(authority=old)
        url = address("authorities", "abolish", old.pk)
        assert "涉及备案 1 件" in client.get(url).content.decode()
        for fields, words in (
            ({"valid_to": "2026-05-01", "successor": ""}, "请选择承继的一个"),
            ({"valid_to": "2026-13-01", "successor": str(new.pk)}, "请按 2026-11-22 的形式"),
            ({"valid_to": "2026-05-01", "successor": str(old.pk)}, "successor"),
        ):
            answer = save(client, url, **fields)
            assert answer.status_code == 422
            assert words in answer.content.decode()
        answer = save(client, url, valid_to="2026-05-01", successor=str(new.pk))
        assert answer.status_code == 302
        old.refresh_from_db()
        assert (old.valid_to, old.successor) == (dt.date(2026, 5, 1), new)
        assert Authority.objects.filter(pk=old.pk).exists()
        officer = make_person("jingban", Role.CASE_OFFICER, office=new)
        other = Client()
        other.force_login(officer)
        assert "S010350" in other.get("/admin/register/filings/").content.decode()
        # In a circle nobody would be responsible.
        back = save(
            client, address("authorities", "abolish", new.pk), valid_to="2026-06-01", successor=str(old.pk)
        )
        assert back.status_code == 422
        # Registered by mistake: it goes on existing.
        assert save(client, url, valid_to="", successor="").status_code == 302
        old.refresh_from_db()
        assert (old.valid_to, old.successor) == (None, None)
        assert AuditEvent.objects.filter(action="register.reference.abolished").count() == 2

    def test_contacts_and_nothing_else(self, client: Client, head: User) -> None:
        row = make_authority()
        url = address("authorities", "edit", row.pk)
        fields = {
            "short_name": "渝中人社",
            "phone": "023-1",
            "address": "演示路",
            "name": "冒名",
            "kind": "bureau",
        }
        assert save(client, url, **fields).status_code == 302
        row.refresh_from_db()
        assert (row.phone, row.kind) == ("023-1", "district")
        assert row.name != "冒名"
        assert save(client, url, **fields).status_code == 422

    def test_added_and_kept_when_the_programs_own_facts_are_loaded_again(
        self, client: Client, head: User
    ) -> None:
        reference_data.load_districts()
        reference_data.load_authorities()
        fields = {
            "name": "演示新区",
            "code": "500199",
            "short_name": "演示新区",
            "kind": "district",
            "valid_from": "2026-09-01",
        }
        assert save(client, address("districts", "add"), **fields).status_code == 302
        new, old = District.objects.get(code="500199"), District.objects.get(code="500103")
        url = address("districts", "abolish", old.pk)
        assert save(client, url, valid_to="2026-09-01", successor=str(new.pk)).status_code == 302
        early = save(client, url, valid_to="2026-08-01", successor=str(new.pk))
        assert "在撤销日不存在" in early.content.decode()
        assert str(reference_data.load_districts()).startswith("新增 0，更新 0")
        old.refresh_from_db()
        assert old.successor == new


DAYS = """日期,安排,节日
2027-01-01,放假,元旦
2027-02-05至2027-02-11,放假,春节
2027-02-20,调休上班,春节
2027-04-05	放假	清明节
2027-05-01至2027-05-05,放假,劳动节
2027-06-09,放假,端午节
2027-09-15,放假,中秋节
2027-10-01至2027-10-07,放假,国庆节
"""


class TestCalendar:
    def test_a_year_is_final_at_once_for_everybody(self, client: Client, head: User) -> None:
        day = dt.date(2027, 2, 20)
        assert current_calendar().day_verdict(day).provisional
        assert "目前没有已保存的暂定日期" in client.get(address("calendar", "add")).content.decode()
        source = "国务院办公厅关于2027年部分节假日安排的通知"
        answer = save(client, address("calendar", "add"), year="2027", source=source, days=DAYS)
        assert answer.status_code == 302, re.findall(
            r"error-message.*?</", answer.content.decode(), re.DOTALL
        )
        verdict = current_calendar().day_verdict(day)
        assert (verdict.working, verdict.make_up, verdict.provisional) == (True, True, False)
        assert not current_calendar().is_working(dt.date(2027, 10, 7))
        text = client.get(answer["Location"]).content.decode()
        assert "2027年2月20日（周六） 春节" in text
        twice = save(client, address("calendar", "add"), year="2027", source=source, days=DAYS)
        assert twice.status_code == 422
        assert "已经登记" in twice.content.decode()

    def test_mended_with_reason_and_history(self, client: Client, head: User) -> None:
        reference_data.load_calendar()
        url = address("calendar", "edit", 2026)
        page = client.get(url)
        text = page.content.decode()
        days = re.search(r'<textarea name="days".*?>(.*?)</textarea>', text, re.DOTALL)
        assert days
        lines = [line for line in days[1].strip().splitlines() if not line.startswith("2026-02-14")]
        form = {"source": "通知", "days": "\n".join(lines), "version": version_in(page), "year": "1999"}
        assert client.post(url, {**form, "reason": ""}).status_code == 422
        assert current_calendar().is_working(dt.date(2026, 2, 14))
        assert client.post(url, {**form, "reason": "更正录入"}).status_code == 302
        assert not current_calendar().is_working(dt.date(2026, 2, 14))
        late = client.post(url, {**form, "reason": "迟到的人"})
        assert late.status_code == 409
        assert "迟到的人" in late.content.decode()
        shown = client.get(address("calendar", "page", 2026)).content.decode()
        assert "2026-02-14 调休上班 春节" in shown
        assert "更正录入" in shown
        # What ships with the program does not bring the day back.
        reference_data.load_calendar()
        assert not CalendarDay.objects.filter(date=dt.date(2026, 2, 14)).exists()

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            (("2027-01-01,放假,元旦\n", ""), "2027-01-01 是元旦法定节日"),
            (("2027-02-20", "2027-02-22"), "不需要调休上班"),
            (("2027-06-09,", "2028-06-09,"), "不在 2027 年"),
            (("2027-09-15,", "2027-01-01,"), "写了两次"),
            (("调休上班", "值班"), "应为“放假”或“调休上班”"),
            (("2027-09-15,放假,中秋节", "中秋节放假"), "应为三列"),
            (("2027-09-15", "九月十五"), "不是日期"),
            (("2027-05-05", "2027-07-05"), "首末日不合理"),
        ],
    )
    def test_a_list_that_cannot_be_right_is_refused(
        self, client: Client, head: User, change: tuple[str, str], words: str
    ) -> None:
        days = DAYS.replace(*change)
        answer = save(client, address("calendar", "add"), year="2027", source="通知", days=days)
        assert answer.status_code == 422
        text = answer.content.decode()
        assert words in text
        assert "2027-10-01至2027-10-07,放假,国庆节" in text
        assert not CalendarYear.objects.exists()

    def test_what_ships_would_pass_the_same_check(self) -> None:
        reference_data.load_calendar()
        for year in (2025, 2026):
            off = set(CalendarDay.objects.filter(year=year, kind="off").values_list("date", flat=True))
            assert set(statutory_days(year)) <= off
        with pytest.raises(ChangeRefused):
            parse_days("\n".join(["2027-01-01,放假,元旦"] * 201))
